"""From the text of a cell to code: the last expression of a notebook cell is kept apart."""

import ast
import io
import tokenize


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
