"""Nested containers of tensors: flatten and rebuild."""


def flatten(x):
    """Leaves of nested tuples, lists and dicts, and a function that rebuilds the same nesting from new leaves."""
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return _sequence(x, type(x) if hasattr(x, "n_fields") else lambda parts: type(x)(*parts))
    if isinstance(x, (tuple, list)):
        return _sequence(x, type(x))
    if isinstance(x, dict):
        keys = list(x)
        return _sequence([x[k] for k in keys], lambda parts: type(x)(zip(keys, parts)))
    return [x], lambda leaves: leaves[0]


def _sequence(items, make):
    leaves, builders = [], []
    for item in items:
        part, build = flatten(item)
        builders.append((len(leaves), len(part), build))
        leaves.extend(part)
    return leaves, lambda new: make([build(new[at : at + n]) for at, n, build in builders])


def tree_map(f, x):
    leaves, build = flatten(x)
    return build([f(leaf) for leaf in leaves])


def _children(x):
    """What a container holds, and what else tells it from others of its type; None for a leaf."""
    if isinstance(x, dict):
        return list(x.values()), list(x)
    if isinstance(x, (tuple, list)):
        return list(x), type(x) if hasattr(x, "_fields") else None
    return None


def broadcast(prefix, tree):
    """One value per leaf of `tree`: a leaf of `prefix` stands for everything below. None when the two do not fit."""
    mine, own = _children(prefix), _children(tree)
    if mine is None:
        return [prefix] * len(flatten(tree)[0])
    if own is None or type(prefix) is not type(tree) or mine[1] != own[1] or len(mine[0]) != len(own[0]):
        return None
    parts = [broadcast(p, t) for p, t in zip(mine[0], own[0])]
    return None if any(p is None for p in parts) else [x for p in parts for x in p]


def structure(x, indent=0):
    """The nesting as PyTorch prints a TreeSpec."""
    own = _children(x)
    if own is None:
        return "*"
    items, context = own
    inner = indent + 2
    parts = [structure(item, inner) for item in items]
    return f"TreeSpec({type(x).__name__}, {context!r}, [" + (",\n" + " " * inner).join(parts) + "])"
