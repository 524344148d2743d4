"""Tables as text; error states."""

import contextlib as _contextlib

from ._array import array, asarray


def savetxt(fname, X, fmt="%.18e", delimiter=" ", newline="\n", header="", footer="", comments="# ", encoding=None):
    X = asarray(X)
    rows = X.reshape(-1, 1) if X.ndim == 1 else X
    lines = [comments + header] if header else []
    lines += [delimiter.join((fmt % v) for v in row) for row in rows.tolist()]
    lines += [comments + footer] if footer else []
    text = newline.join(lines) + newline
    if hasattr(fname, "write"):
        fname.write(text)
    else:
        with open(fname, "w") as f:
            f.write(text)


def loadtxt(fname, dtype=float, comments="#", delimiter=None, converters=None, skiprows=0, usecols=None, unpack=False, ndmin=0, **_):
    if hasattr(fname, "read"):
        lines = fname.read().splitlines()
    elif isinstance(fname, (list, tuple)):
        lines = list(fname)
    else:
        try:
            with open(fname) as f:
                lines = f.read().splitlines()
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{fname} not found.") from error
    rows = []
    for line in lines[skiprows:]:
        line = line.split(comments)[0].strip() if comments else line.strip()
        if line:
            cells = line.split(delimiter)
            columns = range(len(cells)) if usecols is None else [usecols] if isinstance(usecols, int) else usecols
            rows.append([float(cells[c]) for c in columns])
    out = array(rows, dtype=dtype)
    out = out.squeeze() if ndmin < 2 and out.size else out
    return out.T if unpack else out


genfromtxt = loadtxt


@_contextlib.contextmanager
def errstate(**_):
    """Backstep's numpy gives no floating point warnings, so there is nothing to switch off."""
    yield


def seterr(**_):
    return {"divide": "ignore", "over": "ignore", "under": "ignore", "invalid": "ignore"}


geterr = seterr
