"""torch.utils._pytree: nested containers as a flat list of leaves and a description of the nesting."""

import collections as _collections
from dataclasses import dataclass as _dataclass, field as _field
from typing import Any as _Any


@_dataclass(frozen=True)
class SequenceKey:
    """The place of an element of a list or tuple."""

    idx: int

    def __str__(self):
        return f"[{self.idx!r}]"


@_dataclass(frozen=True)
class MappingKey:
    """The place of a value of a dict."""

    key: _Any

    def __str__(self):
        return f"[{self.key!r}]"


@_dataclass(frozen=True)
class GetAttrKey:
    """The place of a field of a named tuple."""

    name: str

    def __str__(self):
        return f".{self.name}"


class _Kind(_collections.namedtuple("_Kind", "parts context unflatten keys")):
    """How containers of a type come apart and together: their parts, what else must be known (context), and the places of the parts."""


def _dict_kind(make):
    return _Kind(
        lambda d: list(d.values()), lambda d: list(d), lambda parts, keys: make(zip(keys, parts)),
        lambda keys, n: [MappingKey(k) for k in keys])


def _sequence_kind(make):
    return _Kind(list, lambda x: None, lambda parts, _: make(parts), lambda _, n: [SequenceKey(i) for i in range(n)])


_KINDS = {
    list: _sequence_kind(list),
    tuple: _sequence_kind(tuple),
    dict: _dict_kind(dict),
    _collections.OrderedDict: _dict_kind(_collections.OrderedDict),
    _collections.deque: _Kind(
        list, lambda d: d.maxlen, lambda parts, most: _collections.deque(parts, maxlen=most), lambda _, n: [SequenceKey(i) for i in range(n)]),
    _collections.defaultdict: _Kind(
        lambda d: list(d.values()), lambda d: [d.default_factory, list(d)],
        lambda parts, context: _collections.defaultdict(context[0], zip(context[1], parts)),
        lambda context, n: [MappingKey(k) for k in context[1]]),
    _collections.namedtuple: _Kind(
        list, type, lambda parts, cls: cls(*parts), lambda cls, n: [GetAttrKey(name) for name in cls._fields]),
}


def register_pytree_node(cls, flatten_fn, unflatten_fn, **kwargs):
    """Makes a class a container: flatten_fn(x) gives (parts, context), unflatten_fn(parts, context) the container again."""
    _KINDS[cls] = _Kind(
        lambda x: list(flatten_fn(x)[0]), lambda x: flatten_fn(x)[1], lambda parts, context: unflatten_fn(parts, context),
        lambda _, n: [SequenceKey(i) for i in range(n)])


def _type_of(x):
    if isinstance(x, tuple) and hasattr(type(x), "_fields") and type(x) not in _KINDS:
        return _collections.namedtuple
    return type(x)


@_dataclass(init=True, frozen=True, eq=True, repr=False)
class TreeSpec:
    """The nesting of a tree: type of the container, what else must be known of it, and the nestings of its parts. A leaf prints as `*`."""

    type: _Any
    context: _Any
    children_specs: list = _field(default_factory=list)

    @property
    def num_leaves(self):
        return 1 if self.is_leaf() else sum(child.num_leaves for child in self.children_specs)

    @property
    def num_children(self):
        return len(self.children_specs)

    @property
    def num_nodes(self):
        return 1 + sum(child.num_nodes for child in self.children_specs)

    def is_leaf(self):
        return self.type is None

    def __repr__(self, indent=0):
        if self.is_leaf():
            return "*"
        indent += 2
        children = f",\n{' ' * indent}".join(child.__repr__(indent) for child in self.children_specs)
        return f"TreeSpec({self.type.__name__}, {self.context}, [{children}])"

    def unflatten(self, leaves):
        leaves = list(leaves)
        if len(leaves) != self.num_leaves:
            raise ValueError(
                f"treespec.unflatten(leaves): `leaves` has length {len(leaves)} but the spec refers to a pytree that holds "
                f"{self.num_leaves} items ({self}).")
        if self.is_leaf():
            return leaves[0]
        parts, at = [], 0
        for child in self.children_specs:
            parts.append(child.unflatten(leaves[at : at + child.num_leaves]))
            at += child.num_leaves
        return _KINDS[self.type].unflatten(parts, self.context)

    def flatten_up_to(self, tree):
        """The subtrees of a tree that stand where this one has leaves. Error: it is nested otherwise."""
        if self.is_leaf():
            return [tree]
        if _type_of(tree) is not self.type:
            raise ValueError(f"Type mismatch; expected {self.type!r}, but got {type(tree)!r}.")
        parts = _KINDS[self.type].parts(tree)
        if len(parts) != len(self.children_specs):
            raise ValueError(f"Node arity mismatch; expected {len(self.children_specs)}, but got {len(parts)}.")
        return [leaf for child, part in zip(self.children_specs, parts) for leaf in child.flatten_up_to(part)]


class LeafSpec(TreeSpec):
    def __init__(self):
        super().__init__(None, None, [])


_LEAF = LeafSpec()


def _walk(tree, is_leaf, path):
    """(places and leaves, spec) of a tree."""
    kind = None if is_leaf is not None and is_leaf(tree) else _KINDS.get(_type_of(tree))
    if kind is None:
        return [(path, tree)], _LEAF
    parts, context = kind.parts(tree), kind.context(tree)
    leaves, specs = [], []
    for key, part in zip(kind.keys(context, len(parts)), parts):
        below, spec = _walk(part, is_leaf, (*path, key))
        leaves += below
        specs.append(spec)
    return leaves, TreeSpec(_type_of(tree), context, specs)


def tree_flatten_with_path(tree, is_leaf=None):
    return _walk(tree, is_leaf, ())


def tree_flatten(tree, is_leaf=None):
    leaves, spec = _walk(tree, is_leaf, ())
    return [leaf for _, leaf in leaves], spec


def tree_unflatten(leaves, treespec):
    return treespec.unflatten(leaves)


def tree_leaves(tree, is_leaf=None):
    return tree_flatten(tree, is_leaf)[0]


def tree_leaves_with_path(tree, is_leaf=None):
    return tree_flatten_with_path(tree, is_leaf)[0]


def tree_iter(tree, is_leaf=None):
    return iter(tree_leaves(tree, is_leaf))


def tree_structure(tree, is_leaf=None):
    return tree_flatten(tree, is_leaf)[1]


def tree_map(func, tree, *rests, is_leaf=None):
    """A tree of func(leaf, leaves at the same place of the other trees …)."""
    leaves, spec = tree_flatten(tree, is_leaf)
    return spec.unflatten(map(func, leaves, *[spec.flatten_up_to(rest) for rest in rests]))


def tree_map_(func, tree, *rests, is_leaf=None):
    tree_map(func, tree, *rests, is_leaf=is_leaf)
    return tree


def tree_map_with_path(func, tree, *rests, is_leaf=None):
    leaves, spec = tree_flatten_with_path(tree, is_leaf)
    return spec.unflatten(func(path, leaf, *others) for (path, leaf), *others in zip(leaves, *[spec.flatten_up_to(r) for r in rests]))


def tree_map_only(type_or_types, func, tree, is_leaf=None):
    return tree_map(lambda x: func(x) if isinstance(x, type_or_types) else x, tree, is_leaf=is_leaf)


def tree_all(pred, tree, is_leaf=None):
    return all(map(pred, tree_iter(tree, is_leaf)))


def tree_any(pred, tree, is_leaf=None):
    return any(map(pred, tree_iter(tree, is_leaf)))


def keystr(path):
    """A path as one would write it behind the tree: `['a'][0].x`."""
    return "".join(map(str, path))
