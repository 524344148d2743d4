"""From the text of a cell to code: magics are left out, the last expression of a notebook cell is kept apart."""

import ast
import io
import re
import tokenize

_ASSIGNED = re.compile(r"^(\s*)([\w\s,.\[\]]+?)\s*=\s*[%!](?!=).*$")
_SKIPPED_CELLS = ("bash", "sh", "html", "javascript", "js", "latex", "markdown", "svg", "writefile", "script", "cmd", "ruby", "perl")


def without_magics(source, note):
    """
    IPython's own lines (`%matplotlib inline`, `!pip install`, `x?`) made harmless; every other line keeps its number. `note` is told
    what was left out, except for magics that only concern how a notebook looks.
    """
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        name = lines[first][2:].split(None, 1)[0] if lines[first][2:].strip() else ""
        if name in _SKIPPED_CELLS:
            note(f"[Backstep left out a %%{name} cell]")
            return "\n" * (len(lines) - 1)
        rest = lines[first][2 + len(name) :].strip()
        lines[first] = ""
        if name == "timeit" and any(line.strip() for line in lines[first:]):
            lines[first:] = [_repeated_block(rest), *(f" {line}" for line in lines[first + 1 :])]
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
    return line[: len(line) - len(bare)] + "#" if bare.startswith(("%", "!", "?")) else line


def _plain_line(line, note):
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if bare.startswith("!"):
        note(f"[Backstep left out: {bare}]")
        return indent + "pass"
    if bare.startswith("%"):
        name, _, rest = bare[1:].partition(" ")
        if name in _TIMERS and rest.strip():
            return indent + _TIMERS[name](rest.strip())
        if name not in ("matplotlib", "config", "autoreload", "load_ext", "time", "pylab", "precision", "reload_ext"):
            note(f"[Backstep left out: {bare}]")
        return indent + "pass"
    if bare.startswith("?") or re.fullmatch(r"[\w.]+\?{1,2}\s*", bare):
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


def _repeated_block(text):
    """The first line of a cell with `%%timeit`, over its lines moved in: options, and what is to run once before."""
    options, setup = _options(text)
    before = f"exec({setup!r}, globals()) or " if setup else ""
    return f"for __loop in {before}get_ipython().loops({options}):"


def _options(text):
    """(arguments of `loops`, what follows) of `-n 10 -r 3 code`; options without numbers are dropped."""
    given = []
    while option := re.match(r"-(?:([nr])\s*(\d+)|[a-z]+)\s*", text):
        if option[1]:
            given.append(f"{'number' if option[1] == 'n' else 'repeat'}={option[2]}")
        text = text[option.end() :]
    return ", ".join(given), text


_TIMERS = {"time": _timed, "timeit": _repeated}


def is_timed(source):
    """Whether the cell begins with `%%time`."""
    return re.match(r"\s*%%time\b", source) is not None


def compile_cell(source, file, notebook, echo):
    """Code of a cell, and of its last expression if that is to be shown (`echo`)."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0
    tree = compile(source, file, "exec", ast.PyCF_ONLY_AST | flags, dont_inherit=True)
    shown = None
    if echo and tree.body and isinstance(tree.body[-1], ast.Expr) and not _ends_with_semicolon(source):
        shown = compile(ast.Expression(tree.body.pop().value), file, "eval", flags, dont_inherit=True)
    return compile(tree, file, "exec", flags, dont_inherit=True), shown


def _ends_with_semicolon(source):
    last = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT):
                last = token.string
    except (tokenize.TokenError, SyntaxError):
        return False
    return last == ";"
