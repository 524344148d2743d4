"""Fills the package's namespaces with the operators of the engine's table."""

from . import _bridge as B
from ._return_types import structure

_call = B.call


def function(number, name, result):
    if result:
        make = structure(name, result)

        def f(*args, **kwargs):
            r = _call(number, args, kwargs)
            return make(r) if r.__class__ is tuple else r
    else:

        def f(*args, **kwargs):
            return _call(number, args, kwargs)

    f.__name__ = f.__qualname__ = name
    return f


def install(module, place):
    """Sets a module's operators for one place of the table ("torch", "F", "linalg" …). Existing names stay.

    ATen's names carry the place ("linalg_inv"); Python's do not (torch.linalg.inv).
    """
    for number, entry in enumerate(B.TABLE["operators"]):
        full = entry["name"]
        name = full.removeprefix(place + "_")
        if place in entry["places"] and not hasattr(module, name):
            f = function(number, name if entry["result"] is None else full, entry["result"])
            f.__name__ = f.__qualname__ = full
            if place == "torch":  # of a class in C, whose methods these functions are
                f.__qualname__ = f"_VariableFunctionsClass.{full}"
            f.__module__ = module.__name__
            setattr(module, name, f)
