"""Sparse CSR and CSC matrices: COO ones whose elements lie in the order of their rows, or of their columns."""

from . import _bridge as B, _sparse_tensor as _coo
from ._dtypes import layout
from ._sparse_tensor import SparseTensor
from ._tensor import Tensor

sparse_csr, sparse_csc = layout("sparse_csr"), layout("sparse_csc")


class CompressedTensor(SparseTensor):
    """A sparse matrix that stores where each line of its dimension `_line` begins, instead of one index per element."""

    __slots__ = ()
    __module__, __qualname__ = "torch", "Tensor"
    is_sparse = False
    is_sparse_csr = property(lambda self: self.layout is sparse_csr)

    def _compressed(self):
        """Where each line begins, and where the last one ends."""
        import torch

        lines = torch.bincount(self._indices()[self._line], minlength=self.shape[self._line])
        return torch.cat([torch.zeros(1, dtype=torch.int64), lines.cumsum(0)])

    def _plain(self):
        return self._indices()[1 - self._line]

    def indices(self):
        raise RuntimeError(f"indices expected sparse coordinate tensor layout but got {self._kind}")

    def values(self):
        return self._values()

    def _with(self, values):
        indices, _, size, _ = self._parts
        return type(self)(indices, values, size, True)

    def to_sparse(self, sparse_dim=None, *, layout=None):
        indices, values, size, _ = self._parts
        return to_layout(SparseTensor(indices, values, size, self._line == 0).coalesce(), layout)

    def t(self):
        indices, values, size, _ = self._parts
        return _CLASSES[1 - self._line](indices.flip(0), values, size[::-1], True)

    T = property(t)

    def transpose(self, dim0, dim1):
        return self if dim0 % 2 == dim1 % 2 else self.t()

    def numpy(self, *, force=False):
        raise TypeError(f"can't convert {self._kind} layout tensor to numpy. Use Tensor.dense() first.")

    def __repr__(self, *, tensor_contents=None):
        parts = {f"{self._names[0]}=": self._compressed(), f"{self._names[1]}=": self._plain(), "values=": self._values()}
        gap = ",\n" + " " * _coo._INDENT
        text = "tensor(" + gap.join(name + _coo._part(part, name) for name, part in parts.items())
        last = len(text) - text.rfind("\n") + 1
        for fact in _coo.facts(self):
            if last + len(fact) + 2 > _coo._options()["linewidth"]:
                text += gap + fact
                last = _coo._INDENT + len(fact)
            else:
                text += ", " + fact
                last += len(fact) + 2
        return text + ")"


class CsrTensor(CompressedTensor):
    __slots__ = ()
    __module__, __qualname__ = "torch", "Tensor"
    layout = property(lambda self: sparse_csr)
    _line, _kind, _names = 0, "SparseCsr", ("crow_indices", "col_indices")
    crow_indices, col_indices = CompressedTensor._compressed, CompressedTensor._plain


class CscTensor(CompressedTensor):
    __slots__ = ()
    __module__, __qualname__ = "torch", "Tensor"
    layout = property(lambda self: sparse_csc)
    _line, _kind, _names = 1, "SparseCsc", ("ccol_indices", "row_indices")
    ccol_indices, row_indices = CompressedTensor._compressed, CompressedTensor._plain


_CLASSES = (CsrTensor, CscTensor)
_LAYOUTS = {sparse_csr: CsrTensor, sparse_csc: CscTensor}
_ROW = ("crow_indices", "col_indices")


def _beta():
    B.warn(
        "Sparse CSR tensor support is in beta state. If you miss a functionality in the sparse tensor support, please submit a feature request "
        "to https://github.com/pytorch/pytorch/issues. (Triggered internally at ./aten/src/ATen/SparseCsrTensorImpl.cpp:53.)", once=True)


def to_layout(t, wanted):
    """A COO matrix in another layout (None, sparse_coo: itself)."""
    cls = _LAYOUTS.get(wanted)
    if cls is None:
        return t
    _beta()
    indices, values, size, _ = t.coalesce()._parts
    if cls is CscTensor:
        order = indices[1].argsort(stable=True)
        indices, values = indices[:, order], values[order]
    return cls(indices, values, size, True)


def _maker(cls, name):
    def make(compressed, plain, values, size=None, *, dtype=None, device=None, pin_memory=False, requires_grad=False, check_invariants=None):
        import torch

        _beta()
        compressed, plain = (torch.as_tensor(i, dtype=torch.int64) for i in (compressed, plain))
        values = torch.as_tensor(values, dtype=dtype)
        lines = torch.repeat_interleave(torch.arange(len(compressed) - 1), compressed.diff())
        if size is None:
            size = [len(compressed) - 1, int(plain.max()) + 1][:: 1 if cls is CsrTensor else -1]
        made = cls(torch.stack([lines, plain] if cls is CsrTensor else [plain, lines]), values, size, True)
        return made.requires_grad_() if requires_grad else made

    make.__name__ = make.__qualname__ = name
    make.__doc__ = "A sparse matrix from where its lines begin, the other indices and the values."
    return make


sparse_csr_tensor = _maker(CsrTensor, "sparse_csr_tensor")
sparse_csc_tensor = _maker(CscTensor, "sparse_csc_tensor")


def _only_compressed(name):
    def method(self):
        kind = self._kind if isinstance(self, CompressedTensor) else "Sparse" if isinstance(self, SparseTensor) else "Strided"
        raise RuntimeError(f"{name} expected sparse {'row' if name in _ROW else 'column'} compressed tensor layout but got {kind}")

    return method


for _name in ("crow_indices", "col_indices", "ccol_indices", "row_indices"):
    setattr(Tensor, _name, _only_compressed(_name))
Tensor.to_sparse_csr = lambda self, dense_dim=None: self.to_sparse(layout=sparse_csr)
Tensor.to_sparse_csc = lambda self, dense_dim=None: self.to_sparse(layout=sparse_csc)
Tensor.to_sparse_coo = lambda self: self.to_sparse()
