"""Files of scripted modules and functions, for `load` in the same run."""

import os as _os

from .. import serialization
from ._functions import ScriptFunction
from ._script import ScriptModule


def save(m, f, _extra_files=None):
    """Writes a scripted module or function."""
    if not isinstance(m, (ScriptModule, ScriptFunction)):
        raise AttributeError(f"'{type(m).__name__}' object has no attribute 'save'")
    serialization.save(m, f)


def load(f, map_location=None, _extra_files=None, _restore_shapes=False):
    """Reads what `save` wrote. Error: there is no such file."""
    if isinstance(f, (str, _os.PathLike)) and not _os.path.exists(f):
        raise ValueError(f"The provided filename {f} does not exist")
    return serialization.load(f, map_location=map_location, weights_only=False)
