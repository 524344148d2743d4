"""Colours and colour maps, as matplotlib names them."""

import math as _math

CYCLE = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"]
_SHORT = {"b": "#0000ff", "g": "#008000", "r": "#ff0000", "c": "#00bfbf", "m": "#bf00bf", "y": "#bfbf00", "k": "#000000", "w": "#ffffff"}
_TABLEAU = dict(zip(["blue", "orange", "green", "red", "purple", "brown", "pink", "gray", "olive", "cyan"], CYCLE))
_TABLEAU["grey"] = _TABLEAU["gray"]
# CSS names that a renderer of SVG knows are passed on as they are.
_CSS = set(
    "aliceblue dimgrey lightslategrey slategrey darkslategrey antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue chartreuse chocolate coral "
    "cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange "
    "darkorchid darkred darksalmon darkseagreen darkslateblue darkslategray darkturquoise darkviolet deeppink deepskyblue dimgray dodgerblue firebrick "
    "floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender "
    "lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon "
    "lightseagreen lightskyblue lightslategray lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid "
    "mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy "
    "oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple "
    "rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray snow springgreen "
    "steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen".split()
)


def to_svg(color, default=CYCLE[0]):
    """Text of a colour for SVG. Error: not a colour."""
    if color is None:
        return default
    if isinstance(color, str):
        text = color.strip()
        low = text.lower()
        if low == "none":
            return "none"
        if text in _SHORT:
            return _SHORT[text]
        if low.startswith("tab:") and low[4:] in _TABLEAU:
            return _TABLEAU[low[4:]]
        if len(text) > 1 and text[0] == "C" and text[1:].isdigit():
            return CYCLE[int(text[1:]) % 10]
        if text.startswith("#"):
            return text
        if low in _CSS:
            return low
        try:
            level = round(255 * float(text))
            return f"rgb({level},{level},{level})"
        except ValueError:
            raise ValueError(f"'{color}' is not a valid value for color") from None
    parts = [float(v) for v in color]
    rgb = ",".join(str(round(255 * min(max(v, 0), 1))) for v in parts[:3])
    return f"rgb({rgb})" if len(parts) < 4 or parts[3] == 1 else f"rgba({rgb},{parts[3]:.3g})"


# Some points of each map; between them colours are blended.
_STOPS = {
    "viridis": ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"],
    "plasma": ["#0d0887", "#46039f", "#7201a8", "#9c179e", "#bd3786", "#d8576b", "#ed7953", "#fb9f3a", "#fdca26", "#f0f921"],
    "inferno": ["#000004", "#1b0c41", "#4a0c6b", "#781c6d", "#a52c60", "#cf4446", "#ed6925", "#fb9b06", "#f7d13d", "#fcffa4"],
    "magma": ["#000004", "#180f3d", "#440f76", "#721f81", "#9e2f7f", "#cd4071", "#f1605d", "#fd9668", "#feca8d", "#fcfdbf"],
    "cividis": ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"],
    "gray": ["#000000", "#ffffff"],
    "binary": ["#ffffff", "#000000"],
    "Greys": ["#ffffff", "#d9d9d9", "#969696", "#525252", "#000000"],
    "Blues": ["#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"],
    "Reds": ["#fff5f0", "#fee0d2", "#fcbba1", "#fc9272", "#fb6a4a", "#ef3b2c", "#cb181d", "#a50f15", "#67000d"],
    "Greens": ["#f7fcf5", "#e5f5e0", "#c7e9c0", "#a1d99b", "#74c476", "#41ab5d", "#238b45", "#006d2c", "#00441b"],
    "Oranges": ["#fff5eb", "#fee6ce", "#fdd0a2", "#fdae6b", "#fd8d3c", "#f16913", "#d94801", "#a63603", "#7f2704"],
    "Purples": ["#fcfbfd", "#efedf5", "#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#54278f", "#3f007d"],
    "RdBu": ["#67001f", "#b2182b", "#d6604d", "#f4a582", "#fddbc7", "#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061"],
    "RdYlBu": ["#a50026", "#d73027", "#f46d43", "#fdae61", "#fee090", "#ffffbf", "#e0f3f8", "#abd9e9", "#74add1", "#4575b4", "#313695"],
    "RdYlGn": ["#a50026", "#d73027", "#f46d43", "#fdae61", "#fee08b", "#ffffbf", "#d9ef8b", "#a6d96a", "#66bd63", "#1a9850", "#006837"],
    "Spectral": ["#9e0142", "#d53e4f", "#f46d43", "#fdae61", "#fee08b", "#ffffbf", "#e6f598", "#abdda4", "#66c2a5", "#3288bd", "#5e4fa2"],
    "PiYG": ["#8e0152", "#c51b7d", "#de77ae", "#f1b6da", "#fde0ef", "#f7f7f7", "#e6f5d0", "#b8e186", "#7fbc41", "#4d9221", "#276419"],
    "PuOr": ["#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6", "#f7f7f7", "#d8daeb", "#b2abd2", "#8073ac", "#542788", "#2d004b"],
    "BrBG": ["#543005", "#8c510a", "#bf812d", "#dfc27d", "#f6e8c3", "#f5f5f5", "#c7eae5", "#80cdc1", "#35978f", "#01665e", "#003c30"],
    "coolwarm": ["#3b4cc0", "#6788ee", "#9abbff", "#c9d7f0", "#edd1c2", "#f7a889", "#e26952", "#b40426"],
    "bwr": ["#0000ff", "#ffffff", "#ff0000"],
    "seismic": ["#00004d", "#0000ff", "#ffffff", "#ff0000", "#800000"],
    "jet": ["#000080", "#0000ff", "#0080ff", "#00ffff", "#80ff80", "#ffff00", "#ff8000", "#ff0000", "#800000"],
    "hot": ["#0b0000", "#ff0000", "#ffff00", "#ffffff"],
    "cool": ["#00ffff", "#ff00ff"],
    "spring": ["#ff00ff", "#ffff00"],
    "summer": ["#008066", "#ffff66"],
    "autumn": ["#ff0000", "#ffff00"],
    "winter": ["#0000ff", "#00ff80"],
    "hsv": ["#ff0000", "#ffff00", "#00ff00", "#00ffff", "#0000ff", "#ff00ff", "#ff0000"],
    "rainbow": ["#8000ff", "#2adddd", "#80ffb4", "#d4dd80", "#ff0000"],
    "turbo": ["#30123b", "#4669db", "#26bce1", "#3ff58a", "#a4fc3c", "#f1ca3a", "#fb7e21", "#d02f05", "#7a0403"],
    "twilight": ["#e2d9e2", "#6276ba", "#2f1436", "#b25652", "#e2d9e2"],
}
_LISTED = {
    "tab10": CYCLE,
    "Set1": ["#e41a1c", "#377eb8", "#4daf4a", "#984ea3", "#ff7f00", "#ffff33", "#a65628", "#f781bf", "#999999"],
    "Set2": ["#66c2a5", "#fc8d62", "#8da0cb", "#e78ac3", "#a6d854", "#ffd92f", "#e5c494", "#b3b3b3"],
    "Set3": ["#8dd3c7", "#ffffb3", "#bebada", "#fb8072", "#80b1d3", "#fdb462", "#b3de69", "#fccde5", "#d9d9d9", "#bc80bd"],
    "Paired": ["#a6cee3", "#1f78b4", "#b2df8a", "#33a02c", "#fb9a99", "#e31a1c", "#fdbf6f", "#ff7f00", "#cab2d6", "#6a3d9a"],
    "tab20": ["#1f77b4", "#aec7e8", "#ff7f0e", "#ffbb78", "#2ca02c", "#98df8a", "#d62728", "#ff9896", "#9467bd", "#c5b0d5"],
}


def _rgb(text):
    return tuple(int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))


class Colormap:
    """Numbers in [0, 1] (or indices) to colours."""

    def __init__(self, name, stops, listed=False):
        self.name, self._listed = name, listed
        self._stops = [_rgb(s) if isinstance(s, str) else tuple(s[:3]) for s in stops]
        self.N = len(self._stops) if listed else 256

    def entry(self, i):
        """Colour `i` of the `N` that the map has."""
        n = len(self._stops)
        if self._listed or n == 1:
            return self._stops[min(i, n - 1)]
        at = i / (self.N - 1) * (n - 1)
        i = min(int(at), n - 2)
        f = at - i
        return tuple(a + (b - a) * f for a, b in zip(self._stops[i], self._stops[i + 1]))

    def rgb(self, x):
        """The colour of a number between 0 and 1; white for what is no number."""
        return (1.0, 1.0, 1.0) if x != x else self.entry(min(int(min(max(x, 0.0), 1.0) * self.N), self.N - 1))

    def __call__(self, x, alpha=None, bytes=False):
        import numpy as np

        a = np.asarray(x)
        whole = a.dtype.kind in "iu"
        rows = [(*(self.entry(min(max(v, 0), self.N - 1)) if whole else self.rgb(v)), 1.0 if alpha is None else alpha) for v in a.reshape(-1).tolist()]
        return rows[0] if a.ndim == 0 else np.array(rows).reshape(a.shape + (4,))

    def reversed(self):
        return Colormap(self.name + "_r", list(reversed(self._stops)), self._listed)


class ListedColormap(Colormap):
    def __init__(self, colors, name="from_list", N=None):
        super().__init__(name, [_any_rgb(c) for c in colors], True)


class LinearSegmentedColormap(Colormap):
    @classmethod
    def from_list(cls, name, colors, N=256):
        return Colormap(name, [_any_rgb(c[1] if isinstance(c, tuple) and len(c) == 2 else c) for c in colors])


_NAMED = {"red": "#ff0000", "blue": "#0000ff", "green": "#008000", "white": "#ffffff", "black": "#000000", "yellow": "#ffff00", "orange": "#ffa500",
          "purple": "#800080", "gray": "#808080", "grey": "#808080", "cyan": "#00ffff", "magenta": "#ff00ff", "pink": "#ffc0cb", "lightblue": "#add8e6",
          "lightcoral": "#f08080", "lightgreen": "#90ee90", "navy": "#000080", "darkorange": "#ff8c00", "cornflowerblue": "#6495ed",
          "lightgray": "#d3d3d3", "skyblue": "#87ceeb", "salmon": "#fa8072", "gold": "#ffd700", "royalblue": "#4169e1", "crimson": "#dc143c"}


def _any_rgb(color):
    if not isinstance(color, str):
        return tuple(float(v) for v in color[:3])
    text = to_svg(color)
    text = _NAMED.get(text, text)
    if text.startswith("#"):
        return _rgb(text if len(text) >= 7 else "#" + "".join(2 * ch for ch in text[1:4]))
    if text.startswith("rgb"):
        return tuple(float(v) / 255 for v in text[text.index("(") + 1 : -1].split(",")[:3])
    raise ValueError(f"the colour '{color}' cannot be part of a colour map in Backstep: write it as '#rrggbb'")


def get_cmap(name=None, lut=None):
    if isinstance(name, Colormap):
        return name
    name = name or "viridis"
    base = name[:-2] if name.endswith("_r") else name
    base = {"Gray": "gray", "grey": "gray", "gist_gray": "gray", "nipy_spectral": "turbo", "gnuplot": "plasma", "YlOrRd": "hot_r", "Accent": "Set2",
            "Dark2": "Set1", "Pastel1": "Set3", "brg": "jet", "YlGnBu": "viridis", "afmhot": "hot", "bone": "gray", "terrain": "jet"}.get(base, base)
    table = _STOPS.get(base) or _LISTED.get(base)
    if table is None:
        raise ValueError(f"'{name}' is not a valid value for cmap; Backstep has: " + ", ".join(sorted([*_STOPS, *_LISTED])))
    found = Colormap(base, table, base in _LISTED)
    return found.reversed() if name.endswith("_r") else found


class Normalize:
    """Values to [0, 1]; `scale` names how a colour bar is divided."""

    scale = "linear"

    def __init__(self, vmin=None, vmax=None, clip=False):
        self.vmin, self.vmax = vmin, vmax

    def fit(self, values):
        """Takes what is not given from values: a list or an array."""
        import numpy as np

        a = np.asarray(values, dtype=float)
        finite = a[np.isfinite(a)]
        self.vmin = float(self.vmin if self.vmin is not None else finite.min() if finite.size else 0.0)
        self.vmax = float(self.vmax if self.vmax is not None else finite.max() if finite.size else 1.0)
        return self

    def __call__(self, v):
        """Of a number or of an array."""
        span = self.vmax - self.vmin
        return v * 0.0 if span == 0 else (v - self.vmin) / span


class LogNorm(Normalize):
    scale = "log"

    def __call__(self, v):
        import numpy as np

        low = _math.log(self.vmin)
        return (np.log(np.maximum(v, self.vmin)) - low) / (_math.log(self.vmax) - low or 1)
