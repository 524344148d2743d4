"""torch.distributed for a group of one process: what programs for many processes do when they are started as one.

Collectives hand a tensor to itself. A second process cannot be had here, and asking for one says so.
"""

import datetime as _datetime
import enum as _enum
import os as _os

default_pg_timeout = _datetime.timedelta(seconds=1800)
_MISSING = "Default process group has not been initialized, please make sure to call init_process_group."


class ReduceOp:
    """How values of several processes become one."""

    class RedOpType(_enum.IntEnum):
        SUM = 0
        AVG = 1
        PRODUCT = 2
        MIN = 3
        MAX = 4
        BAND = 5
        BOR = 6
        BXOR = 7

    SUM, AVG, PRODUCT, MIN, MAX, BAND, BOR, BXOR = RedOpType


class Store:
    """Keys and values that processes share: a dictionary, as there is one process."""

    def __init__(self, *args, **kwargs):
        self._values = {}

    def set(self, key, value):
        self._values[key] = value if isinstance(value, bytes) else str(value).encode()

    def get(self, key):
        return self._values[key]


class HashStore(Store):
    pass


class FileStore(Store):
    pass


class TCPStore(Store):
    pass


class ProcessGroup:
    """The one process."""

    def __init__(self, backend):
        self._backend = backend

    def rank(self):
        return 0

    def size(self):
        return 1

    def name(self):
        return self._backend


class group:
    """`group.WORLD` is the default group, None before there is one."""

    WORLD = None


class Work:
    """A collective that was started with `async_op=True`: it is done."""

    def wait(self, timeout=None):
        return True

    def is_completed(self):
        return True

    is_success = is_completed


def is_available():
    return True


def is_initialized():
    return group.WORLD is not None


def is_gloo_available():
    return True


def is_nccl_available():
    return False


is_mpi_available = is_ucc_available = is_xccl_available = is_nccl_available


def is_torchelastic_launched():
    return "TORCHELASTIC_RUN_ID" in _os.environ


def _setting(given, variable):
    """Rank or world size: as given, else from the environment, as torchrun sets it. Error: neither."""
    if given is not None and given != -1:
        return given
    if variable not in _os.environ:
        raise ValueError(f"Error initializing torch.distributed using env:// rendezvous: environment variable {variable} expected, but not set")
    return int(_os.environ[variable])


def init_process_group(backend=None, init_method=None, timeout=None, world_size=-1, rank=-1, store=None, group_name="", pg_options=None,
                       device_id=None):
    """Makes the default group. Errors: there is one already; rank or size are missing; more than one process,
    or a backend for GPUs, is asked for."""
    if is_initialized():
        raise ValueError("trying to initialize the default process group twice!")
    rank, size = _setting(rank, "RANK"), _setting(world_size, "WORLD_SIZE")
    if size != 1 or rank != 0:
        raise NotImplementedError(f"torch.distributed with rank {rank} of {size} processes is not part of Backstep: a run is one process, rank 0 of 1")
    name = str(backend or "gloo").lower()
    if name in ("nccl", "mpi", "ucc"):
        raise RuntimeError(f"Distributed package doesn't have {name.upper()} built in")
    group.WORLD = ProcessGroup(name)


def _known(pg):
    """The group that is asked for. Error: there is none."""
    if group.WORLD is None:
        raise ValueError(_MISSING)
    return group.WORLD if pg is None else pg


def destroy_process_group(group=None):
    world = globals()["group"]
    assert world.WORLD is not None
    if group is None or group is world.WORLD:
        world.WORLD = None


def new_group(ranks=None, timeout=None, backend=None, pg_options=None, **kwargs):
    return ProcessGroup(backend or _known(None).name())


def get_rank(group=None):
    return _known(group).rank()


def get_world_size(group=None):
    return _known(group).size()


def get_backend(group=None):
    return _known(group).name()


def _done(pg, async_op):
    _known(pg)
    return Work() if async_op else None


def _root(name, rank):
    if rank not in (0, None):
        raise RuntimeError(f"ProcessGroupGloo::{name}: invalid root rank: {rank}")


def barrier(group=None, async_op=False, device_ids=None):
    return _done(group, async_op)


def all_reduce(tensor, op=ReduceOp.SUM, group=None, async_op=False):
    if _known(group).name() == "gloo" and op == ReduceOp.AVG:
        raise RuntimeError("Cannot use ReduceOp.AVG with Gloo")
    return _done(group, async_op)


def reduce(tensor, dst=None, op=ReduceOp.SUM, group=None, async_op=False, group_dst=None):
    _known(group)
    _root("reduce", dst)
    return all_reduce(tensor, op, group, async_op)


def broadcast(tensor, src=None, group=None, async_op=False, group_src=None):
    _known(group)
    _root("broadcast", src)
    return _done(group, async_op)


def _copy(target, source):
    from . import no_grad

    with no_grad():
        target.copy_(source.view_as(target))


def all_gather(tensor_list, tensor, group=None, async_op=False):
    _known(group)
    _copy(tensor_list[0], tensor)
    return _done(group, async_op)


def all_gather_into_tensor(output_tensor, input_tensor, group=None, async_op=False):
    return all_gather([output_tensor], input_tensor, group, async_op)


def gather(tensor, gather_list=None, dst=None, group=None, async_op=False, group_dst=None):
    _root("gather", dst)
    return all_gather(gather_list, tensor, group, async_op)


def scatter(tensor, scatter_list=None, src=None, group=None, async_op=False, group_src=None):
    _root("scatter", src)
    return all_gather([tensor], scatter_list[0], group, async_op)


def reduce_scatter(output, input_list, op=ReduceOp.SUM, group=None, async_op=False):
    if _known(group).name() == "gloo":
        raise RuntimeError("ProcessGroupGloo does not support reduce_scatter")
    return all_gather([output], input_list[0], group, async_op)


def all_gather_object(object_list, obj, group=None):
    _known(group)
    object_list[0] = obj


def gather_object(obj, object_gather_list=None, dst=None, group=None, group_dst=None):
    all_gather_object(object_gather_list, obj, group)


def broadcast_object_list(object_list, src=None, group=None, device=None, group_src=None):
    _known(group)


def scatter_object_list(scatter_object_output_list, scatter_object_input_list=None, src=None, group=None, group_src=None):
    all_gather_object(scatter_object_output_list, scatter_object_input_list[0], group)


def _alone(word, peer):
    _known(None)
    if peer == 0:
        raise ValueError(f"Invalid {word} rank: {word} rank should not be the same as the rank of the current process.")
    raise NotImplementedError(f"torch.distributed: there is no rank {peer} in Backstep: a run is one process")


def send(tensor, dst=None, group=None, tag=0, group_dst=None):
    _alone("destination", dst)


def recv(tensor, src=None, group=None, tag=0, group_src=None):
    _alone("source", src)


isend, irecv = send, recv
