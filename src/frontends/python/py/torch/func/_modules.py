"""Modules as functions of their parameters."""

from .._tensor import Tensor


def _owner(module, path):
    *parents, name = path.split(".")
    for p in parents:
        module = getattr(module, p)
    return module, name


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """Calls a module with the given tensors in place of its parameters and buffers."""
    if isinstance(parameter_and_buffer_dicts, (tuple, list)):
        given = {}
        for d in parameter_and_buffer_dicts:
            for k, v in d.items():
                if k in given:
                    raise ValueError(f"{[k]} appeared in multiple dictionaries; behavior of functional call is ambiguous")
                given[k] = v
    elif isinstance(parameter_and_buffer_dicts, dict):
        given = dict(parameter_and_buffer_dicts)
    else:
        raise ValueError(f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(parameter_and_buffer_dicts)}")
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    known = {**dict(module.named_parameters(remove_duplicate=False)), **dict(module.named_buffers(remove_duplicate=False))}
    if strict:
        missing, unexpected = [k for k in known if k not in given], [k for k in given if k not in known]
        if missing or unexpected:
            raise RuntimeError(f"Error(s) in loading parameters: missing {missing}, unexpected {unexpected}")
    if tie_weights:
        for k, v in list(given.items()):
            if k in known:
                for other, tensor in known.items():
                    if other != k and tensor is known[k] and other not in given:
                        given[other] = v
    before = []
    try:
        for path, value in given.items():
            if path not in known:
                continue
            owner, name = _owner(module, path)
            table = owner._parameters if name in owner._parameters else owner._buffers
            before.append((table, name, table[name]))
            table[name] = value
        return module(*args, **(kwargs or {}))
    finally:
        for table, name, value in reversed(before):
            table[name] = value


def stack_module_state(models):
    """(parameters, buffers) of several models of the same kind, each stacked along a new first dimension."""
    from .. import stack

    if len(models) == 0:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if any(type(m) is not type(models[0]) for m in models):
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    parameters = {k: stack([dict(m.named_parameters())[k].detach() for m in models]).requires_grad_(p.requires_grad)
                  for k, p in models[0].named_parameters()}
    buffers = {k: stack([dict(m.named_buffers())[k] for m in models]) for k, _ in models[0].named_buffers()}
    return parameters, buffers


def functionalize(func, *, remove="mutations"):
    """In-place changes need no special care here: the function is returned as it is."""
    return func


def replace_all_batch_norm_modules_(root):
    """Batch norms stop tracking running statistics, in place."""
    for module in root.modules():
        if type(module).__name__.startswith("BatchNorm"):
            module.running_mean = module.running_var = module.num_batches_tracked = None
            module.track_running_stats = False
    return root
