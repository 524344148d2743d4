"""IPython's own lines in the text of a cell: those that time or tell something become Python, others are left out."""

import ast
import io
import re
import tokenize

_ASSIGNED = re.compile(r"^(\s*)([\w\s,.\[\]]+?)\s*=\s*[%!](?!=).*$")
#: A line that asks what an object is.
_ASKED = re.compile(r"\?{1,2}[\w.]+\s*|[\w.]+\?{1,2}\s*")
_SKIPPED_CELLS = ("bash", "sh", "html", "javascript", "js", "latex", "markdown", "svg", "script", "cmd", "ruby", "perl")


def without_magics(source, note):
    """
    IPython's own lines (`%matplotlib inline`, `!pip install`, `x?`) made harmless; every other line keeps its number. `note` is told
    what was left out, except for magics that only concern how a notebook looks.
    """
    lines = source.split("\n")
    name, arguments = of_cell(source)
    if name in _SKIPPED_CELLS:
        note(f"[Backstep left out a %%{name} cell]")
        return "\n" * (len(lines) - 1)
    if name:
        first = next(i for i, line in enumerate(lines) if line.strip())
        lines[first:] = _CELLS.get(name, _without_first)(arguments, lines[first + 1 :])
    if not any(line.lstrip().startswith(("%", "!", "?")) or line.rstrip().endswith("?") or _ASSIGNED.match(line) for line in lines):
        return "\n".join(lines)
    starts = _statement_lines("\n".join(lines))
    for i, line in enumerate(lines):
        if starts is not None and i + 1 not in starts:
            continue
        lines[i] = _plain_line(line, note)
    return "\n".join(lines)


def _statement_lines(source):
    """Lines (1-based) on which a logical line may begin, or None when the text cannot be told apart."""
    starts, depth_start = set(), True
    replaced = "\n".join(_as_comment(line) for line in source.split("\n"))
    try:
        for token in tokenize.generate_tokens(io.StringIO(replaced).readline):
            if token.type in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
                if token.type == tokenize.COMMENT and depth_start:
                    starts.add(token.start[0])
                continue
            if token.type == tokenize.NEWLINE:
                depth_start = True
                continue
            if depth_start:
                starts.add(token.start[0])
                depth_start = False
    except (tokenize.TokenError, SyntaxError):
        return None
    return starts


def _as_comment(line):
    bare = line.lstrip()
    return line[: len(line) - len(bare)] + "#" if bare.startswith(("%", "!", "?")) or _ASKED.fullmatch(bare) else line


def _plain_line(line, note):
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if bare.startswith("!"):
        note(f"[Backstep left out: {bare}]")
        return indent + "pass"
    if bare.startswith("%"):
        name, _, rest = bare[1:].partition(" ")
        if name in _LINES and rest.strip():
            return indent + _LINES[name](rest.strip())
        if name not in ("matplotlib", "config", "autoreload", "load_ext", "time", "pylab", "precision", "reload_ext"):
            note(f"[Backstep left out: {bare}]")
        return indent + "pass"
    asked = _ASKED.fullmatch(bare)
    if asked:
        return indent + _LINES["pinfo2" if "??" in bare else "pinfo"](bare.strip("? "))
    if bare.startswith("?"):
        return indent + "pass"
    assigned = _ASSIGNED.match(line)
    if assigned:
        note(f"[Backstep left out: {bare}]")
        return f"{assigned[1]}{assigned[2]} = None"
    return line


def _timed(code):
    """A line with `%time`: its code stays where it is."""
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        return f"with get_ipython().timing(): {code}"
    return f"get_ipython().timed(lambda: ({code}))"


def _repeated(code):
    """A line with `%timeit`, after its options."""
    options, code = _options(code)
    return f"for __loop in get_ipython().loops({options}): {code}"


def _described(magic):
    """A line that asks what `name` is: `?name`, `name?`, `%pinfo name`; with code: `name??`."""
    return lambda name: f"get_ipython().run_line_magic({magic!r}, {name!r})"


def _options(text):
    """(arguments of `loops`, what follows) of `-n 10 -r 3 code`; options without numbers are dropped."""
    given = []
    while option := re.match(r"-(?:([nr])\s*(\d+)|[a-z]+)\s*", text):
        if option[1]:
            given.append(f"{'number' if option[1] == 'n' else 'repeat'}={option[2]}")
        text = text[option.end() :]
    return ", ".join(given), text


#: What a line becomes, from what follows the name of its magic.
_LINES = {"time": _timed, "timeit": _repeated, "pinfo": _described("pinfo"), "pinfo2": _described("pinfo2")}


def _without_first(_arguments, lines):
    """A magic that concerns the whole cell (see `of_cell`), or only how a notebook looks."""
    return ["", *lines]


def _repeated_cell(arguments, lines):
    """`%%timeit` with its options and what is to run once before, over its lines moved in."""
    if not any(line.strip() for line in lines):
        return ["", *lines]
    options, setup = _options(arguments)
    before = f"exec({setup!r}, globals()) or " if setup else ""
    return [f"for __loop in {before}get_ipython().loops({options}):", *(f" {line}" for line in lines)]


def _written(arguments, lines):
    """`%%writefile name`: the lines are text."""
    return [f"get_ipython().run_cell_magic('writefile', {arguments!r}, {chr(10).join(lines)!r})", *("" for _ in lines)]


#: What a cell becomes, from what follows the name of its magic and the lines below.
_CELLS = {"timeit": _repeated_cell, "writefile": _written}


def of_cell(source):
    """(name, arguments) of the magic that a cell begins with; ("", "") without one."""
    found = re.match(r"\s*%%(\S+)[ \t]*([^\n]*)", source)
    return (found[1], found[2].strip()) if found else ("", "")
