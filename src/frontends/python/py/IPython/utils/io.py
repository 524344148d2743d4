"""IPython.utils.io: capture_output."""

import contextlib as _contextlib

from _backstep.display import Captured as _Captured


@_contextlib.contextmanager
def capture_output(stdout=True, stderr=True, display=True):
    """What the block prints and shows, instead of showing it; always all of it."""
    captured = _Captured()
    with captured.printing():
        yield captured
