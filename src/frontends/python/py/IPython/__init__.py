"""IPython: what programs taken from notebooks ask of it."""

import builtins as _builtins

from . import display


def get_ipython():
    """The shell of a notebook; None in a script, whose run has none."""
    if not hasattr(_builtins, "get_ipython"):
        return None
    from _backstep.shell import shell

    return shell


__version__ = "8.0.0"
