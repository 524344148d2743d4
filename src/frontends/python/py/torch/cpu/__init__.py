"""torch.cpu: the one device there is. It computes at once, so there is nothing to wait for."""

from .._no_device import StreamContext, stream
from . import amp

__all__ = ["amp", "current_device", "current_stream", "device_count", "is_available", "set_device", "stream", "synchronize", "Event", "Stream",
           "StreamContext"]


def is_available():
    return True


def device_count():
    return 1


def current_device():
    return "cpu"


def set_device(device):
    pass


def synchronize(device=None):
    pass


class Stream:
    """A queue of work that is done at once."""

    def __init__(self, priority=-1):
        pass


class Event:
    """A mark in a queue of work."""


_CURRENT = Stream()


def current_stream(device=None):
    return _CURRENT
