"""Runs a program: the cells of a script or notebook in one fresh `__main__`, as Python or Jupyter would."""

import asyncio
import builtins
import contextlib
import json
import linecache
import os
import random
import sys
import types

import _backstep_host as _host
from torch import _bridge

from . import cells, display, failures, files as _files, loop, magics, pausing, streams
from .shell import shell


class Program:
    """One `__main__` and what has run in it."""

    def __init__(self):
        self._main = None
        self._files = {}

    def run(self, text):
        """JSON of a `PythonProgram` → JSON of what ended it, `null` when it came to its end."""
        request = json.loads(text)
        try:
            try:
                self._run_cells(request)
            finally:
                _host.calm()
            return "null"
        except SystemExit as stop:
            if stop.code is None or stop.code == 0:
                return "null"
            return self._told(failures.of_exit(stop, self._files))
        except BaseException as error:
            return self._told(failures.of(error, self._files))
        finally:
            if self._main is not None:
                _name(self._main.__dict__)

    def _run_cells(self, request):
        notebook = request["kind"] == "notebook"
        name = os.path.basename(request["name"]) or "program.py"
        if self._main is None:
            self._main = _new_main(name, notebook)
            _prepare(name, notebook)
            pausing.install(self._files)
        _files.place(request["files"])
        for cell in request["cells"]:
            # As the window counts them.
            file = f"<cell {cell['index'] + 1}>" if notebook else name
            self._files[file] = cell["index"] if notebook else None
            _host.cell(cell["index"])
            # Part of a script: its lines keep their numbers.
            source = "\n" * (cell.get("line", 1) - 1) + cell["source"]
            _run_cell(source, file, self._main.__dict__, notebook, request["echo"])

    def _told(self, end):
        if end["line"]:
            file = next(file for file, cell in self._files.items() if cell == end["cell"])
            _bridge.line_location(file, end["line"])
        return json.dumps(end)


def _new_main(name, notebook):
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    if not notebook:
        main.__file__ = name
    sys.modules["__main__"] = main
    return main


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


def _run_cell(source, file, namespace, notebook, echo):
    """Executes one cell; `echo` shows the value of its last expression."""
    magic, arguments = magics.of_cell(source) if notebook else ("", "")
    if notebook:
        source = magics.without_magics(source, lambda note: print(note))
    linecache.cache[file] = (len(source), None, [line + "\n" for line in source.split("\n")], file)
    body, shown = cells.compile_cell(source, file, notebook, echo)
    with shell.captured(arguments) if magic == "capture" else contextlib.nullcontext():
        try:
            with shell.timing() if magic == "time" else contextlib.nullcontext():
                _execute(body, namespace)
                value = None if shown is None else _execute(shown, namespace)
            display.display_result(value, namespace)
        finally:
            if notebook:
                display.show_figures()
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
