"""numpy.lib: what teaching programs take from it."""

from . import stride_tricks
