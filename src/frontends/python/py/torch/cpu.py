"""torch.cpu: the names of torch.cuda for the processor itself."""

from ._no_device import StreamContext, answers as _answers, stream


class Stream:
    """A queue of work; everything here is done at once."""

    def __init__(self, priority=-1):
        pass


class Event:
    pass


_stream = Stream()
_answers(globals(), is_available=True, device_count=1, current_device="cpu", set_device=None, synchronize=None)


def current_stream(device=None):
    return _stream
