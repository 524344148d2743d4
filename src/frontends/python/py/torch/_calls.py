"""Which call of a function or module, and which iteration of a loop, an operator belongs to.

The engine hears of a call once something runs in it: functions that compute without tensors cost nothing. Callers are read from the
frames then; that a function in which an operator ran before is called again, or that a loop around one goes on, Python itself tells
(`sys.monitoring`). Lambdas, generators and comprehensions are part of whoever runs them. Calls of a recursive function that were under
way when an operator first ran in it count as one.
"""

import sys as _sys

import _backstep_native as _native

from ._code import is_internal, loops_at

_begin_call, _begin_iteration, _enter_call = _native.begin_call, _native.begin_iteration, _native.enter_call
_monitoring = _sys.monitoring
_getframe = _sys._getframe
_TOOL = 3  # free for everybody
_START = _monitoring.events.PY_START
_JUMP = _monitoring.events.JUMP


class _Frame:
    """What is known of a frame of the user's."""

    __slots__ = ("code", "base", "modules", "loops", "rounds", "call")

    def __init__(self, code, base):
        self.code = code
        self.base = base  # the call that its function is
        self.modules = len(_modules)  # modules whose calls were under way when it was met first
        self.rounds = {}  # loop -> [the call that it is in, its own number, that of its iteration or 0]
        self.loops, self.call = (), base  # where it was last, and the innermost call there


_frames = {}  # id of frame -> _Frame; one that ended is forgotten when a function begins in its place
_watched = {}  # (id of code, instruction where an iteration begins) -> loop in which something ran
_modules = []  # numbers of the module calls under way
_present = 0  # the call that the engine takes for the one under way


def of(frame, code, loops):
    """Tells the engine which call the user's `frame` is in, which stands in these of its loops."""
    known = _frames.get(id(frame))
    if known is None or known.code is not code:
        known = _meet(frame)
    if len(_modules) > known.modules:
        call = _modules[-1]
    elif known.loops is loops:
        call = known.call
    else:
        call = _iterate(known, loops)
    if call != _present:
        _enter(call)


def begin_module(name):
    """A module is called, by the frame two above; `end_module` wants the answer back."""
    frame = _getframe(2)
    while frame is not None and is_internal(frame.f_code):
        frame = frame.f_back
    height = len(_modules)
    _modules.append(_begin("module", name, _within(frame)))
    return height


def end_module(height):
    del _modules[height:]


def _begin(kind, name, within):
    global _present
    _present = _begin_call(kind, name, within)
    return _present


def _enter(call):
    global _present
    _present = call
    _enter_call(call)


def _within(frame):
    """The innermost call that a user's frame, or what it calls, is in; None: the program itself."""
    known = None
    if frame is not None:
        known = _frames.get(id(frame))
        if known is None or known.code is not frame.f_code:
            known = _meet(frame)
    if len(_modules) > (0 if known is None else known.modules):
        return _modules[-1]
    return 0 if known is None else _iterate(known, loops_at(known.code, frame.f_lasti))


def _meet(frame):
    """Learns of a frame, and of those of its callers that are not known."""
    unknown = []
    caller = frame
    while caller is not None:
        if not is_internal(caller.f_code):
            known = _frames.get(id(caller))
            if known is not None and known.code is caller.f_code:
                break
            unknown.append(caller)
        caller = caller.f_back
    for one in reversed(unknown):
        within, code = _within(caller), one.f_code
        made = _frames[id(one)] = _Frame(code, _base(code, within))
        if _monitoring.get_local_events(_TOOL, code) == 0:
            _listen(code)
        caller = one
    return made


def _base(code, within):
    """The call that a function is: `forward` is that of its module, and what has no name that of its caller."""
    if code.co_name.startswith("<") or (code.co_name == "forward" and within in _modules[-1:]):
        return within
    return _begin("function", code.co_qualname.rpartition("<locals>.")[2], within)


def _iterate(known, loops):
    """The innermost call in these loops of a frame."""
    global _present
    call = known.base
    for loop in loops:
        round_ = known.rounds.get(loop)
        if round_ is None or round_[0] != call:
            key = (id(known.code), loop.head)
            if key not in _watched:
                _watched[key] = loop
                _listen(known.code)
            round_ = known.rounds[loop] = [call, _begin("loop", f"loop at line {loop.line}", call), 0]
        if round_[2] == 0:
            round_[2] = _present = _begin_iteration(round_[1])
        call = round_[2]
    known.loops, known.call = loops, call
    return call


def _listen(code):
    # Off and on again: what was told not to tell any more tells again.
    _monitoring.set_local_events(_TOOL, code, 0)
    _monitoring.set_local_events(_TOOL, code, _START | _JUMP)


def _starts(code, _instruction):
    _frames.pop(id(_getframe(1)), None)


def _jumps(code, _instruction, target):
    loop = _watched.get((id(code), target))
    if loop is None:
        return _monitoring.DISABLE
    known = _frames.get(id(_getframe(1)))
    if known is not None and loop in known.rounds:
        known.rounds[loop][2] = 0
        known.loops = None


_monitoring.use_tool_id(_TOOL, "Backstep calls")
_monitoring.register_callback(_TOOL, _START, _starts)
_monitoring.register_callback(_TOOL, _JUMP, _jumps)
