"""Answers the cases of the PyTorch oracle (see oracle/README.md) through the `torch` package, as a program would use it."""

import contextlib as _contextlib
import io as _io
import json as _json
import math
import operator
import struct as _struct
import sys as _sys
import traceback as _traceback
import types as _types
import warnings as _warnings

import torch
import torch.nn as nn
import torch.nn.functional as F


def _number(v):
    return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "-0.0": -0.0}.get(v, v) if isinstance(v, str) else v


def _decode(d):
    """A tensor from its encoding."""
    kind = getattr(torch, d["d"])
    values = [_number(v) for v in d["v"]]
    t = torch.tensor(values, dtype=kind).reshape(d["s"]) if values else torch.empty(d["s"], dtype=kind)
    if "st" in d:
        size = 1 + sum((n - 1) * s for n, s in zip(d["s"], d["st"])) if values else 0
        strided = torch.zeros(size, dtype=kind).as_strided(d["s"], d["st"])
        strided.copy_(t)
        t = strided.detach()
    if d.get("rg"):
        t.requires_grad_()
    return t


def _plain(v):
    if isinstance(v, bool):
        return int(v)
    if isinstance(v, float):
        if math.isnan(v):
            return "nan"
        if math.isinf(v):
            return "inf" if v > 0 else "-inf"
        if v == 0 and math.copysign(1, v) < 0:
            return "-0.0"
    return v


def _short(v):
    """The shortest decimal that reads back as the float32 `v`: how the format writes float16 and bfloat16."""
    if math.isnan(v) or math.isinf(v):
        return v
    for digits in range(1, 10):
        text = float(f"{v:.{digits}g}")
        if _struct.unpack("f", _struct.pack("f", text))[0] == v:
            return text
    return v


def _encode(t):
    if t is None:
        return None
    if not isinstance(t, torch.Tensor):
        t = torch.tensor(t)
    values = t.detach()._values()
    if t.dtype._name in ("float16", "bfloat16"):
        values = [_short(v) for v in values]
    return {"s": list(t.shape), "d": t.dtype._name, "v": [_plain(v) for v in values]}


def _flatten(x):
    """Tensors among results, in order; numbers and booleans become tensors."""
    if isinstance(x, (tuple, list)):
        return [t for e in x for t in _flatten(e)]
    if x is None:
        return []
    return [x if isinstance(x, torch.Tensor) else torch.tensor(x)]


def _namespace():
    return {"torch": torch, "nn": nn, "F": F, "math": math, "operator": operator}


def _run(source, namespace):
    """Executes statements; the value of the last one, if it is an expression."""
    import ast

    tree = ast.parse(source)
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        exec(compile(ast.Module(tree.body[:-1], []), "<case>", "exec"), namespace)
        return eval(compile(ast.Expression(last.value), "<case>", "eval"), namespace)
    exec(compile(tree, "<case>", "exec"), namespace)
    return None


def _fresh():
    """Puts the switches of the package back."""
    torch.set_default_dtype(torch.float32)
    torch.set_printoptions(profile="default")
    torch.set_grad_enabled(True)
    torch.autograd.set_detect_anomaly(False)
    torch.manual_seed(0)


def ops(case):
    namespace = _namespace()
    inputs = [_decode(d) for d in case["in"]]
    for i, t in enumerate(inputs):
        namespace[f"x{i}"] = t
    out = _flatten(_run(case["py"], namespace))
    result = {"out": [_encode(t) for t in out]}
    if "gout" not in case:
        return result
    leaves = [t for t in inputs if t.requires_grad]
    second = "dd_c" in case
    pairs = [(t, _decode(g)) for t, g in zip(out, case["gout"]) if g is not None]
    upstream = [g for _, g in pairs]
    if second:
        upstream = [g.requires_grad_() for g in upstream]
    grads = torch.autograd.grad([t for t, _ in pairs], leaves, upstream, create_graph=second, retain_graph=True, allow_unused=True)
    result["grad"] = [_encode(g) for g in grads]
    if second:
        total = None
        for g, c in zip(grads, case["dd_c"]):
            if g is None or not g.requires_grad:
                continue
            term = (g * _decode(c)).sum()
            total = term if total is None else total + term
        if total is None:
            result["dd"] = {"grad": [_encode(torch.zeros_like(t)) for t in leaves], "ggout": [_encode(torch.zeros_like(t)) for t in upstream]}
        else:
            both = torch.autograd.grad(total, [*leaves, *upstream], allow_unused=True)
            # The format lets an engine say zeros where a second gradient is None.
            both = [torch.zeros_like(t) if g is None else g for g, t in zip(both, [*leaves, *upstream])]
            result["dd"] = {"grad": [_encode(g) for g in both[: len(leaves)]], "ggout": [_encode(g) for g in both[len(leaves):]]}
    return result


def repr_(case):
    namespace = {}
    exec(case["imports"], namespace)
    exec(case["setup"], namespace)
    value = eval(case["expr"], namespace)
    return {"str": str(value), "repr": repr(value)}


def rng(case):
    namespace = {}
    exec(case["imports"], namespace)
    torch.manual_seed(case["seed"])
    out = []
    for step in case["steps"]:
        if step.get("exec"):
            exec(step["exec"], namespace)
        value = eval(step["expr"], namespace)
        out.append([_encode(t) for t in _flatten(value)] if isinstance(value, (tuple, list)) else _encode(value))
    return {"out": out}


class _Main:
    """A module standing in for `__main__`, so that pickling and class names work."""

    def __init__(self):
        self.module = _types.ModuleType("__main__")
        self.namespace = self.module.__dict__

    def __enter__(self):
        self._before = _sys.modules.get("__main__")
        _sys.modules["__main__"] = self.module
        return self

    def __exit__(self, *exc):
        if self._before is not None:
            _sys.modules["__main__"] = self._before
        return False


def _without_places(text):
    """The oracle's warnings are kept without C++ places and without the tracebacks of anomaly mode."""
    text = text.partition(" Traceback of forward call that caused the error:")[0]
    return text.partition(" (Triggered internally at ")[0]


def errors(case):
    text = _io.StringIO()
    result = {"exc": None, "warn": []}
    with _warnings.catch_warnings(record=True) as caught, _contextlib.redirect_stdout(text), _Main() as main:
        _warnings.simplefilter("always")
        try:
            exec(compile(case["py"], "<case>", "exec"), main.namespace)
        except Exception as error:
            result["exc"] = type(error).__name__
            # The format keeps the message of a KeyError as it was given: its str() would be the repr.
            result["msg"] = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    result["stdout"] = text.getvalue()
    result["warn"] = [[w.category.__name__, _without_places(str(w.message))] for w in caught]
    return result


def programs(case):
    text = _io.StringIO()
    failure = None
    with _contextlib.redirect_stdout(text), _warnings.catch_warnings(), _Main() as main:
        _warnings.simplefilter("ignore")
        try:
            exec(compile(case["py"], "<program>", "exec"), main.namespace)
        except Exception:
            failure = _traceback.format_exc()
    return {"stdout": text.getvalue(), "error": failure}


def graph(case):
    namespace = {}
    exec(case["imports"], namespace)
    exec(case["setup"], namespace)
    names = {id(v): k for k, v in namespace.items() if isinstance(v, torch.Tensor)}
    result = eval(case["expr"], namespace)
    for module_name, module in list(namespace.items()):
        if isinstance(module, nn.Module):
            for path, parameter in module.named_parameters():
                names.setdefault(id(parameter), f"{module_name}.{path}")
    nodes, numbers = [], {}

    def visit(node):
        """Depth first, first visit, along next_functions."""
        numbers[node] = len(nodes)
        nodes.append({"node": node})
        for other, _ in node.next_functions:
            if other is not None and other not in numbers:
                visit(other)

    visit(result.grad_fn)
    order = []
    for i, entry in enumerate(nodes):
        node = entry.pop("node")
        entry["n"] = node.name().removeprefix("torch::autograd::")
        entry["next"] = [[numbers[o], k] if o is not None else None for o, k in node.next_functions]
        if entry["n"] == "AccumulateGrad":
            entry["leaf"] = names.get(id(node.variable), "?")
            entry["shape"] = list(node.variable.shape)
        node.register_prehook(lambda grads, i=i: order.append({"i": i, "gout": [_encode(g) for g in grads]}))
    value = _encode(result)
    root = [0, result.output_nr]
    result.backward(torch.ones_like(result))
    grads = {}
    for name, v in list(namespace.items()):
        if isinstance(v, torch.Tensor) and v.is_leaf and v.requires_grad:
            grads[name] = _encode(v.grad)
        elif isinstance(v, nn.Module):
            for path, parameter in v.named_parameters():
                grads[f"{name}.{path}"] = _encode(parameter.grad)
    return {"value": value, "nodes": nodes, "root": root, "trace": order, "grads": grads}


_KINDS = {"ops": ops, "repr": repr_, "rng": rng, "errors": errors, "programs": programs, "graph": graph}


def answer(text):
    """JSON {kind, case} → JSON {result} or {error}."""
    request = _json.loads(text)
    _fresh()
    try:
        with _warnings.catch_warnings():
            if request["kind"] != "errors":
                _warnings.simplefilter("ignore")
            result = {"result": _KINDS[request["kind"]](request["case"])}
    except BaseException:
        result = {"error": _traceback.format_exc()}
    try:
        return _json.dumps(result)
    except (TypeError, ValueError):
        return _json.dumps({"error": "result is not JSON: " + repr(result)[:500]})
