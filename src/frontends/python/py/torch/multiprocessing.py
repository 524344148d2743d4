"""torch.multiprocessing: a run is one process, so one is what can be spawned."""

import os as _os


def cpu_count():
    return _os.cpu_count() or 1


_start_method = [None]


def get_start_method(allow_none=False):
    return _start_method[0] or (None if allow_none else "fork")


def set_start_method(method, force=False):
    if method not in ("fork", "spawn", "forkserver"):
        raise ValueError(f"cannot find context for {method!r}")
    if _start_method[0] is not None and not force:
        raise RuntimeError("context has already been set")
    _start_method[0] = method


def spawn(fn, args=(), nprocs=1, join=True, daemon=False, start_method="spawn"):
    """Calls `fn(0, *args)` here. Error: more than one process is asked for."""
    if nprocs > 1:
        raise NotImplementedError(f"torch.multiprocessing.spawn of {nprocs} processes is not part of Backstep: a run is one process")
    for rank in range(nprocs):
        fn(rank, *args)


def __getattr__(name):
    raise AttributeError(f"torch.multiprocessing.{name} is not part of Backstep: a run is one process")
