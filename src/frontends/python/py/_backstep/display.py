"""What a notebook shows of a value, and `display` for things that are not text."""

import builtins
import sys

from IPython.lib.pretty import pretty

import _backstep_host as _host


def show(mime, data):
    """Shows a document in the app: an SVG figure ("image/svg+xml"), a Graphviz drawing ("text/vnd.graphviz"), or HTML."""
    _host.display(mime, str(data))


def display_result(value, namespace):
    """The value of a cell's last expression, as IPython shows it; `_` holds it afterwards, `__` and `___` the values before it."""
    if value is None:
        return
    namespace["___"], namespace["__"], namespace["_"] = namespace.get("__", ""), namespace.get("_", ""), value
    display(value)


def display(*values, **kwargs):
    """Shows values as a notebook does: a picture if the value has one, else its text; a value may show itself (`_ipython_display_`)."""
    for value in values:
        if not isinstance(value, type) and callable(getattr(value, "_ipython_display_", None)):
            value._ipython_display_()
            continue
        for method, mime in (("_repr_svg_", "image/svg+xml"), ("_repr_graphviz_", "text/vnd.graphviz")):
            picture = _call(value, method)
            if picture is not None:
                show(mime, picture)
                break
        else:
            sys.stdout.write(pretty(value) + "\n")


def show_figures():
    """The figures that a cell of a notebook leaves open appear below it, and the next cell begins without them."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show()


def _call(value, method):
    if isinstance(value, type):
        return None
    function = getattr(value, method, None)
    return function() if callable(function) else None


def install(notebook):
    if notebook:
        builtins.display = display
        from IPython import get_ipython

        builtins.get_ipython = get_ipython
