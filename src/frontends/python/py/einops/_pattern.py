"""One side of an einops pattern."""


class EinopsError(RuntimeError):
    """The pattern is wrong, or does not fit the tensor."""

    __module__ = "einops"


class Side:
    """What stands on one side of `->`: one group of names per axis. A bare name is a group of one, `1` and `()` are groups of none.

    A bare `...` is the string itself, in brackets it is a name of its group; a number greater than one is an axis of that length without a name, written as its digits.
    """

    def __init__(self, text, *, allow_underscore=False, allow_duplicates=False):
        self.text = text
        self.groups = []
        self.names = set()
        if "." in text:
            if "..." not in text:
                raise EinopsError("Expression may contain dots only inside ellipsis (...)")
            if text.count("...") != 1 or text.count(".") != 3:
                raise EinopsError("Expression may contain dots only inside ellipsis (...); only one ellipsis for tensor ")
        open_group = None
        for word in _words(text):
            if word == "(":
                if open_group is not None:
                    raise EinopsError("Axis composition is one-level (brackets inside brackets not allowed)")
                open_group = []
            elif word == ")":
                if open_group is None:
                    raise EinopsError("Brackets are not balanced")
                self.groups.append(open_group)
                open_group = None
            else:
                name = self._name(word, allow_underscore, allow_duplicates)
                if open_group is None:
                    self.groups.append(name if name == "..." else [name] if name else [])
                elif name:
                    open_group.append(name)
        if open_group is not None:
            raise EinopsError(f'Imbalanced parentheses in expression: "{text}"')

    def _name(self, word, allow_underscore, allow_duplicates):
        """The name of an axis; none for an axis of length one."""
        if word == "...":
            self.names.add(word)
            return word
        if word.isdecimal():
            if int(word) == 0:
                raise EinopsError(f"Anonymous axis should have positive length, not {word}")
            return "" if int(word) == 1 else word
        if not (allow_underscore and word == "_") and (not word.isidentifier() or word[0] == "_" or word[-1] == "_"):
            raise EinopsError(f"Invalid axis identifier: {word}\n" + _reason(word))
        if word in self.names and not allow_duplicates and word != "_":
            raise EinopsError(f'Indexing expression contains duplicate dimension "{word}"')
        self.names.add(word)
        return word

    @property
    def has_ellipsis(self):
        return "..." in self.names


def _reason(word):
    return "not a valid python identifier" if not word.isidentifier() else "axis name should should not start or end with underscore"


def _words(text):
    word = ""
    for c in text.replace("...", "\u2026"):
        if c in "() \u2026":
            if word:
                yield word
            word = ""
            if c != " ":
                yield "..." if c == "\u2026" else c
        elif c.isalnum() or c == "_":
            word += c
        else:
            raise EinopsError(f"Unknown character '{c}'")
    if word:
        yield word
