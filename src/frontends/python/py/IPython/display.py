"""IPython.display: pictures and HTML in a notebook's output."""


def _show(mime, data):
    from _backstep.display import show

    show(mime, data)


def display(*values, **_):
    """Shows values as a notebook does."""
    from _backstep.display import display as shown

    for value in values:
        if isinstance(value, DisplayObject):
            value._show()
        else:
            shown(value)


def clear_output(wait=False):
    """Kept for programs that animate a plot: the output keeps every picture, so that it can be stepped through."""


def set_matplotlib_formats(*formats, **_):
    """Kept for programs that choose a format: pictures are SVG."""


class DisplayObject:
    """A document to be shown."""

    def __init__(self, data=None, **_):
        self.data = data

    def _show(self):
        print(self.data)


class HTML(DisplayObject):
    def _show(self):
        _show("image/svg+xml" if str(self.data).lstrip().startswith("<svg") else "text/html", self.data)


class SVG(DisplayObject):
    def _show(self):
        _show("image/svg+xml", self.data)


class Markdown(DisplayObject):
    """Text, shown as it is written."""


class Math(Markdown):
    """A formula, shown as it is written."""


class Latex(Markdown):
    """A formula, shown as it is written."""
