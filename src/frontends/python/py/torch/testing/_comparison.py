"""assert_close."""

import cmath as _cmath
from collections.abc import Mapping as _Mapping, Sequence as _Sequence
from numbers import Number as _Number

import torch

_PRECISIONS = {"float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7),
               "complex64": (1.3e-6, 1e-5), "complex128": (1e-7, 1e-7)}


def _tolerances(dtypes, rtol, atol):
    if (rtol is None) != (atol is None):
        raise ValueError(f"rtol and atol must both be specified or both be unspecified, but got {'no ' if rtol is None else ''}rtol and "
                         f"{'no ' if atol is None else ''}atol.")
    if rtol is not None:
        return rtol, atol
    pairs = [_PRECISIONS.get(d._name, (0.0, 0.0)) for d in dtypes]
    return max(p[0] for p in pairs), max(p[1] for p in pairs)


def _where(indices):
    return f" at index {indices}" if indices else ""


def _allowed(tolerance):
    return f" (up to {tolerance} allowed)" if tolerance is not None else ""


def _describe_mismatch(actual, expected, matches, rtol, atol, equal_nan):
    """PyTorch's text about two tensors of one shape that differ."""
    total = matches.numel()
    wrong = total - int(matches.sum())
    double = lambda t: t.to(torch.float64) if not t.is_complex() else t
    a, b = double(actual.detach()), double(expected.detach())
    difference = (a - b).abs()
    difference = torch.where(matches, torch.zeros_like(difference), difference)
    relative = difference / b.abs()
    relative = torch.where(matches, torch.zeros_like(relative), relative)
    equality = rtol == 0 and atol == 0
    lines = [f"Mismatched elements: {wrong} / {total} ({wrong / total:.1%})"]
    for name, values, tolerance in (("absolute", difference, atol), ("relative", relative, rtol)):
        at = int(values.flatten().argmax())
        index = tuple(int(i) for i in torch.unravel_index(torch.tensor(at), values.shape)) if values.dim() else ()
        lines.append(f"Greatest {name} difference: {values.flatten()[at].item()}{_where(index)}{'' if equality else _allowed(tolerance)}")
    return f"Tensor-likes are not {'equal' if equality else 'close'}!\n\n" + "\n".join(lines)


def _fail(message, path, msg):
    text = message + (f"\n\nThe failure occurred for item {''.join(f'[{p}]' for p in path)}" if path else "")
    if msg is not None:
        text = msg(text) if callable(msg) else msg
    raise AssertionError(text)


def _compare_tensors(actual, expected, path, rtol, atol, equal_nan, check_dtype, check_stride, msg):
    if actual.shape != expected.shape:
        _fail(f"The values for attribute 'shape' do not match: {actual.shape} != {expected.shape}.", path, msg)
    if check_dtype and actual.dtype is not expected.dtype:
        _fail(f"The values for attribute 'dtype' do not match: {actual.dtype} != {expected.dtype}.", path, msg)
    if check_stride and actual.stride() != expected.stride():
        _fail(f"The values for attribute 'stride()' do not match: {actual.stride()} != {expected.stride()}.", path, msg)
    rtol, atol = _tolerances((actual.dtype, expected.dtype), rtol, atol)
    if actual.dtype is not expected.dtype:
        dtype = torch.promote_types(actual.dtype, expected.dtype)
        actual, expected = actual.to(dtype), expected.to(dtype)
    if actual.dtype.is_floating_point or actual.dtype.is_complex:
        matches = torch.isclose(actual.detach(), expected.detach(), rtol=rtol, atol=atol, equal_nan=equal_nan)
    else:
        a, b = actual.to(torch.int64), expected.to(torch.int64)
        matches = torch.isclose(a, b, rtol=rtol, atol=atol)
    if matches.all():
        return
    if actual.dim() == 0:
        _fail_scalars(actual.item(), expected.item(), path, rtol, atol, msg)
    _fail(_describe_mismatch(actual, expected, matches, rtol, atol, equal_nan), path, msg)


def _fail_scalars(actual, expected, path, rtol, atol, msg):
    equality = rtol == 0 and atol == 0
    difference = abs(actual - expected)
    relative = float("inf") if expected == 0 else difference / abs(expected)
    text = f"{'Booleans mismatch' if isinstance(actual, bool) else 'Scalars are not ' + ('equal' if equality else 'close')}"
    if isinstance(actual, bool):
        _fail(f"{text}: {actual} is not {expected}", path, msg)
    suffix = ("", "") if equality else (_allowed(atol), _allowed(rtol))
    _fail(f"{text}!\n\nExpected {expected} but got {actual}.\nAbsolute difference: {difference}{suffix[0]}\n"
          f"Relative difference: {relative}{suffix[1]}", path, msg)


def _compare(actual, expected, path, options):
    if isinstance(actual, _Mapping) and isinstance(expected, _Mapping):
        if set(actual) != set(expected):
            missing = sorted(set(expected) - set(actual), key=str)
            additional = sorted(set(actual) - set(expected), key=str)
            _fail(f"The keys of the mappings do not match:\nMissing keys in the actual mapping: {missing}\n"
                  f"Additional keys in the actual mapping: {additional}", path, options["msg"])
        for key in actual:
            _compare(actual[key], expected[key], [*path, repr(key)], options)
        return
    if isinstance(actual, _Sequence) and isinstance(expected, _Sequence) and not isinstance(actual, str):
        if len(actual) != len(expected):
            _fail(f"The length of the sequences mismatch: {len(actual)} != {len(expected)}", path, options["msg"])
        for i, (a, b) in enumerate(zip(actual, expected)):
            _compare(a, b, [*path, i], options)
        return
    if actual is None and expected is None:
        return
    if isinstance(actual, _Number) and isinstance(expected, _Number) and not isinstance(actual, torch.Tensor):
        kinds = {bool: torch.bool, int: torch.int64, float: torch.float64, complex: torch.complex128}
        rtol, atol = _tolerances([kinds.get(type(actual), torch.float64), kinds.get(type(expected), torch.float64)], options["rtol"],
                                 options["atol"])
        if actual == expected or (options["equal_nan"] and _cmath.isnan(actual) and _cmath.isnan(expected)):
            return
        if not (_cmath.isfinite(actual) and _cmath.isfinite(expected) and abs(actual - expected) <= atol + rtol * abs(expected)):
            _fail_scalars(actual, expected, path, rtol, atol, options["msg"])
        return
    tensors = [x if isinstance(x, torch.Tensor) else torch.as_tensor(x) if hasattr(x, "__backstep__") else None for x in (actual, expected)]
    if any(t is None for t in tensors):
        raise TypeError(f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}.")
    _compare_tensors(*tensors, path, options["rtol"], options["atol"], options["equal_nan"], options["check_dtype"], options["check_stride"],
                     options["msg"])


def assert_close(actual, expected, *, allow_subclasses=True, rtol=None, atol=None, equal_nan=False, check_device=True, check_dtype=True,
                 check_layout=True, check_stride=False, msg=None):
    """Raises AssertionError with an explanation when two (containers of) tensors or numbers differ."""
    _compare(actual, expected, [], {"rtol": rtol, "atol": atol, "equal_nan": equal_nan, "check_dtype": check_dtype,
                                    "check_stride": check_stride, "msg": msg})


def assert_allclose(actual, expected, rtol=None, atol=None, equal_nan=True, msg=""):
    from .._bridge import warn

    warn("`torch.testing.assert_allclose()` is deprecated since 1.12 and will be removed in a future release. Please use "
         "`torch.testing.assert_close()` instead. You can find detailed upgrade instructions in "
         "https://github.com/pytorch/pytorch/issues/61844.", FutureWarning)
    assert_close(actual, expected, rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=False, msg=msg or None)
