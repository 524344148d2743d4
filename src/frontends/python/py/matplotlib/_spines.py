"""The four lines around axes, which programs hide, colour or move."""

from ._colors import to_svg

_SIDES = ("left", "bottom", "right", "top")


class Spine:
    """One line; `position` is None on its side of the frame, or a data coordinate or "center"."""

    def __init__(self, side):
        self.side, self.visible, self.color, self.width, self.position = side, True, "black", 0.8, None

    def set_visible(self, visible):
        self.visible = bool(visible)

    def get_visible(self):
        return self.visible

    def set_color(self, color):
        self.color, self.visible = (self.color, False) if color == "none" else (to_svg(color), self.visible)

    set_edgecolor = set_color

    def set_linewidth(self, width):
        self.width = float(width)

    set_lw = set_linewidth

    def set_position(self, position):
        if isinstance(position, str):
            position = {"zero": ("data", 0.0), "center": ("axes", 0.5)}[position]
        kind, value = position
        if kind not in ("data", "axes"):
            raise ValueError(f"Spine.set_position: '{kind}' is not part of Backstep: it has 'data', 'axes', 'zero' and 'center'")
        self.position = kind, float(value)

    def place(self, to):
        """Its pixel coordinate across its direction."""
        left, top, w, h = to.box
        upright = self.side in ("left", "right")
        if self.position is None:
            return {"left": left, "right": left + w, "top": top, "bottom": top + h}[self.side]
        kind, value = self.position
        if kind == "axes":
            return left + value * w if upright else top + h - value * h
        return to(value, to.y0)[0] if upright else to(to.x0, value)[1]

    def draw(self, svg, to):
        if not self.visible:
            return
        left, top, w, h = to.box
        at, style = self.place(to), dict(stroke=self.color, stroke_width=self.width * 1.39, stroke_linecap="square")
        if self.side in ("left", "right"):
            svg.line(at, top, at, top + h, **style)
        else:
            svg.line(left, at, left + w, at, **style)

    def __getattr__(self, name):
        raise AttributeError(f"Spine.{name} is not part of Backstep")


class _Several:
    """What `spines[["top", "right"]]` and `spines[:]` give: a call goes to each."""

    def __init__(self, spines):
        self._spines = spines

    def __getattr__(self, name):
        methods = [getattr(spine, name) for spine in self._spines]
        return lambda *args, **kwargs: [method(*args, **kwargs) for method in methods] and None


class Spines(dict):
    """`ax.spines`: by side, by list of sides, or as attributes."""

    def __init__(self):
        super().__init__({side: Spine(side) for side in _SIDES})

    def __getitem__(self, key):
        if isinstance(key, slice):
            return _Several(list(self.values()))
        if isinstance(key, (list, tuple)):
            return _Several([dict.__getitem__(self, side) for side in key])
        return dict.__getitem__(self, key)

    def __getattr__(self, name):
        try:
            return dict.__getitem__(self, name)
        except KeyError:
            raise AttributeError(f"'Spines' object does not contain a '{name}' spine") from None
