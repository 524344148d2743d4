"""Nested containers of tensors: flatten and rebuild."""


def flatten(x):
    """Leaves of nested tuples, lists and dicts, and a function that rebuilds the same nesting from new leaves."""
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return _sequence(x, lambda parts: type(x)(*parts))
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
