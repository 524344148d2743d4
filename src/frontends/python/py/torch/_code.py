"""What code objects tell of themselves: whose they are, and where their loops lie."""

import sys as _sys
from dis import get_instructions as _get_instructions

_PACKAGE = __file__.rsplit("/", 2)[0] + "/"
_STDLIB = tuple({p for p in (_sys.prefix + "/lib", "/lib/python") if p})
_kept = []  # keeps code objects alive, so that ids stay theirs

internal = {}  # id of code -> is it ours or the standard library's?


def is_internal(code):
    """Does a code object belong to this package or the standard library rather than to the user?"""
    known = internal.get(id(code))
    if known is None:
        name = code.co_filename
        known = name.startswith(_PACKAGE) or name.startswith(_STDLIB) or name.startswith("<frozen")
        internal[id(code)] = known
        _kept.append(code)
    return known


class Loop:
    """A `for` loop or comprehension: its instructions, from `head`, where each iteration begins, to `end`, and its line."""

    __slots__ = ("head", "end", "line")

    def __init__(self, head, end, line):
        self.head, self.end, self.line = head, end, line


_loops = {}  # id of code -> its loops, outer ones before inner ones
_nests = {}  # (id of code, heads of loops) -> those loops


def loops_at(code, instruction):
    """The loops around an instruction, outermost first: the same tuple for all instructions in the same loops."""
    loops = _loops.get(id(code))
    if loops is None:
        is_internal(code)  # keeps it
        loops = _loops[id(code)] = [
            Loop(i.offset, i.jump_target, i.positions.lineno or code.co_firstlineno)
            for i in _get_instructions(code)
            if i.opname == "FOR_ITER"
        ]
    around = tuple(loop for loop in loops if loop.head < instruction < loop.end)
    return _nests.setdefault((id(code), *(loop.head for loop in around)), around)
