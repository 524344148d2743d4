"""graphviz.Digraph and Graph: built as with the real package, drawn by Backstep."""

from html import escape as _escape

from ._layout import place as _place

__version__ = "0.20.3"


def _fields(label):
    """Cells of a record label: "{ a | b }" → ["a", "b"]."""
    return [part.strip() for part in label.replace("{", "").replace("}", "").replace("\\l", "").split("|")]


class Digraph:
    directed = True

    def __init__(self, name=None, comment=None, filename=None, directory=None, format=None, engine=None, graph_attr=None, node_attr=None, edge_attr=None,
                 body=None, strict=False, **_):
        self.name, self.comment, self.format, self.filename = name, comment, format, filename
        self.graph_attr, self.node_attr, self.edge_attr = dict(graph_attr or {}), dict(node_attr or {}), dict(edge_attr or {})
        self._nodes, self._edges = {}, []

    # ---------------------------------------------------------------- building

    def attr(self, kw=None, **attrs):
        {"node": self.node_attr, "edge": self.edge_attr}.get(kw, self.graph_attr).update(attrs)

    def node(self, name, label=None, _attributes=None, **attrs):
        known = self._nodes.setdefault(str(name), {})
        known.update({**self.node_attr, **attrs})
        if label is not None:
            known["label"] = str(label)

    def edge(self, tail_name, head_name, label=None, _attributes=None, **attrs):
        tail, head = str(tail_name).split(":")[0], str(head_name).split(":")[0]
        for n in (tail, head):
            self._nodes.setdefault(n, dict(self.node_attr))
        self._edges.append((tail, head, {**self.edge_attr, **attrs, **({"label": str(label)} if label is not None else {})}))

    def edges(self, tail_head_iter):
        for tail, head in tail_head_iter:
            self.edge(tail, head)

    def subgraph(self, graph=None, name=None, **_):
        import contextlib

        if graph is not None:
            self._nodes.update(graph._nodes)
            self._edges.extend(graph._edges)
            return None

        @contextlib.contextmanager
        def inside():
            part = type(self)(name=name)
            part.node_attr.update(self.node_attr)
            part.edge_attr.update(self.edge_attr)
            yield part
            self.subgraph(part)

        return inside()

    # ---------------------------------------------------------------- output

    @property
    def source(self):
        """The graph in the DOT language."""
        quote = lambda s: '"' + str(s).replace('"', '\\"').replace("\n", "\\n") + '"'  # noqa: E731
        bracket = lambda a: " [" + " ".join(f"{k}={quote(v)}" for k, v in a.items()) + "]" if a else ""  # noqa: E731
        lines = [("digraph" if self.directed else "graph") + (f" {quote(self.name)}" if self.name else "") + " {"]
        for kind, attrs in (("graph", self.graph_attr), ("node", self.node_attr), ("edge", self.edge_attr)):
            if attrs:
                lines.append(f"\t{kind}{bracket(attrs)}")
        lines += [f"\t{quote(n)}{bracket(a)}" for n, a in self._nodes.items()]
        lines += [f"\t{quote(a)} {'->' if self.directed else '--'} {quote(b)}{bracket(attrs)}" for a, b, attrs in self._edges]
        return "\n".join(lines) + "\n}\n"

    def __str__(self):
        return self.source

    def _shape_of(self, name):
        attrs = self._nodes[name]
        shape = attrs.get("shape", "ellipse")
        size = float(attrs.get("fontsize", 12))
        label = attrs.get("label", name)
        cells = _fields(label) if "record" in shape else [label]
        lines = [c.replace("\\n", "\n").split("\n") for c in cells]
        widths = [max(len(line) for line in c) * size * 0.6 + 16 for c in lines]
        height = max(len(c) for c in lines) * size * 1.25 + 12
        width = sum(widths)
        if shape in ("circle", "doublecircle"):
            width = height = max(width, height)
        elif shape in ("ellipse", "oval"):
            width *= 1.15
        return shape, size, lines, widths, width, height

    def _repr_svg_(self):
        names = list(self._nodes)
        if not names:
            return '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'
        shapes = {n: self._shape_of(n) for n in names}
        sizes = {n: (s[4], s[5]) for n, s in shapes.items()}
        across = self.graph_attr.get("rankdir", "TB") in ("LR", "RL")
        centres = _place(names, [(a, b) for a, b, _ in self._edges], sizes, across)
        margin = 12
        width = max(x + sizes[n][0] / 2 for n, (x, y) in centres.items()) + 2 * margin
        height = max(y + sizes[n][1] / 2 for n, (x, y) in centres.items()) + 2 * margin
        flip_x, flip_y = self.graph_attr.get("rankdir") == "RL", self.graph_attr.get("rankdir") == "BT"
        at = {n: ((width - x - margin if flip_x else x + margin), (height - y - margin if flip_y else y + margin)) for n, (x, y) in centres.items()}
        parts = [self._edge_svg(at, sizes, a, b, attrs, across) for a, b, attrs in self._edges]
        parts += [self._node_svg(at[n], self._nodes[n], shapes[n]) for n in names]
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
                f'font-family="DejaVu Sans, Inter, sans-serif"><rect width="{width:.0f}" height="{height:.0f}" fill="white"/>' + "".join(parts) + "</svg>")

    def _node_svg(self, centre, attrs, shape):
        (x, y), (kind, size, lines, widths, w, h) = centre, shape
        filled = "filled" in attrs.get("style", "")
        fill = _escape(attrs.get("fillcolor", attrs.get("color", "lightgray")) if filled else "white", True)
        stroke = _escape(attrs.get("color", "black"), True)
        out = []
        if kind in ("ellipse", "oval", "circle", "doublecircle"):
            out.append(f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{w / 2:.1f}" ry="{h / 2:.1f}" fill="{fill}" stroke="{stroke}"/>')
        elif kind == "diamond":
            out.append(f'<path d="M{x - w / 2 - 8:.1f} {y:.1f}L{x:.1f} {y - h / 2 - 6:.1f}L{x + w / 2 + 8:.1f} {y:.1f}L{x:.1f} {y + h / 2 + 6:.1f}Z" fill="{fill}" stroke="{stroke}"/>')
        elif kind not in ("plaintext", "none", "plain"):
            out.append(f'<rect x="{x - w / 2:.1f}" y="{y - h / 2:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{6 if "Mrecord" in kind or "rounded" in attrs.get("style", "") else 0}" fill="{fill}" stroke="{stroke}"/>')
        left = x - sum(widths) / 2
        for i, (cell, width) in enumerate(zip(lines, widths)):
            if i:
                out.append(f'<line x1="{left:.1f}" y1="{y - h / 2:.1f}" x2="{left:.1f}" y2="{y + h / 2:.1f}" stroke="{stroke}"/>')
            first = y - (len(cell) - 1) * size * 0.625 + size * 0.35
            out += [f'<text x="{left + width / 2:.1f}" y="{first + k * size * 1.25:.1f}" font-size="{size:.0f}" text-anchor="middle">{_escape(line)}</text>' for k, line in enumerate(cell)]
            left += width
        return "".join(out)

    def _edge_svg(self, at, sizes, a, b, attrs, across):
        (x0, y0), (x1, y1) = at[a], at[b]
        if across:
            x0, x1 = x0 + (sizes[a][0] / 2 if x1 > x0 else -sizes[a][0] / 2), x1 - (sizes[b][0] / 2 if x1 > x0 else -sizes[b][0] / 2)
            middle = (x0 + x1) / 2
            curve = f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
            head = (x1 - 8 if x1 > x0 else x1 + 8, y1 - 4, x1 - 8 if x1 > x0 else x1 + 8, y1 + 4)
        else:
            y0, y1 = y0 + (sizes[a][1] / 2 if y1 > y0 else -sizes[a][1] / 2), y1 - (sizes[b][1] / 2 if y1 > y0 else -sizes[b][1] / 2)
            middle = (y0 + y1) / 2
            curve = f"M{x0:.1f} {y0:.1f}C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}"
            head = (x1 - 4, y1 - 8 if y1 > y0 else y1 + 8, x1 + 4, y1 - 8 if y1 > y0 else y1 + 8)
        color = _escape(attrs.get("color", "black"), True)
        dash = ' stroke-dasharray="5,3"' if attrs.get("style") == "dashed" else ' stroke-dasharray="1,3"' if attrs.get("style") == "dotted" else ""
        out = f'<path d="{curve}" fill="none" stroke="{color}"{dash}/>'
        if self.directed:
            out += f'<path d="M{x1:.1f} {y1:.1f}L{head[0]:.1f} {head[1]:.1f}L{head[2]:.1f} {head[3]:.1f}Z" fill="{color}"/>'
        if "label" in attrs:
            out += f'<text x="{(x0 + x1) / 2 + 4:.1f}" y="{(y0 + y1) / 2 - 3:.1f}" font-size="11">{_escape(attrs["label"])}</text>'
        return out

    def render(self, filename=None, directory=None, view=False, cleanup=False, format=None, **_):
        """Writes the drawing (SVG) to the run's memory file system and shows it."""
        name = f"{filename or self.filename or self.name or 'graph'}.svg"
        with open(name, "w") as f:
            f.write(self._repr_svg_())
        self.view()
        return name

    def view(self, *_, **__):
        try:
            from _backstep.display import show
        except ImportError:
            return
        show("image/svg+xml", self._repr_svg_())

    def pipe(self, format=None, encoding=None, **_):
        svg = self._repr_svg_()
        return svg if encoding else svg.encode()

    def save(self, filename=None, directory=None, **_):
        with open(filename or "graph.gv", "w") as f:
            f.write(self.source)

    @property
    def body(self):
        return self.source.split("\n")[1:-2]


class Graph(Digraph):
    directed = False


class Source:
    def __init__(self, source, **_):
        raise NotImplementedError("graphviz.Source is not part of Backstep: build the graph with Digraph")
