"""SVG text, element by element."""

from html import escape as _escape


def number(v):
    return f"{v:.2f}".rstrip("0").rstrip(".") if v == v else "0"


class Svg:
    """Collects elements; everything that comes from a program is escaped."""

    def __init__(self, width, height, background):
        self.width, self.height = width, height
        self._parts = []
        self._clips = 0
        self.rect(0, 0, width, height, fill=background)

    def _attributes(self, **attributes):
        return "".join(f' {k.replace("_", "-")}="{_escape(number(v) if isinstance(v, (int, float)) else str(v), True)}"'
                       for k, v in attributes.items() if v is not None)

    def rect(self, x, y, w, h, **attributes):
        self._parts.append(f"<rect{self._attributes(x=x, y=y, width=max(w, 0), height=max(h, 0), **attributes)}/>")

    def line(self, x1, y1, x2, y2, **attributes):
        self._parts.append(f"<line{self._attributes(x1=x1, y1=y1, x2=x2, y2=y2, **attributes)}/>")

    def path(self, d, **attributes):
        self._parts.append(f"<path{self._attributes(d=d, **attributes)}/>")

    def polyline(self, points, **attributes):
        """A line through points; None breaks it."""
        d, pen = [], False
        for p in points:
            if p is None:
                pen = False
                continue
            d.append(f"{'L' if pen else 'M'}{number(p[0])} {number(p[1])}")
            pen = True
        if d:
            self.path("".join(d), fill="none", **attributes)

    def circle(self, x, y, r, **attributes):
        self._parts.append(f"<circle{self._attributes(cx=x, cy=y, r=r, **attributes)}/>")

    def text(self, x, y, text, size, anchor="middle", rotate=None, weight=None, color="black", style=None):
        turn = f"rotate({number(rotate)} {number(x)} {number(y)})" if rotate else None
        lines = _plain(str(text)).split("\n")
        attributes = self._attributes(font_size=size, text_anchor=anchor, fill=color, transform=turn, font_weight=weight, font_style=style)
        spans = "".join(f"<tspan{self._attributes(x=x, y=y + i * size * 1.2)}>{_escape(line)}</tspan>" for i, line in enumerate(lines))
        self._parts.append(f"<text{attributes}>{spans}</text>")

    def image(self, x, y, w, h, href):
        self._parts.append(f'<image{self._attributes(x=x, y=y, width=w, height=h, preserveAspectRatio="none", href=href)} style="image-rendering:pixelated"/>')

    def clip(self, x, y, w, h):
        """Everything until `unclip` is cut at a rectangle."""
        self._clips += 1
        self._parts.append(f'<clipPath id="clip{self._clips}"><rect{self._attributes(x=x, y=y, width=w, height=h)}/></clipPath><g clip-path="url(#clip{self._clips})">')

    def unclip(self):
        self._parts.append("</g>")

    def done(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(self.width)}" height="{number(self.height)}" '
                f'viewBox="0 0 {number(self.width)} {number(self.height)}" font-family="DejaVu Sans, Inter, Verdana, sans-serif">'
                + "".join(self._parts) + "</svg>")


_GREEK = {name: chr(code) for name, code in zip(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho".split(), range(0x3B1, 0x3C2))}
_GREEK |= {"sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "nabla": "∇",
           "partial": "∂", "infty": "∞", "cdot": "·", "times": "×", "pm": "±", "leq": "≤", "geq": "≥", "rightarrow": "→", "approx": "≈", "ell": "ℓ"}
_SUB = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SUP = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")


def _plain(text):
    """Math between dollars as plain characters: Greek letters, digits above and below the line."""
    import re

    def convert(match):
        s = match.group(1)
        s = re.sub(r"\\(?:mathrm|mathbf|mathit|text|hat|bar|vec|mathcal)\s*\{([^}]*)\}", r"\1", s)
        s = re.sub(r"\\frac\{([^}]*)\}\{([^}]*)\}", r"\1/\2", s)
        s = re.sub(r"\\([A-Za-z]+)", lambda m: _GREEK.get(m.group(1), m.group(1)), s)
        s = re.sub(r"\^\{([^}]*)\}|\^(.)", lambda m: (m.group(1) or m.group(2)).translate(_SUP), s)
        s = re.sub(r"_\{([^}]*)\}|_(.)", lambda m: (m.group(1) or m.group(2)).translate(_SUB), s)
        return s.replace("{", "").replace("}", "").replace("\\,", " ")

    return re.sub(r"\$([^$]*)\$", convert, text)
