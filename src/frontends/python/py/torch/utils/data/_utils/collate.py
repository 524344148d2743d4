"""Batches from samples."""

import collections.abc as _abc
import copy as _copy
import sys as _sys

import torch

default_collate_err_msg_format = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def _numpy(x):
    numpy = _sys.modules.get("numpy")
    return numpy is not None and isinstance(x, (numpy.ndarray, numpy.generic))


def default_convert(data):
    """Arrays in a sample become tensors, everything else stays."""
    kind = type(data)
    if isinstance(data, torch.Tensor):
        return data
    if _numpy(data):
        return torch.as_tensor(data)
    if isinstance(data, _abc.Mapping):
        try:
            return kind({k: default_convert(v) for k, v in data.items()})
        except TypeError:
            return {k: default_convert(v) for k, v in data.items()}
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return kind(*(default_convert(d) for d in data))
    if isinstance(data, tuple):
        return [default_convert(d) for d in data]
    if isinstance(data, _abc.Sequence) and not isinstance(data, (str, bytes)):
        try:
            return kind([default_convert(d) for d in data])
        except TypeError:
            return [default_convert(d) for d in data]
    return data


def _collate_mapping(batch, elem, function_map):
    kind = type(elem)
    columns = {key: collate([d[key] for d in batch], collate_fn_map=function_map) for key in elem}
    try:
        if isinstance(elem, _abc.MutableMapping):
            clone = _copy.copy(elem)
            clone.update(columns)
            return clone
        return kind(columns)
    except TypeError:
        return columns


def _collate_sequence(batch, elem, function_map):
    kind = type(elem)
    if not all(len(e) == len(elem) for e in batch):
        raise RuntimeError("each element in list of batch should be of equal size")
    columns = [collate(samples, collate_fn_map=function_map) for samples in zip(*batch)]
    if isinstance(elem, tuple):
        return columns
    try:
        return kind(columns)
    except TypeError:
        return columns


def collate(batch, *, collate_fn_map=None):
    """A batch from a list of samples, with a table of functions by type."""
    elem = batch[0]
    kind = type(elem)
    if collate_fn_map is not None:
        if kind in collate_fn_map:
            return collate_fn_map[kind](batch, collate_fn_map=collate_fn_map)
        for cls in collate_fn_map:
            if isinstance(elem, cls):
                return collate_fn_map[cls](batch, collate_fn_map=collate_fn_map)
        if _numpy(elem):
            return collate_numpy_array_fn(batch, collate_fn_map=collate_fn_map)
    if isinstance(elem, _abc.Mapping):
        return _collate_mapping(batch, elem, collate_fn_map)
    if isinstance(elem, tuple) and hasattr(elem, "_fields"):
        return kind(*(collate(samples, collate_fn_map=collate_fn_map) for samples in zip(*batch)))
    if isinstance(elem, _abc.Sequence):
        return _collate_sequence(batch, elem, collate_fn_map)
    raise TypeError(default_collate_err_msg_format.format(kind))


def collate_tensor_fn(batch, *, collate_fn_map=None):
    return torch.stack(list(batch), 0)


def collate_numpy_array_fn(batch, *, collate_fn_map=None):
    if getattr(batch[0], "shape", ()) == ():
        return torch.as_tensor([b.item() for b in batch]).to(torch.as_tensor(batch[0]).dtype)
    return collate([torch.as_tensor(b) for b in batch], collate_fn_map=collate_fn_map)


def collate_float_fn(batch, *, collate_fn_map=None):
    return torch.tensor(batch, dtype=torch.float64)


def collate_int_fn(batch, *, collate_fn_map=None):
    return torch.tensor(batch)


def collate_str_fn(batch, *, collate_fn_map=None):
    return batch


default_collate_fn_map = {torch.Tensor: collate_tensor_fn, float: collate_float_fn, int: collate_int_fn, str: collate_str_fn,
                          bytes: collate_str_fn}


def default_collate(batch):
    """Tensors are stacked, numbers become tensors, dictionaries and tuples are collated inside."""
    return collate(batch, collate_fn_map=default_collate_fn_map)
