"""Sparse COO tensors: indices, values and a size. They live in Python; what is differentiable about them is their values."""

import re as _re

from . import _bridge as B
from ._bridge import call, natives
from ._dtypes import Size, sparse_coo
from ._tensor import _OPS, _BINARY, Tensor

_DTYPE = _re.compile(r",\s+(dtype=torch\.\w+|grad_fn=<\w+>|requires_grad=True)")
_INDENT = len("tensor(")


def _engine():
    from .nn.functional_engine import engine

    return engine


class SparseTensor(Tensor):
    """A tensor of which only the elements at `indices` [sparse dimensions, nnz] are stored, `values` [nnz, dense dimensions …]."""

    __torch_function__ = B.disabled_torch_function

    __slots__ = ("_parts",)
    __module__, __qualname__ = "torch", "Tensor"

    def __new__(cls, indices, values, size, coalesced=False):
        t = object.__new__(cls)
        t._parts = (indices, values, Size(size), coalesced)
        return t

    def __init__(self, *args, **kwargs):
        pass

    def __del__(self):
        pass

    @property
    def _h(self):
        raise B.Elsewhere(operator)

    # ---------------------------------------------------------------- parts

    def _indices(self):
        return self._parts[0]

    def _values(self):
        return self._parts[1]

    def is_coalesced(self):
        return self._parts[3]

    def _checked(self, part, name):
        if not self.is_coalesced():
            raise RuntimeError(f"Cannot get {name} on an uncoalesced tensor, please call .coalesce() first")
        return part

    def indices(self):
        return self._checked(self._parts[0], "indices")

    def values(self):
        return self._checked(self._parts[1], "values")

    def _nnz(self):
        return self._parts[0].shape[1]

    def sparse_dim(self):
        return self._parts[0].shape[0]

    def dense_dim(self):
        return self._parts[1].dim() - 1

    # ---------------------------------------------------------------- facts

    shape = property(lambda self: self._parts[2])
    dtype = property(lambda self: self._parts[1].dtype)
    layout = property(lambda self: sparse_coo)
    ndim = property(lambda self: len(self._parts[2]))
    requires_grad = property(lambda self: self._parts[1].requires_grad)
    grad_fn = property(lambda self: self._parts[1].grad_fn)
    is_leaf = property(lambda self: self._parts[1].is_leaf)
    grad = property(lambda self: None)
    is_sparse = True

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def dim(self):
        return len(self.shape)

    def numel(self):
        return self.shape.numel()

    def type(self, dtype=None):
        return self._parts[1].type().replace("torch.", "torch.sparse.") if dtype is None else self.to(dtype)

    # ---------------------------------------------------------------- other forms

    def _with(self, values):
        """The same places with other values."""
        indices, _, size, coalesced = self._parts
        return SparseTensor(indices, values, size, coalesced)

    def coalesce(self):
        """With indices in order and each once; values of equal indices are added up."""
        import torch

        if self.is_coalesced():
            return self
        indices, values, size, _ = self._parts
        place = torch.zeros(self._nnz(), dtype=torch.int64)
        for row, length in zip(indices, size):
            place = place * length + row
        found, inverse = torch.unique(place, return_inverse=True)
        merged = torch.zeros(len(found), *values.shape[1:], dtype=values.dtype).index_add(0, inverse, values)
        return SparseTensor(torch.stack(torch.unravel_index(found, size[: self.sparse_dim()])), merged, size, True)

    def to_dense(self, dtype=None, *, masked_grad=None):
        indices, values, size, _ = self._parts
        made = _engine()._sparse_to_dense(values, indices, size)
        return made if dtype is None else made.to(dtype)

    def to_sparse(self, sparse_dim=None, *, layout=None):
        from ._compressed_tensor import to_layout

        return to_layout(self, layout)

    def to(self, *args, **kwargs):
        values = self._parts[1].to(*args, **kwargs)
        return self if values is self._parts[1] else self._with(values)

    def requires_grad_(self, requires_grad=True):
        self._parts[1].requires_grad_(requires_grad)
        return self

    def clone(self):
        return self._with(self._parts[1].clone())

    def detach(self):
        return self._with(self._parts[1].detach())

    def transpose(self, dim0, dim1):
        indices, values, size, _ = self._parts
        order = list(range(self.dim()))
        order[dim0], order[dim1] = order[dim1], order[dim0]
        return SparseTensor(indices[order], values, [size[d] for d in order])

    def t(self):
        return self.transpose(0, 1)

    T = property(t)

    def cpu(self):
        return self

    def numpy(self, *, force=False):
        raise TypeError("can't convert Sparse layout tensor to numpy. Use Tensor.dense() first.")

    # ---------------------------------------------------------------- text

    def __repr__(self, *, tensor_contents=None):
        indices, values, _, _ = self._parts
        gap = ",\n" + " " * _INDENT
        text = f"tensor(indices={_part(indices, 'indices=')}{gap}values={_part(values, 'values=')}"
        last, start = 0, gap
        for fact in facts(self):
            if start is not gap and last + len(fact) + 2 > _options()["linewidth"]:
                start = gap
            text += start + fact
            last = _INDENT + len(fact) if start is gap else last + len(fact) + 2
            start = ", "
        return text + ")"

    def __str__(self):
        return self.__repr__()


def facts(t):
    """What the text of a sparse tensor says after its values."""
    import torch

    values = t._values()
    said = [f"size={tuple(t.shape)}", f"nnz={t._nnz()}"]
    if values.dtype not in (torch.get_default_dtype(), torch.int64, torch.bool):
        said.append(f"dtype={values.dtype}")
    said.append(f"layout={t.layout}")
    if values.grad_fn is not None:
        said.append(f"grad_fn=<{type(values.grad_fn).__name__}>")
    elif values.requires_grad:
        said.append("requires_grad=True")
    return said


def _options():
    import json

    return json.loads(natives.print_options())


def _part(t, name):
    """Text of indices or values, indented as it stands inside the text of a sparse tensor."""
    import json

    width = _options()["linewidth"]
    natives.set_print_options(json.dumps(dict(linewidth=width - _INDENT - len(name))))
    try:
        text = _DTYPE.sub("", repr(t.detach()))
    finally:
        natives.set_print_options(json.dumps(dict(linewidth=width)))
    if t.dim() == 1 and t.numel() == 0:
        text = "tensor([], size=(0,))"  # unlike a tensor of its own, a part always says its size when it is empty
    return text.replace("\n", "\n" + " " * (_INDENT + len(name)))


def sparse_coo_tensor(indices=None, values=None, size=None, *, dtype=None, device=None, pin_memory=False, requires_grad=False,
                      check_invariants=None, is_coalesced=None):
    """
    The sparse tensor with the given values at the given indices (columns of `indices`); its size is inferred if left out. With a
    size alone it is empty.
    """
    import torch

    if values is None:
        size = indices if size is None else size
        indices, values = torch.empty(len(size), 0, dtype=torch.int64), torch.empty(0, dtype=dtype)
    indices = torch.as_tensor(indices, dtype=torch.int64)
    values = torch.as_tensor(values, dtype=dtype)
    if size is None:
        size = [int(n) + 1 for n in indices.max(dim=1).values] + list(values.shape[1:])
    made = SparseTensor(indices, _engine()._sparse_coo_tensor_with_dims_and_tensors(values, indices), size, bool(is_coalesced))
    return made.requires_grad_() if requires_grad else made


def to_sparse(self, sparse_dim=None, *, layout=None):
    """The elements that are not 0 (slices, where `sparse_dim` leaves dense dimensions)."""
    n = self.dim() if sparse_dim is None else sparse_dim
    plain = self.detach() != 0
    if n < self.dim():
        plain = plain.flatten(n).any(-1)
    indices = plain.nonzero().t().contiguous()
    made = SparseTensor(indices, _engine()._sparse_from_dense(self, indices), self.shape, True)
    return made if layout is None else made.to_sparse(layout=layout)


# -------------------------------------------------------------------- operators


def product(a, b, node="MmBackward0"):
    """A sparse matrix times a dense or sparse one."""
    if not isinstance(a, SparseTensor):
        return product(b.t(), a.t(), node).t()
    if isinstance(b, SparseTensor):
        return to_sparse(product(a, b.to_dense(), node))
    indices, values, size, _ = a._parts
    if b.dim() == 1:
        return _engine()._sparse_mm(values, indices, size, b.unsqueeze(1), node).squeeze(1)
    return _engine()._sparse_mm(values, indices, size, b, node)


def _add(a, b, alpha=1):
    import torch

    if not isinstance(a, SparseTensor):
        return a + b.to_dense() * alpha
    if not isinstance(b, SparseTensor):
        raise RuntimeError("add(sparse, dense) is not supported. Use add(dense, sparse) instead.")
    indices = torch.cat([a._indices(), b._indices()], 1)
    return SparseTensor(indices, torch.cat([a._values(), b._values() * alpha]), a.shape).coalesce()


def _add_(a, b, alpha=1):
    """Adds to a dense tensor in place, without forming the dense tensor of what is added."""
    if isinstance(a, SparseTensor):
        a._parts = _add(a, b, alpha)._parts
        return a
    return a.index_put_(tuple(b._indices()), b._values() * alpha, accumulate=True)


def sparse_mask(self, mask):
    """The elements of a dense tensor at the indices of a sparse one."""
    return mask._with(_engine()._sparse_from_dense(self, mask._indices()))


def _scaled(name):
    def handler(a, b):
        a, b = (b, a) if name == "mul" and not isinstance(a, SparseTensor) else (a, b)
        if isinstance(b, SparseTensor):
            return to_sparse(getattr(a.to_dense(), name)(b.to_dense()))
        if isinstance(b, Tensor) and b.dim() > 0:
            return a._with(getattr(a._values(), name)(_engine()._sparse_from_dense(b.expand(a.shape), a._indices())))
        return a._with(getattr(a._values(), name)(b))

    return handler


def _sum(a, dim=None, keepdim=False):
    if dim is None:
        return a._values().sum()
    return a.to_dense().sum(dim, keepdim)


def _select(a, index):
    if isinstance(index, int):
        index = (index,)
    if all(isinstance(i, int) for i in index):
        row = a.to_dense()[tuple(index)]
        return to_sparse(row) if row.dim() else row
    raise NotImplementedError("only whole rows of a sparse tensor can be taken out")


_HANDLERS = {
    "mm": product, "matmul": product, "mv": product, "add": _add, "add_": _add_, "sub_": lambda a, b, alpha=1: _add_(a, b, -alpha), "sub": lambda a, b, alpha=1: _add(a, b, -alpha),
    "mul": _scaled("mul"), "div": _scaled("div"), "sum": _sum, "getitem": _select, "clone": SparseTensor.clone, "t": SparseTensor.t,
    "transpose": SparseTensor.transpose, "detach": SparseTensor.detach,
}
# Functions that are 0 at 0 work on the values.
_ELEMENTWISE = ("abs", "neg", "sqrt", "relu", "sin", "tan", "tanh", "sinh", "asin", "atan", "square", "sign", "sgn", "floor", "ceil",
                "round", "trunc", "expm1", "log1p", "erf", "isnan", "isinf")


def operator(name, args, kwargs):
    """What an operator gives whose arguments include a sparse tensor. Error: PyTorch's for one that does not take them."""
    import torch

    handler = _HANDLERS.get(name)
    if handler is not None:
        made = handler(*args, **kwargs)
        # Sums and products of matrices of another layout have it too; parts have none.
        keeps = isinstance(made, SparseTensor) and made.layout is sparse_coo and made.dim() == 2
        return made.to_sparse(layout=args[0].layout) if keeps and isinstance(args[0], SparseTensor) else made
    if name in _ELEMENTWISE:
        first = args[0].coalesce()
        return first._with(getattr(torch, name)(first._values(), *args[1:], **kwargs))
    raise NotImplementedError(f"Could not run 'aten::{name}' with arguments from the 'SparseCPU' backend.")


def _dunder(op, reflected):
    def method(self, other):
        return call(_OPS[op], (other, self) if reflected else (self, other), None)

    return method


for _name, (_op, _reflected) in _BINARY.items():
    if _op in _OPS and not _op.endswith("_"):
        setattr(SparseTensor, _name, _dunder(_op, _reflected))
Tensor.to_sparse, Tensor.sparse_mask = to_sparse, sparse_mask
Tensor.to_dense = lambda self, dtype=None, *, masked_grad=None: self if dtype is None else self.to(dtype)
