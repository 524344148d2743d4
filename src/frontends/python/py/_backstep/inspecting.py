"""What `name?` and `name??` tell of an object in a notebook: fields, in the order and columns of IPython's pager."""

import inspect

#: A signature longer than this gets a line for each parameter.
_WIDTH = 79
#: A text of an object longer than this loses its middle.
_LONGEST = 200
_NO_DOCUMENTATION = "<no docstring>"


def described(name, value, source=False):
    """The fields of `value`, which the notebook calls `name`; `source` (`??`) shows its code in the place of documentation."""
    kind = _of_class if isinstance(value, type) else _of_routine if inspect.isroutine(value) else _of_object
    documentation, code = _documentation(value), _code(value) if source else None
    shown = {} if code and documentation else {"Docstring": documentation or _NO_DOCUMENTATION}
    if code:
        shown["Source"] = code
    return _columns(kind(name, value, shown))


def _of_class(name, value, documentation):
    return {
        "Init signature": _signature(name, value),
        **documentation,
        "Init docstring": _of_constructor(value),
        "File": _file(value),
        "Type": type(value).__name__,
        "Subclasses": ", ".join(each.__name__ for each in type.__subclasses__(value)),
    }


def _of_routine(name, value, documentation):
    return {"Signature": _signature(name, value), **documentation, "File": _file(value), "Type": type(value).__name__}


def _of_object(name, value, documentation):
    kind = type(value)
    its_class = _documentation(kind)
    calls = callable(value)
    return {
        "Signature": _signature(name, value) if calls else None,
        "Type": kind.__name__,
        "String form": _shortened(str(value)),
        "Length": str(len(value)) if hasattr(kind, "__len__") and _answers(len, value) is not None else None,
        "File": _file(value if inspect.ismodule(value) else kind),
        **documentation,
        "Class docstring": its_class if its_class != _documentation(value) and not inspect.ismodule(value) else None,
        "Init docstring": None if inspect.ismodule(value) else _of_constructor(kind),
        "Call docstring": _documentation(kind.__call__) if calls else None,
    }


def _columns(fields):
    """Names and texts below each other; a text of several lines begins on a line of its own."""
    fields = {f"{name}:": text for name, text in fields.items() if text is not None}
    width = max(map(len, fields))
    return "\n".join(f"{name.ljust(width)}{chr(10) if chr(10) in text else ' '}{text}" for name, text in fields.items())


def _signature(name, value):
    """The call of `name` with its parameters; None where they are not known."""
    signature = _answers(inspect.signature, value)
    if signature is None:
        return None
    line = f"{name}{signature}"
    if len(line) <= _WIDTH:
        return line
    return f"{name}{signature.format(max_width=0)}".replace("\n)", ",\n)")


def _of_constructor(kind):
    """Documentation of `__init__` where a class of a program has one of its own."""
    constructor = kind.__init__
    text = _documentation(constructor) if inspect.isfunction(constructor) else None
    return text if text not in (_documentation(kind), _documentation(object.__init__)) else None


def _documentation(value):
    return _answers(inspect.getdoc, value)


def _code(value):
    code = _answers(inspect.getsource, value if inspect.isroutine(value) or isinstance(value, type) else type(value))
    return None if code is None else code.rstrip()


def _file(value):
    return _answers(inspect.getsourcefile, inspect.unwrap(value) if inspect.isfunction(value) else value)


def _shortened(text):
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2 - 2]} <...> {text[2 - _LONGEST // 2 :]}"
    return text


def _answers(question, value):
    """The answer, or None for a value that the question does not suit."""
    try:
        return question(value)
    except Exception:
        return None
