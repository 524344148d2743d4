"""torch.jit: everything runs eagerly, so functions and modules are returned as they are."""


def script(obj=None, optimize=None, _frames_up=0, _rcb=None, example_inputs=None):
    return obj


def trace(func, example_inputs=None, *args, **kwargs):
    return func


def ignore(drop=False, **kwargs):
    return drop if callable(drop) else lambda function: function


def unused(function):
    return function


def export(function):
    return function


def is_scripting():
    return False


def is_tracing():
    return False


script_method = unused


def save(m, f, **kwargs):
    raise NotImplementedError("torch.jit.save is not part of Backstep: save the module's state_dict with torch.save")


def load(f, **kwargs):
    raise NotImplementedError("torch.jit.load is not part of Backstep: load a state_dict with torch.load")
