"""The version as a string that compares by its numbers, with strings and tuples."""

import re as _re


def _release(version):
    parts = version if isinstance(version, (tuple, list)) else _re.match(r"[\d.]*", version)[0].strip(".").split(".")
    numbers = [int(p) for p in parts if str(p).isdigit()]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


class TorchVersion(str):
    def __eq__(self, other):
        return _release(self) == _release(other)

    def __lt__(self, other):
        return _release(self) < _release(other)

    def __gt__(self, other):
        return _release(self) > _release(other)

    def __le__(self, other):
        return _release(self) <= _release(other)

    def __ge__(self, other):
        return _release(self) >= _release(other)

    __hash__ = str.__hash__
