"""What a notebook shows of a value, and `display` for things that are not text."""

import builtins
import contextlib
import io
import sys

from IPython.lib.pretty import pretty

import _backstep_host as _host


def show(mime, data, name=""):
    """
    Shows a document in the app: text, an SVG figure ("image/svg+xml"), a Graphviz drawing ("text/vnd.graphviz"), or HTML; `name` is the
    file that it was saved as.
    """
    keep = getattr(sys.stdout, "keep", None)
    if keep is not None:
        keep(mime, data)
    elif mime == "text/plain":
        sys.stdout.write(data + "\n")
    else:
        _host.display(mime, str(data), name)


class Captured:
    """What a block prints and shows instead of the app (`with captured.printing: …`)."""

    class _Out(io.StringIO):
        def __init__(self):
            super().__init__()
            self.shown = []

        def keep(self, mime, data):
            self.shown.append((mime, data))

    def __init__(self):
        self._out, self._err = self._Out(), io.StringIO()

    @property
    def stdout(self):
        return self._out.getvalue()

    @property
    def stderr(self):
        return self._err.getvalue()

    @contextlib.contextmanager
    def printing(self):
        """While it lasts, output comes here."""
        with contextlib.redirect_stdout(self._out), contextlib.redirect_stderr(self._err):
            yield

    def show(self):
        """Prints and shows it all after all."""
        sys.stdout.write(self.stdout)
        sys.stderr.write(self.stderr)
        for mime, data in self._out.shown:
            show(mime, data)

    __call__ = show

    def __str__(self):
        return self.stdout


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
            show("text/plain", pretty(value))


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
