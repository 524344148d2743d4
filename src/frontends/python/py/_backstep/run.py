"""Runs a program: the cells of a script or notebook in one fresh `__main__`, as Python or Jupyter would."""

import asyncio
import builtins
import json
import linecache
import os
import random
import sys
import types

import _backstep_host as _host
from torch import _bridge

from . import cells, display, failures, files as _files, loop, streams


def run(text):
    """JSON {name, kind, cells} → JSON of what ended the program, `null` when it came to its end."""
    request = json.loads(text)
    notebook = request["kind"] == "notebook"
    name = os.path.basename(request["name"]) or "program.py"
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    if not notebook:
        main.__file__ = name
    sys.modules["__main__"] = main
    files = {}
    try:
        try:
            _prepare(name, notebook)
            for cell in request["cells"]:
                file = f"<cell {cell['index']}>" if notebook else name
                files[file] = cell["index"] if notebook else None
                _host.cell(cell["index"])
                _run_cell(cell["source"], file, main.__dict__, notebook)
        finally:
            _host.calm()
        return "null"
    except SystemExit as stop:
        if stop.code is None or stop.code == 0:
            return "null"
        return json.dumps(failures.of_exit(stop, files))
    except BaseException as error:
        return json.dumps(failures.of(error, files))
    finally:
        _name(main.__dict__)


def _prepare(name, notebook):
    streams.install()
    _files.install()
    sys.argv = [name]
    # The interpreter starts from an image of its memory: without this every run would draw the same numbers.
    random.seed()
    builtins.input = _input
    loop.install()
    display.install(notebook)


def _input(prompt=""):
    """Stands in for `input`."""
    raise RuntimeError(
        "input() has no keyboard to read from in Backstep: write the value into the program instead"
        + (f" (it asked {str(prompt)!r})" if prompt else "")
    )


def _run_cell(source, file, namespace, notebook):
    """Executes one cell; a notebook shows the value of its last expression."""
    if notebook:
        source = cells.without_magics(source, lambda note: print(note))
    linecache.cache[file] = (len(source), None, [line + "\n" for line in source.split("\n")], file)
    body, shown = cells.compile_cell(source, file, notebook)
    _execute(body, namespace)
    if shown is not None:
        display.display_result(_execute(shown, namespace), namespace)
    if notebook:
        _name(namespace)


def _execute(code, namespace):
    if code.co_flags & 0x80:  # CO_COROUTINE: the cell awaits something
        return asyncio.get_event_loop().run_until_complete(eval(code, namespace))
    return eval(code, namespace)


def _name(namespace):
    """Tensors get the names of the variables that hold them."""
    try:
        _bridge.name_all(namespace)
    except Exception:
        pass  # an object of the program that answers questions about itself with an error
