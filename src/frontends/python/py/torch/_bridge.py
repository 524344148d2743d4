"""The way from Python to the engine: argument encoding, source locations, handles, errors, callbacks.

Only ints, floats and strings cross. Each combination of argument types is described once by a spec string
(see codec.ts); afterwards a call passes its number and the bare values.
"""

import functools as _functools
import json as _json
import sys as _sys
import warnings as _warnings
import weakref as _weakref

import _backstep_native as _native

from . import _calls, _visits
from ._code import internal as _internal, is_internal, loops_at
from ._dtypes import CType, device, dtype, full_name, layout, memory_format, _BY_NAME

_getframe = _sys._getframe
_visit_of = _visits.of
_tell_call = _calls.of
_call_op, _call_method, _call_native, _register_spec = _native.call, _native.method, _native.native, _native.spec

# ------------------------------------------------------------------ source locations

_locations = {}  # (id of code, instruction) -> location id, the loops around it


def location(depth=2):
    """The user's source position that called us: its id, and times 2^24 which execution of its line this is. Tells the engine which
    call it is in, too."""
    frame = _getframe(depth)
    while frame is not None:
        code = frame.f_code
        ours = _internal.get(id(code))
        if ours is None:
            ours = is_internal(code)
        if not ours:
            key = (id(code), frame.f_lasti)
            found = _locations.get(key)
            if found is None:
                found = _new_location(key, frame, code, frame.f_lasti)
            _tell_call(frame, code, found[1])
            return found[0] + _visit_of(frame, code) * 16777216.0
        frame = frame.f_back
    return 0


def _new_location(key, frame, code, instruction):
    number = len(_locations) + 1
    found = _locations[key] = (number, loops_at(code, instruction))
    line, end_line, column, end_column = code.co_firstlineno, code.co_firstlineno, 0, 0
    for i, position in enumerate(code.co_positions()):
        if i == instruction // 2:
            line, end_line = position[0] or line, position[1] or position[0] or line
            column, end_column = position[2] or 0, position[3] or 0
            break
    name = code.co_filename
    cell = int(name[6:-1]) - 1 if name.startswith("<cell ") else -1
    _native.location(number, name, line, column, end_line, end_column, code.co_qualname, cell)
    _visits.watch(frame, code, line)
    return found


def line_location(file, line):
    """Makes a line known as a whole, where no operator did."""
    key = (file, line)
    if key not in _locations:
        number = len(_locations) + 1
        _locations[key] = (number, ())
        cell = int(file[6:-1]) - 1 if file.startswith("<cell ") else -1
        _native.location(number, file, line, 0, line, 0, "<module>", cell)


# ------------------------------------------------------------------ handles

_wrappers = _weakref.WeakValueDictionary()  # handle -> Tensor
_dead = {}  # handles whose wrapper is gone, released in batches
_make = [None, None]  # Tensor and Parameter classes, set by _tensor.py


def wrap(handle):
    """The Tensor object of a handle: the same object as long as it lives."""
    t = _wrappers.get(handle)
    if t is None:
        _dead.pop(handle, None)
        t = _make[0]._of(handle)
    return t


def drop(handle):
    """Called when a wrapper dies."""
    _dead[handle] = None
    if len(_dead) > 512:
        flush()


def flush():
    handles = list(_dead)
    _dead.clear()
    _native.release(*handles)


def keep(handle, tensor):
    _wrappers[handle] = tensor


class Held:
    """An engine object other than a tensor (graph node, generator), by handle."""

    __slots__ = ("_h", "__weakref__")

    def __init__(self, handle):
        self._h = handle


# ------------------------------------------------------------------ arguments

_specs = {}


def _spec(text):
    number = _specs.get(text)
    if number is None:
        number = _specs[text] = _register_spec(text)
    return number


def _encode_slow(x, flat):
    """Letter of an argument whose exact type is not in the table; appends what crosses to `flat`."""
    if isinstance(x, _make[0]):
        if not _overrides_off[0] and overrides(type(x)):
            _overriding.append(x)
        flat.append(x._h)
        return "t"
    if isinstance(x, bool):
        flat.append(x)
        return "b"
    if isinstance(x, int):
        flat.append(int(x))
        return "i"
    if isinstance(x, float):
        flat.append(float(x))
        return "f"
    if isinstance(x, complex):
        flat.extend((x.real, x.imag))
        return "c"
    if isinstance(x, str):
        flat.append(x)
        return "s"
    if isinstance(x, tuple):
        start = "("
        if isinstance(type(x), CType):  # torch.Size, and results of several parts
            flat.append(full_name(type(x)))
            start = "T("
        return start + "".join([encode(e, flat) for e in x]) + ")"
    if isinstance(x, list):
        return "[" + "".join([encode(e, flat) for e in x]) + "]"
    if isinstance(x, range):
        return "(" + "".join([encode(e, flat) for e in x]) + ")"
    if isinstance(x, Held):
        flat.append(x._h)
        return "g"
    if x is Ellipsis:
        return "e"
    if isinstance(x, layout):
        return "n"
    if isinstance(x, memory_format):
        flat.append(x._name)
        return "m"
    if isinstance(x, type) and x in _PY_DTYPES:
        flat.append(_PY_DTYPES[x])
        return "d"
    if is_array(x) or isinstance(x, type):
        flat.append(type_name(x))
        return "o"
    if overrides(type(x)):
        _overriding.append(x)
    convert = getattr(x, "__backstep__", None)  # scalars of our own numpy
    if convert is not None:
        return encode(convert(), flat)
    index = getattr(type(x), "__index__", None)
    if index is not None:
        flat.append(index(x))
        return "i"
    number = getattr(type(x), "__float__", None)
    if number is not None and not isinstance(x, _make[0]):
        flat.append(number(x))
        return "f"
    flat.append(type_name(x))
    return "o"


# Types that say themselves what functions of tensors do with their objects: `__torch_function__`.

_overriding = []  # such objects among the arguments of the call that is being encoded
_overrides_off = [0]  # how deep inside Tensor.__torch_function__, where objects of subclasses are tensors like any other


@classmethod
def disabled_torch_function(cls, func, types, args=(), kwargs=None):
    """`__torch_function__` of subclasses of Tensor that are tensors like any other (Parameter)."""
    return NotImplemented


def overrides(cls):
    """Has a type a `__torch_function__` that is asked? Tensor itself is not."""
    handler = getattr(cls, "__torch_function__", None)
    return handler is not None and cls is not _make[0] and getattr(handler, "__func__", None) is not disabled_torch_function.__func__


def overloaded(args):
    """Of arguments whose types override functions one of each type, subclasses before what they derive from."""
    found = []
    for a in args:
        if overrides(type(a)) and not (_overrides_off[0] and isinstance(a, _make[0])) and all(type(a) is not type(b) for b in found):
            place = next((i for i, b in enumerate(found) if issubclass(type(a), type(b))), len(found))
            found.insert(place, a)
    return found


def handle_torch_function(public_api, relevant_args, *args, **kwargs):
    """What the first type that knows an answer says to a function with these arguments. Error: none does."""
    asked = overloaded(relevant_args)
    types = tuple(map(type, asked))
    for a in asked:
        result = type(a).__torch_function__(public_api, types, args, kwargs or None)
        if result is not NotImplemented:
            return result
    raise TypeError(
        f"Multiple dispatch failed for '{_full_name(public_api)}'; all __torch_function__ handlers returned NotImplemented:\n\n"
        + "".join(f"  - tensor subclass {cls}\n" for cls in types)
        + "\nFor more information, try re-running with TORCH_LOGS=not_implemented")


def _full_name(function):
    name = function.__qualname__.removeprefix("_VariableFunctionsClass.")
    if name.startswith(("Tensor.", "TensorBase.")):
        return f"torch.Tensor.{function.__name__}"
    return f"{function.__module__}.{name}"


def _public(op, method):
    """The function or method that a user calls for an operator."""
    import torch

    entry = TABLE["operators"][op]
    own = getattr(_make[0], entry["name"], None) or getattr(_make[0], f"__{entry['name']}__", None)
    if method and own is not None:
        return own
    for place, module in (("torch", torch), ("F", torch.nn.functional), ("linalg", torch.linalg), ("special", torch.special), ("fft", torch.fft)):
        if place in entry["places"]:
            return getattr(module, entry["name"].removeprefix(place + "_"))
    return own


ARRAY = []  # the class of our own numpy's arrays, once numpy is imported


def is_array(x):
    """Is it an array of our own numpy? PyTorch takes none for a tensor."""
    return isinstance(x, tuple(ARRAY))


def type_name(x):
    """Type of an object as messages name it: with its module for what is written in C in the real packages."""
    cls = type(x)
    return f"numpy.{cls.__name__}" if cls.__module__.partition(".")[0] == "numpy" else full_name(cls)


_PY_DTYPES = {float: "float64", int: "int64", bool: "bool", complex: "complex128"}
_LETTER = {int: "i", float: "f", bool: "b", str: "s"}


def encode(x, flat):
    kind = x.__class__
    if kind is _make[0] or kind is _make[1]:
        flat.append(x._h)
        return "t"
    letter = _LETTER.get(kind)
    if letter is not None:
        if letter == "i" and not -(2**53) <= x <= 2**53:
            flat.append(float(x))
            return "i"
        flat.append(x)
        return letter
    if x is None:
        return "n"
    if kind is dtype:
        flat.append(x._name)
        return "d"
    if kind is device:
        flat.append(str(x))
        return "D"
    if kind is slice:
        return "l" + encode(x.start, flat) + encode(x.stop, flat) + encode(x.step, flat)
    return _encode_slow(x, flat)


def _encode_all(args, kwargs):
    flat = []
    spec = "".join([encode(a, flat) for a in args])
    if kwargs:
        spec += "|" + ",".join([f"{name}={encode(value, flat)}" for name, value in kwargs.items()])
    number = _specs.get(spec)
    if number is None:
        number = _spec(spec)
    return number, flat


# ------------------------------------------------------------------ results and errors


def decode(text):
    """A result that is not a single tensor (see `encode` in bridge.ts)."""
    return _tree(_json.loads(text))


def _tree(x):
    if "t" in x:
        return wrap(x["t"])
    if "l" in x:
        return tuple([_tree(e) for e in x["l"]])
    if "f" in x:
        return float(x["f"].replace("Infinity", "inf"))
    if "g" in x:
        return Held(x["g"])
    return x["v"]


class _LinAlgError(RuntimeError):
    pass


_LinAlgError.__module__ = "torch._C"
_KINDS = {
    "RuntimeError": RuntimeError,
    "TypeError": TypeError,
    "ValueError": ValueError,
    "IndexError": IndexError,
    "KeyError": KeyError,
    "AssertionError": AssertionError,
    "AttributeError": AttributeError,
    "NotImplementedError": NotImplementedError,
    "OverflowError": OverflowError,
    "ZeroDivisionError": ZeroDivisionError,
    "MemoryError": MemoryError,
    "_LinAlgError": _LinAlgError,
}
_raised = []  # exceptions of callbacks, waiting to be raised again where the engine was called


def translate():
    """The Python exception for an error that came out of the engine."""
    kind, _, message = _native.error().partition("\0")
    if kind == "python" and _raised:
        return _raised.pop()
    if message == "ZeroDivisionError":
        return RuntimeError("ZeroDivisionError")
    cls = _KINDS.get(kind)
    return RuntimeError("Backstep internal error: " + message) if cls is None else cls(message)


class Elsewhere(NotImplementedError):
    """Raised for a tensor that the engine does not hold (a sparse one): `answer` applies operators by name to such arguments."""

    def __init__(self, answer):
        super().__init__("this is not supported for sparse tensors")
        self.answer = answer


FAILED = "\x01failed"  # what a call returns after an error


def call(op, args, kwargs, method=False):
    """Calls an operator with Python arguments; returns Tensors and tuples of them."""
    try:
        spec, flat = _encode_all(args, kwargs)
    except Elsewhere as found:
        return found.answer(TABLE["operators"][op]["name"], args, kwargs or {})
    if _overriding:
        asked = list(_overriding)
        _overriding.clear()
        return handle_torch_function(_public(op, method), asked, *args, **(kwargs or {}))
    r = (_call_method if method else _call_op)(op, spec, location(3), *flat)
    if r.__class__ is int:
        return wrap(r)
    if r == FAILED:
        raise translate()
    return decode(r)


def native(number, *args):
    """Calls a native function; a result that is a handle comes back as a bare int."""
    spec, flat = _encode_all(args, None)
    if _overriding:
        _overriding.clear()
    r = _call_native(number, spec, location(3), *flat)
    if r.__class__ is str and r == FAILED:
        raise translate()
    return r


# ------------------------------------------------------------------ callbacks from the engine

_callbacks = {}  # id -> function
_next_callback = [1]


def register(function):
    number = _next_callback[0]
    _next_callback[0] += 1
    _callbacks[number] = function
    return number


def unregister(number):
    _callbacks.pop(number, None)


def _tensors(payload):
    return [wrap(h) if h else None for h in _json.loads(payload)]


def _handles(tensors):
    return _json.dumps([0 if t is None else t._h for t in tensors])


def _tensor_hook(function, payload):
    (g,) = _tensors(payload)
    result = function(g)
    if result is not None and not isinstance(result, _make[0]):
        raise TypeError(f"expected Variable, but hook returned '{type(result).__name__}'")
    if result is not None:
        _check_hook(function, [result], [g])
    return _keep_alive(result, "[0]" if result is None else None)


_last = [None]  # keeps what a callback returned alive until the engine has taken it


def _keep_alive(tensors, text=None):
    if isinstance(tensors, _make[0]):
        tensors = [tensors]
    _last[0] = tensors
    return text if text is not None else _handles(tensors)


def _accumulate_hook(function, payload):
    if function(_tensors(payload)[0]) is not None:
        raise RuntimeError("Tensor post accumulate grad hooks should return None.")
    return ""


def _node_hook(function, payload):
    inputs, outputs = map(_tensors, _json.loads(payload))
    return _in_place_of(inputs, function, function(tuple(inputs), tuple(outputs)))


def _node_prehook(function, payload):
    outputs = _tensors(payload)
    return _in_place_of(outputs, function, function(tuple(outputs)))


def _in_place_of(gradients, hook, result):
    """The answer to the engine: what a hook of a node puts in the place of gradients."""
    if result is None:
        return ""
    result = [result] if isinstance(result, _make[0]) else list(result)
    _check_hook(hook, result, gradients)
    return _keep_alive(result)


def _check_hook(hook, result, gradients):
    name = getattr(hook, "__name__", "<unknown>")
    if len(result) != len(gradients):
        raise RuntimeError(f"hook '{name}' has returned an incorrect number of values (got {len(result)}, but expected {len(gradients)})")
    for new, old in zip(result, gradients):
        if new is not None and old is None:
            raise RuntimeError("can't replace a None gradient with a non-None value")
        if new is not None and new.shape != old.shape:
            raise RuntimeError(f"hook '{name}' has changed the size of value")


def _function_backward(function, payload):
    return _keep_alive(function(_tensors(payload)))


def _function_again(function, payload):
    """The forward of a user's function with other tensors; "!" and the message when it raises."""
    try:
        return _keep_alive(function(_tensors(payload)))
    except Exception as error:
        return f"!{type(error).__name__}: {error}"


def _function_release(function, payload):
    return str(function.release())


_packed = {}  # number -> what a pack hook returned
_next_packed = [1]


def _saved_pack(hooks, payload):
    number = _next_packed[0]
    _next_packed[0] += 1
    _packed[number] = hooks[0](_tensors(payload)[0])
    return str(number)


def _saved_unpack(hooks, payload):
    result = hooks[1](_packed[int(payload)])
    if not isinstance(result, _make[0]):
        raise TypeError(f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {type_name(result)}")
    return _keep_alive(result)


def _warn(_function, payload):
    category, _, message = payload.partition("\0")
    warn(message, getattr(__import__("builtins"), category, UserWarning))
    return ""


_warned = set()


def warn(message, category=UserWarning, once=False):
    """A warning that points at the user's line; `once`: the first time only, wherever that is."""
    if once:
        if message in _warned:
            return
        _warned.add(message)
    depth, frame = 2, _getframe(1)
    while frame is not None and is_internal(frame.f_code):
        frame = frame.f_back
        depth += 1
    _warnings.warn(message, category, stacklevel=depth)


def _traceback(_function, _payload):
    """Where the user's code is, for anomaly mode: frames of the package are left out."""
    import traceback as _tb

    return "".join(_tb.format_list(user_stack()))


def user_stack():
    """The stack of the user's frames, outermost first (traceback.FrameSummary)."""
    import traceback as _tb

    frames, frame = [], _getframe(1)
    while frame is not None:
        if not is_internal(frame.f_code):
            frames.append((frame, frame.f_lineno))
        frame = frame.f_back
    return _tb.StackSummary.extract(reversed(frames), lookup_lines=True)


_KIND_OF_CALLBACK = {
    "tensor_hook": _tensor_hook,
    "accumulate_hook": _accumulate_hook,
    "node_hook": _node_hook,
    "node_prehook": _node_prehook,
    "function_backward": _function_backward,
    "function_again": _function_again,
    "function_release": _function_release,
    "saved_pack": _saved_pack,
    "saved_unpack": _saved_unpack,
    "warn": _warn,
    "traceback": _traceback,
}


def dispatch(kind, number, payload):
    """Entry of every call from the engine into Python. An exception waits here until the engine has unwound."""
    try:
        return _KIND_OF_CALLBACK[kind](_callbacks.get(number), payload)
    except BaseException as error:
        _raised.append(error)
        return "\x01raised"


TABLE = _json.loads(_native.describe())
NATIVE = {name: i for i, name in enumerate(TABLE["natives"])}


#: Natives that tell something about one tensor and are asked very often. Nothing is announced, so their place in the program is not looked up.
_FACTS = frozenset(("shape", "stride", "storage_offset", "dtype", "ndim", "numel", "item"))


class _Natives:
    """natives.shape(t): calls by name, numbers looked up once."""

    def __getattr__(self, name):
        function = (_fact if name in _FACTS else _named_native)(NATIVE[name])
        setattr(self, name, function)
        return function


def _named_native(number):
    return lambda *args: native(number, *args)


def _fact(number):
    spec = _spec("t")

    def function(t):
        r = _call_native(number, spec, 0, t._h)
        if r.__class__ is str and r == FAILED:
            raise translate()
        return r

    return function


natives = _Natives()
DTYPES = _BY_NAME


def takes(*signatures, method=True):
    """Decorates a function written in Python whose arguments PyTorch parses itself: when its arguments turn out to be wrong
    (TypeError), the error is the one of PyTorch's parser for these signatures, should they not fit them."""

    def decorate(function):
        @_functools.wraps(function)
        def checked(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except TypeError as error:
                raise parser_error(signatures, method, args, kwargs, error) from None

        return checked

    return decorate


def parser_error(signatures, method, args, kwargs, error):
    """What PyTorch's parser says to arguments that fit none of the signatures; the given error where they fit one."""
    try:
        natives.check_arguments("\n".join(signatures), method, args, tuple(kwargs), tuple(kwargs.values()))
    except (TypeError, RuntimeError) as found:
        return found
    return error


def takes_nothing(function):
    """Decorates a function that PyTorch has in C and that takes no arguments."""

    own = function.__code__.co_argcount  # the object of a method
    name = function.__qualname__ if own else f"torch.{function.__name__}"

    @_functools.wraps(function)
    def checked(*args):
        if len(args) > own:
            raise TypeError(f"{name}() takes no arguments ({len(args) - own} given)")
        return function(*args)

    return checked


def tensor_or_none(handle):
    return wrap(handle) if handle else None


# ------------------------------------------------------------------ variable names

_named = {}  # code position -> how often its frame was named


def name_frames():
    """Tells the engine which variables of the calling user frames hold which tensors (first runs of each place only)."""
    frame = _getframe(1)
    while frame is not None:
        code = frame.f_code
        if not is_internal(code):
            key = (id(code), frame.f_lasti)
            count = _named.get(key, 0)
            _named[key] = count + 1
            if count < 2:
                name_all(frame.f_locals)
        frame = frame.f_back


def name_all(variables):
    """Tells the engine which of these variables, or of what they hold, are tensors."""
    for name, value in list(variables.items()):
        if not name.startswith("_"):
            for path, tensor in _tensors_in(value):
                natives.name(tensor, name + path)


def _tensors_in(value):
    """Tensors that a variable leads to in one step, with the path there as Python writes it: "", "[0]", "['W']", ".layer.weight"."""
    if isinstance(value, _make[0]):
        return [("", value)] if not value.is_sparse else []
    if isinstance(value, (list, tuple)) and len(value) <= 64:
        found = [(f"[{i}]", element) for i, element in enumerate(value)]
    elif isinstance(value, dict) and len(value) <= 64:
        found = [(f"[{key!r}]", element) for key, element in value.items() if isinstance(key, (str, int))]
    elif hasattr(type(value), "named_parameters"):  # asked of the class: an object's own __getattr__ may do anything
        found = [(f".{path}", tensor) for path, tensor in [*value.named_parameters(), *value.named_buffers()]]
    elif type(value).__module__ == "__main__" and isinstance(getattr(value, "__dict__", None), dict):
        found = [(f".{name}", element) for name, element in value.__dict__.items()]
    else:
        return []
    return [(path, element) for path, element in found if isinstance(element, _make[0])]
