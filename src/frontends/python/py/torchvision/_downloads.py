"""Stands for what torchvision would download."""


class Download:
    """Can be named, for annotations and tables of choices; whoever makes one is told that it cannot be had. Error: always."""

    _said = ""

    def __init__(self, *args, **kwargs):
        raise RuntimeError(f"{type(self).__module__}.{type(self).__qualname__} {self._said}")


def named(module, name, said):
    """The stand-in for a public name of `module`; AttributeError for any other."""
    if name.startswith("_"):
        raise AttributeError(f"module '{module}' has no attribute '{name}'")
    return type(name, (Download,), {"__module__": module, "_said": said})
