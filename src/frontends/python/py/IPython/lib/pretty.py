"""
IPython.lib.pretty: the text that a notebook shows of a value. Containers that do not fit a line are broken one element per line, outer ones
first (D. Oppen, Prettyprinting, 1980); objects without a `__repr__` of their own show their class and address.
"""

import collections
import contextlib
import datetime
import inspect
import os
import re
import sys
import types

MAX_SEQ_LENGTH = 1000
_BUILTIN = (None, "builtins", "exceptions")


class _Group:
    """Text that is broken at all of its breaks or at none; `pending` of them are still held back."""

    def __init__(self, depth):
        self.depth, self.pending, self.broken = depth, 0, False


class _Break:
    def __init__(self, text, indentation, group):
        self.text, self.indentation, self.group = text, indentation, group


class RepresentationPrinter:
    """Text and breaks are held back until it is known whether their groups fit in `max_width` columns."""

    def __init__(self, max_width=79, max_seq_length=MAX_SEQ_LENGTH):
        self.max_width, self.max_seq_length, self.verbose = max_width, max_seq_length, False
        self.indentation = 0
        self._written, self._column = [], 0
        self._held, self._held_width = collections.deque(), 0
        root = _Group(0)
        # Groups that may yet be broken, by depth.
        self._inside, self._breakable = [root], [[root]]
        self._shown = []

    # ---------------------------------------------------------------- text and breaks

    def text(self, text):
        if self._held:
            self._hold(text, len(text))
        else:
            self._written.append(text)
            self._column += len(text)

    def breakable(self, sep=" "):
        """A place where the group may be broken; else `sep` stands there."""
        group = self._inside[-1]
        if group.broken:
            self.flush()
            self._new_line(self.indentation)
        else:
            group.pending += 1
            self._hold(_Break(sep, self.indentation, group), len(sep))

    def break_(self):
        """A new line, whatever fits."""
        self._break(self._outermost())
        self.flush()
        self._new_line(self.indentation)

    @contextlib.contextmanager
    def group(self, indent=0, open="", close=""):
        self.begin_group(indent, open)
        try:
            yield
        finally:
            self.end_group(indent, close)

    def begin_group(self, indent=0, open=""):
        if open:
            self.text(open)
        group = _Group(self._inside[-1].depth + 1)
        self._inside.append(group)
        if group.depth == len(self._breakable):
            self._breakable.append([])
        self._breakable[group.depth].append(group)
        self.indentation += indent

    def end_group(self, dedent=0, close=""):
        self.indentation -= dedent
        group = self._inside.pop()
        if not group.pending:
            self._settle(group)
        if close:
            self.text(close)

    def flush(self):
        while self._held:
            self._release()
        self._held_width = 0

    def _hold(self, item, width):
        self._held.append(item)
        self._held_width += width
        while self.max_width < self._column + self._held_width:
            group = self._outermost()
            if group is None:
                break
            self._break(group)

    def _outermost(self):
        """The outermost group with a break held back, or None; those around it are broken from now on."""
        for groups in self._breakable:
            for group in reversed(groups):
                if group.pending:
                    groups.remove(group)
                    group.broken = True
                    return group
            for group in groups:
                group.broken = True
            groups.clear()
        return None

    def _break(self, group):
        while group is not None and group.pending:
            self._release()
        while self._held and isinstance(self._held[0], str):
            self._release()

    def _release(self):
        item = self._held.popleft()
        text = item if isinstance(item, str) else item.text
        self._held_width -= len(text)
        if not isinstance(item, str):
            item.group.pending -= 1
            if item.group.broken:
                return self._new_line(item.indentation)
            if not item.group.pending:
                self._settle(item.group)
        self._written.append(text)
        self._column += len(text)

    def _settle(self, group):
        if group in self._breakable[group.depth]:
            self._breakable[group.depth].remove(group)

    def _new_line(self, indentation):
        self._written.append("\n" + " " * indentation)
        self._column = indentation

    def done(self):
        self.flush()
        return "".join(self._written)

    # ---------------------------------------------------------------- values

    def pretty(self, value):
        """Prints a value by what its class, or the first of its bases that has one, prescribes."""
        cycle = id(value) in self._shown
        self._shown.append(id(value))
        self.begin_group()
        try:
            self._printer_of(value)(value, self, cycle)
        finally:
            self.end_group()
            self._shown.pop()

    def _printer_of(self, value):
        for kind in type(value).__mro__:
            if kind in _PRINTERS:
                return _PRINTERS[kind]
            if callable(kind.__dict__.get("_repr_pretty_")):
                return kind._repr_pretty_
            if kind is not object and "__repr__" in kind.__dict__:
                return _repr
        return _plain_object

    def elements(self, values, show):
        """Prints each of `values` with `show`, commas and breaks between them; very many are cut off."""
        for i, value in enumerate(values):
            if i:
                self.text(",")
                self.breakable()
            if self.max_seq_length and i >= self.max_seq_length:
                self.text("...")
                return
            show(value)


# ---------------------------------------------------------------- printers: (value, printer, whether it lies in itself)


def _repr(value, p, cycle):
    with p.group():
        for i, line in enumerate(repr(value).splitlines()):
            if i:
                p.break_()
            p.text(line)


def _plain_object(value, p, cycle):
    with p.group(1, "<", ">"):
        p.pretty(type(value))
        p.text(f" at {id(value):#x}{' ...' if cycle else ''}")


def _sequence(open, close):
    def show(value, p, cycle):
        if cycle:
            return p.text(f"{open}...{close}")
        with p.group(len(open), open, close):
            p.elements(value, p.pretty)
            if len(value) == 1 and isinstance(value, tuple):
                p.text(",")

    return show


def _set(open, close):
    def show(value, p, cycle):
        if cycle:
            return p.text(f"{open}...{close}")
        if not value:
            return p.text(f"{type(value).__name__}()")
        with p.group(len(open), open, close):
            p.elements(_sorted(value) if len(value) < p.max_seq_length else value, p.pretty)

    return show


def _sorted(values):
    try:
        return sorted(values)
    except Exception:
        return sorted(values, key=str)


def _mapping(open, close):
    def show(value, p, cycle):
        if cycle:
            return p.text("{...}")

        def entry(key):
            p.pretty(key)
            p.text(": ")
            p.pretty(value[key])

        with p.group(len(open), open, close):
            p.elements(value.keys(), entry)

    return show


class _Call:
    """Shown as a call with these arguments."""

    def __init__(self, function, args=(), kwargs={}):
        self._function, self._args, self._kwargs = function, args, kwargs

    def _repr_pretty_(self, p, cycle):
        def argument(named):
            name, value = named
            if name is None:
                return p.pretty(value)
            with p.group(len(name) + 1, f"{name}="):
                p.pretty(value)

        with p.group(len(self._function) + 1, f"{self._function}(", ")"):
            p.elements([*((None, value) for value in self._args), *self._kwargs.items()], argument)


class _Raw:
    """Shown as these words."""

    def __init__(self, words):
        self._words = words

    def _repr_pretty_(self, p, cycle):
        p.text(self._words)


def _made_by(arguments):
    """A collection as the call that makes it; `arguments` tells those of a value."""

    def show(value, p, cycle):
        p.pretty(_Call(type(value).__name__, *(((_Raw("..."),),) if cycle else arguments(value))))

    return show


def _name(value):
    name = getattr(value, "__qualname__", None)
    name = name if isinstance(name, str) else value.__name__
    module = getattr(value, "__module__", None)
    return name if module in _BUILTIN else f"{module}.{name}"


def _class(value, p, cycle):
    if next(kind for kind in type(value).__mro__ if "__repr__" in vars(kind)) is not type:
        return _repr(value, p, cycle)
    p.text(_name(value))


def _function(value, p, cycle):
    try:
        signature = str(inspect.signature(value))
    except ValueError:
        signature = ""
    p.text(f"<function {_name(value)}{signature}>")


def _exception(value, p, cycle):
    p.pretty(_Call(_name(type(value)), value.args))


def _namespace(value, p, cycle):
    p.pretty(_Call("namespace", (_Raw("..."),)) if cycle else _Call("namespace", (), vars(value)))


def _pattern(value, p, cycle):
    flags = [f"re.{name}" for name in ("IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "UNICODE", "VERBOSE", "DEBUG") if value.flags & getattr(re, name)]
    words = "r" + repr(value.pattern).replace("\\\\", "\\")
    p.pretty(_Call("re.compile", (_Raw(words), *([_Raw("|".join(flags))] if flags else []))))


_PRINTERS = {
    **dict.fromkeys((int, float, str, bytes, range, slice, types.MethodType, datetime.datetime, datetime.timedelta), _repr),
    tuple: _sequence("(", ")"),
    list: _sequence("[", "]"),
    dict: _mapping("{", "}"),
    types.MappingProxyType: _mapping("mappingproxy({", "})"),
    type(os.environ): _mapping("environ{", "}"),
    set: _set("{", "}"),
    frozenset: _set("frozenset({", "})"),
    type: _class,
    types.FunctionType: _function,
    types.BuiltinFunctionType: _function,
    types.SimpleNamespace: _namespace,
    BaseException: _exception,
    re.Pattern: _pattern,
    collections.OrderedDict: _made_by(lambda value: ((list(value.items()),),) if value else ()),
    collections.defaultdict: _made_by(lambda value: ((value.default_factory, dict(value)),)),
    collections.Counter: _made_by(lambda value: ((dict(value.most_common()),),) if value else ()),
    collections.deque: _made_by(lambda value: ((list(value),), {} if value.maxlen is None else {"maxlen": value.maxlen})),
    collections.UserList: _made_by(lambda value: ((value.data,),)),
}


def pretty(obj, verbose=False, max_width=79, newline="\n", max_seq_length=MAX_SEQ_LENGTH):
    """The text of a value in at most `max_width` columns."""
    printer = RepresentationPrinter(max_width, max_seq_length)
    printer.pretty(obj)
    return printer.done().replace("\n", newline)


def pprint(obj, verbose=False, max_width=79, newline="\n", max_seq_length=MAX_SEQ_LENGTH):
    """Prints the text of a value."""
    sys.stdout.write(pretty(obj, verbose, max_width, newline, max_seq_length) + newline)
