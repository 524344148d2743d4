"""IPython.display: pictures, HTML and words in a notebook's output."""


def _show(mime, data):
    from _backstep.display import show

    show(mime, data)


class DisplayHandle:
    """What `display(..., display_id=True)` gives: `update` shows another value, below the first."""

    def display(self, value, **_):
        display(value)

    update = display


def display(*values, display_id=None, **_):
    """Shows values as a notebook does."""
    from _backstep.display import display as shown

    shown(*values)
    return DisplayHandle() if display_id is not None else None


def update_display(value, *, display_id=None, **_):
    """Shows a value that takes the place of an earlier one: the output keeps both."""
    display(value)


def clear_output(wait=False):
    """Kept for programs that animate a plot: the output keeps every picture, so that it can be stepped through."""


def set_matplotlib_formats(*formats, **_):
    """Kept for programs that choose a format: pictures are SVG."""


class DisplayObject:
    """A document to be shown."""

    def __init__(self, data=None, **_):
        self.data = data

    def __repr__(self):
        return f"<{type(self).__module__}.{type(self).__qualname__} object>"

    def _repr_pretty_(self, p, cycle):
        p.text(repr(self))


class HTML(DisplayObject):
    def _ipython_display_(self):
        _show("image/svg+xml" if str(self.data).lstrip().startswith("<svg") else "text/html", self.data)


class SVG(DisplayObject):
    def _ipython_display_(self):
        _show("image/svg+xml", self.data)


class Markdown(DisplayObject):
    """Text, shown as it is written."""

    def _ipython_display_(self):
        print(self.data)


class Math(Markdown):
    """A formula, shown as it is written."""


class Latex(Markdown):
    """A formula, shown as it is written."""


class Javascript(DisplayObject):
    """Kept for programs that change a notebook's page: nothing of it runs."""


class Image(DisplayObject):
    """A picture from elsewhere, which a run does not reach: its name is shown."""

    def __init__(self, data=None, url=None, filename=None, **_):
        super().__init__(data)
        self.url, self.filename = url, filename


class IFrame:
    """A page from elsewhere, which a run does not reach: its name is shown."""

    def __init__(self, src, width=None, height=None, **_):
        self.src, self.width, self.height = src, width, height


class YouTubeVideo(IFrame):
    """A film from elsewhere."""

    def __init__(self, id, width=400, height=300, **kwargs):
        super().__init__(f"https://www.youtube.com/embed/{id}", width, height, **kwargs)
        self.id = id


class Audio(DisplayObject):
    """Sound, which is not played."""


for _class in (DisplayObject, HTML, SVG, Markdown, Math, Latex, Javascript, Image):
    _class.__module__ = "IPython.core.display"
for _class in (IFrame, YouTubeVideo, Audio):
    _class.__module__ = "IPython.lib.display"
