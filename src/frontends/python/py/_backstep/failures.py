"""What ended a program: type, message, the person's own line, and the traceback as Python prints it."""

import io
import linecache
import traceback

# Frames of the package are hidden, as the C++ frames of PyTorch are.
_PACKAGES = __file__.rsplit("/", 2)[0] + "/"


def of(error, files):
    """`files`: cell (None for a script) by the file name of its code."""
    cell, line = _place(error, files)
    return {
        "type": type(error).__qualname__,
        "message": str(error),
        "cell": cell,
        "line": line,
        "traceback": text_of(error),
    }


def of_exit(stop, files):
    """`sys.exit` with something else than success."""
    cell, line = _place(stop, files)
    printed = "" if isinstance(stop.code, int) else f"{stop.code}\n"
    message = f"The program exited with code {stop.code}" if isinstance(stop.code, int) else str(stop.code)
    return {"type": "SystemExit", "message": message, "cell": cell, "line": line, "traceback": printed}


def _place(error, files):
    """The innermost line of the program that the error came through."""
    if isinstance(error, SyntaxError) and error.filename in files:
        return files[error.filename], error.lineno
    found = (None, None)
    step = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file in files:
            found = (files[file], step.tb_lineno)
        step = step.tb_next
    return found


def text_of(error):
    """The traceback without the frames of this package."""
    linecache.checkcache()
    report = traceback.TracebackException(type(error), error, error.__traceback__)
    _hide(report, set())
    out = io.StringIO()
    for part in report.format():
        out.write(part)
    text = out.getvalue()
    header = "Traceback (most recent call last):\n"
    if not report.stack and text.startswith(header):
        text = text[len(header):]
    return text


def _hide(report, seen):
    if report is None or id(report) in seen:
        return
    seen.add(id(report))
    report.stack[:] = [frame for frame in report.stack if not frame.filename.startswith(_PACKAGES)]
    _hide(report.__cause__, seen)
    _hide(report.__context__, seen)
    for inner in report.exceptions or ():
        _hide(inner, seen)
