"""torchviz.make_dot: the backward graph as a drawing."""

from graphviz import Digraph as _Digraph

__version__ = "0.0.2"


def make_dot(var, params=None, show_attrs=False, show_saved=False, max_attr_chars=50):
    """The graph of backward nodes that leads to `var`; `params` gives names to leaves."""
    import torch

    names = {}
    for name, tensor in (dict(params) if params is not None else {}).items():
        names[id(tensor)] = name
    dot = _Digraph(node_attr=dict(style="filled", shape="box", align="left", fontsize="10", ranksep="0.1", height="0.2", fontname="monospace"),
                   graph_attr=dict(size="12,12"))
    seen = set()

    def shape(t):
        return "(" + ", ".join(map(str, t.shape)) + ")"

    def label_of(fn):
        if not show_attrs:
            return type(fn).__name__
        lines = [type(fn).__name__]
        for attr in dir(fn):
            if attr.startswith("_saved_"):
                value = getattr(fn, attr)
                text = f"[saved tensor] {shape(value)}" if isinstance(value, torch.Tensor) else str(value)
                lines.append(f"{attr[7:]}: {text[:max_attr_chars]}")
        return "\n".join(lines)

    stack = []

    def visit(fn):
        if fn in seen:
            return
        seen.add(fn)
        if show_saved:
            for attr in dir(fn):
                value = getattr(fn, attr) if attr.startswith("_saved_") else None
                if isinstance(value, torch.Tensor):
                    dot.node(f"saved{id(value)}", f"{attr[7:]}\n {shape(value)}", fillcolor="orange")
                    dot.edge(str(id(fn)), f"saved{id(value)}", dir="none")
        variable = getattr(fn, "variable", None)
        if variable is not None:
            dot.node(f"leaf{id(variable)}", f"{names.get(id(variable), '')}\n {shape(variable)}", fillcolor="lightblue")
            dot.edge(f"leaf{id(variable)}", str(id(fn)))
        dot.node(str(id(fn)), label_of(fn), fillcolor="lightgrey")
        for other, _ in fn.next_functions:
            if other is not None:
                dot.edge(str(id(other)), str(id(fn)))
                stack.append(other)

    roots = var if isinstance(var, (tuple, list)) else (var,)
    for v in roots:
        if v.grad_fn is None:
            continue
        stack.append(v.grad_fn)
        while stack:
            visit(stack.pop())
        dot.node(f"out{id(v)}", shape(v), fillcolor="darkolivegreen1")
        dot.edge(str(id(v.grad_fn)), f"out{id(v)}")
    return dot


def make_dot_from_trace(trace):
    raise NotImplementedError("make_dot_from_trace is not part of Backstep: it records programs itself")
