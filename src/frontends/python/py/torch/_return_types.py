"""Named tuples that operators return, printed as PyTorch prints them."""

from ._dtypes import CType

_TYPES = {}


def structure(name, fields):
    """The class of results of operator `name`; calling it takes the tuple of values."""
    cls = _TYPES.get((name, tuple(fields)))
    if cls is not None:
        return cls
    fields = tuple(fields)

    def __new__(cls, values):
        return tuple.__new__(cls, values)

    def __repr__(self):
        return f"torch.return_types.{name}(\n" + ",\n".join(f"{f}={v!r}" for f, v in zip(fields, self)) + ")"

    body = {"__new__": __new__, "__repr__": __repr__, "__slots__": (), "_fields": fields,
            "n_fields": len(fields)}
    for i, field in enumerate(fields):
        body[field] = property(lambda self, i=i: self[i])
    cls = _TYPES[(name, fields)] = CType(name, (tuple,), body, module="torch.return_types")
    return cls
