"""The files of a program: those beside it, modules among them, and errors that are numbered as on Linux."""

import base64
import builtins
import errno
import functools
import importlib
import importlib.machinery
import io
import os
import sys

#: Numbers of errors on Linux (errno.h); WebAssembly's are others.
_LINUX = {
    "EPERM": 1, "ENOENT": 2, "EBADF": 9, "EACCES": 13, "EBUSY": 16, "EEXIST": 17, "EXDEV": 18, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22,
    "EMFILE": 24, "EFBIG": 27, "ENOSPC": 28, "EROFS": 30, "ENAMETOOLONG": 36, "ENOTEMPTY": 39, "ELOOP": 40,
}
_TRANSLATED = {getattr(errno, name): number for name, number in _LINUX.items()}
#: Functions of `os` that take a path.
_OF_PATHS = ("open", "listdir", "scandir", "stat", "lstat", "mkdir", "rmdir", "remove", "unlink", "rename", "replace", "chdir", "utime",
             "truncate", "readlink", "symlink", "chmod")
_NOTE = (
    "A program in Backstep sees the files that it wrote itself in this run, and small ones in its own folder that its text names: "
    "nothing else of this computer's disk."
)
#: Where a program begins; what stands beside it is put there.
_HOME = os.getcwd()


def install():
    """Puts the translation around everything that opens or names files, and lets modules beside the program be found."""
    if hasattr(builtins.open, "__wrapped__"):
        return
    sys.dont_write_bytecode = True
    sys.path_hooks.insert(0, _beside)
    sys.path_importer_cache.clear()
    builtins.open = io.open = _translating(io.open)
    for name in _OF_PATHS:
        setattr(os, name, _translating(getattr(os, name)))
    for name, number in _LINUX.items():
        setattr(errno, name, number)


def place(files):
    """Puts what stands beside the program ({"path", "base64"}) into its first folder; what is there already stays."""
    for file in files:
        path = os.path.join(_HOME, file["path"])
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out:
                out.write(base64.b64decode(file["base64"]))
    importlib.invalidate_caches()


class _Beside(importlib.machinery.SourceFileLoader):
    """Loads a module beside the program: its code is called by its path from there, as the program's is by its name."""

    def source_to_code(self, data, path, *args, **kwargs):
        return super().source_to_code(data, os.path.relpath(path, _HOME), *args, **kwargs)


_finder = importlib.machinery.FileFinder.path_hook((_Beside, importlib.machinery.SOURCE_SUFFIXES))


def _beside(path):
    if path != _HOME and not path.startswith(_HOME + "/"):
        raise ImportError
    return _finder(path)


def _translating(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except OSError as error:
            error.errno = _TRANSLATED.get(error.errno, error.errno)
            if isinstance(error, FileNotFoundError):
                error.add_note(_NOTE)
            raise

    return wrapper
