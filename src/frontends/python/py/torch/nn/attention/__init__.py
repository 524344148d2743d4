"""torch.nn.attention: there is one implementation of attention here; choosing another changes nothing."""

import contextlib as _contextlib
import enum as _enum


class SDPBackend(_enum.IntEnum):
    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3


@_contextlib.contextmanager
def sdpa_kernel(backends, set_priority=False):
    yield {}
