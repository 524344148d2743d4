"""What programs print of matplotlib's objects."""


def called(name):
    """Gives a class the name that matplotlib has for it."""

    def rename(cls):
        cls.__module__, _, cls.__qualname__ = name.rpartition(".")
        cls.__name__ = cls.__qualname__
        return cls

    return rename


@called("matplotlib.text.Text")
class Label:
    """A title or a label beside axes or a figure; `change` is told of a new text."""

    def __init__(self, x, y, text, change):
        self._x, self._y, self._text, self._change = x, y, text, change

    def set_text(self, text):
        self._text = text
        self._change(text)

    def get_text(self):
        return self._text

    def get_position(self):
        return self._x, self._y

    def __repr__(self):
        return f"Text({self._x!r}, {self._y!r}, {self._text!r})"


class Container(tuple):
    """The artists that one call drew."""

    def __repr__(self):
        return f"<{type(self).__name__} object of {len(self)} artists>"


@called("matplotlib.container.ErrorbarContainer")
class ErrorbarContainer(Container):
    pass


@called("matplotlib.container.StemContainer")
class StemContainer(Container):
    pass


class _Tick:
    """A tick of an axis: its place and its words are the axes' own."""


@called("matplotlib.axis.XTick")
class XTick(_Tick):
    pass


@called("matplotlib.axis.YTick")
class YTick(_Tick):
    pass
