"""torch.sparse: products and reductions of sparse matrices, and the older constructors."""

from ._bridge import warn as _warn
from ._dtypes import NAMES as _NAMES
from ._sparse_tensor import SparseTensor as _SparseTensor, product as _product, sparse_coo_tensor as _make, to_sparse as _to_sparse


def mm(mat1, mat2):
    """A sparse matrix times a sparse or dense one."""
    return _product(mat1, mat2, "SparseAddmmBackward0")


def addmm(mat, mat1, mat2, *, beta=1, alpha=1):
    """beta·mat + alpha·(mat1·mat2) with a sparse mat1."""
    return mat * beta + mm(mat1, mat2) * alpha


def sum(input, dim=None, dtype=None):
    """Sum of all elements, or a sparse tensor of sums along dimensions."""
    if dtype is not None:
        input = input.to(dtype)
    return input._values().sum() if dim is None else _to_sparse(input.to_dense().sum(dim))


def _along(function, input, dim, dtype):
    """A softmax over the stored elements only: the others count as -inf."""
    import torch

    input = (input if dtype is None else input.to(dtype)).coalesce()
    stored = torch.zeros(input.shape, dtype=torch.bool)
    stored[tuple(input._indices())] = True
    full = input.to_dense().masked_fill(~stored, -torch.inf)
    return input._with(function(full, dim)[tuple(input._indices())])


def softmax(input, dim, *, dtype=None):
    """Softmax over the stored elements along `dim`."""
    import torch

    return _along(torch.softmax, input, dim, dtype)


def log_softmax(input, dim, *, dtype=None):
    """Logarithm of the softmax over the stored elements along `dim`."""
    import torch

    return _along(torch.log_softmax, input, dim, dtype)


def _legacy(name):
    def make(indices, values, size=None, *, device=None):
        _warn(
            "torch.sparse.SparseTensor(indices, values, shape, *, device=) is deprecated.  Please use "
            "torch.sparse_coo_tensor(indices, values, shape, dtype=, device=)."
        )
        return _make(indices, values, size, dtype=_NAMES[name])

    return make


FloatTensor, DoubleTensor, LongTensor, IntTensor = map(_legacy, ("float32", "float64", "int64", "int32"))
