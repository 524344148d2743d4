"""Which execution of its line an operator belongs to, so that a line counts as reached once each time that it is.

Python itself tells where a line begins, and where a loop within one line begins anew (`sys.monitoring`), but only for
lines on which an operator ran before: what computes without tensors is not slowed down. Calls of a recursive function
that were under way when an operator first ran on its line count as one execution.
"""

import itertools as _itertools
import sys as _sys

_monitoring = _sys.monitoring
_getframe = _sys._getframe
_TOOL = _monitoring.DEBUGGER_ID
_LINE = _monitoring.events.LINE
_JUMP = _monitoring.events.JUMP

_next = _itertools.count(1).__next__
_lines = {}  # id of code -> its watched lines
_targets = {}  # (id of code, instruction that a jump leads to) -> its line
_visits = {}  # (id of frame, of its code) -> number of the execution of the line that it is in; a frame may lie where another one lay


def of(frame, code):
    """Number of the execution of the line that `frame` is in; only of use where the line is watched."""
    return _visits.get((id(frame), id(code)), 0)


def watch(frame, code, line):
    """An operator ran on this line for the first time, in `frame`."""
    lines = _lines.setdefault(id(code), set())
    if line in lines:
        return
    lines.add(line)
    visit = _next()
    while frame is not None:
        if frame.f_code is code:
            _visits[id(frame), id(code)] = visit
        frame = frame.f_back
    if _monitoring.get_tool(_TOOL) is None:
        _monitoring.use_tool_id(_TOOL, "Backstep")
        _monitoring.register_callback(_TOOL, _LINE, _begins)
        _monitoring.register_callback(_TOOL, _JUMP, _jumps)
    # Off and on again: the line was perhaps passed before, and is then no longer told.
    _monitoring.set_local_events(_TOOL, code, 0)
    _monitoring.set_local_events(_TOOL, code, _LINE | _JUMP)


def _begins(code, line):
    if line not in _lines[id(code)]:
        return _monitoring.DISABLE
    _visits[id(_getframe(1)), id(code)] = _next()


def _jumps(code, instruction, target):
    key = (id(code), target)
    line = _targets.get(key)
    if line is None:
        line = _targets[key] = next(line for start, end, line in code.co_lines() if start <= target < end)
    if target > instruction or line not in _lines[id(code)]:
        return _monitoring.DISABLE
    _visits[id(_getframe(1)), id(code)] = _next()
