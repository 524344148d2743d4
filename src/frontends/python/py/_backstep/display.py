"""What a notebook shows of a value, and `display` for things that are not text."""

import builtins
import sys

import _backstep_host as _host

WIDTH = 79


def show(mime, data):
    """Shows a document in the app: an SVG figure ("image/svg+xml"), a Graphviz drawing ("text/vnd.graphviz"), or HTML."""
    _host.display(mime, str(data))


def display_result(value, namespace):
    """The value of a cell's last expression, as IPython shows it; `_` holds it afterwards."""
    if value is None:
        return
    namespace["_"] = value
    display(value)


def display(*values, **kwargs):
    """Shows values as a notebook does: a picture if the value has one, else its text."""
    for value in values:
        for method, mime in (("_repr_svg_", "image/svg+xml"), ("_repr_graphviz_", "text/vnd.graphviz")):
            picture = _call(value, method)
            if picture is not None:
                show(mime, picture)
                break
        else:
            text = pretty(value)
            sys.stdout.write(text + "\n")


def _call(value, method):
    if isinstance(value, type):
        return None
    function = getattr(value, method, None)
    return function() if callable(function) else None


def install(notebook):
    if notebook:
        builtins.display = display
        builtins.get_ipython = _get_ipython


def _get_ipython():
    from IPython import get_ipython

    return get_ipython()


_BRACKETS = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), dict: ("{", "}")}


def pretty(value, indent=0):
    """
    `repr`, with containers that do not fit a line broken up one element per line, as IPython prints them.
    `indent` is the column at which the text begins.
    """
    kind = type(value)
    if kind not in _BRACKETS or not value:
        return repr(value).replace("\n", "\n" + " " * indent)
    flat = repr(value)
    if len(flat) + indent <= WIDTH and "\n" not in flat:
        return flat
    opening, closing = _BRACKETS[kind]
    inner = indent + 1
    parts = []
    elements = list(value)
    if kind is set:
        try:
            elements.sort()
        except TypeError:
            pass
    for element in elements:
        if kind is dict:
            key = pretty(element, inner) + ": "
            parts.append(key + pretty(value[element], inner + len(key)))
        else:
            parts.append(pretty(element, inner))
    if kind is tuple and len(parts) == 1:
        closing = ",)"
    return opening + (",\n" + " " * inner).join(parts) + closing
