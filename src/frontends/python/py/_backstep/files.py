"""Errors about files: numbered as on Linux, and with a word about where a program's files are."""

import builtins
import errno
import functools
import io
import os

#: Numbers of errors on Linux (errno.h); WebAssembly's are others.
_LINUX = {
    "EPERM": 1, "ENOENT": 2, "EBADF": 9, "EACCES": 13, "EBUSY": 16, "EEXIST": 17, "EXDEV": 18, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22,
    "EMFILE": 24, "EFBIG": 27, "ENOSPC": 28, "EROFS": 30, "ENAMETOOLONG": 36, "ENOTEMPTY": 39, "ELOOP": 40,
}
_TRANSLATED = {getattr(errno, name): number for name, number in _LINUX.items()}
#: Functions of `os` that take a path.
_OF_PATHS = ("open", "listdir", "scandir", "stat", "lstat", "mkdir", "rmdir", "remove", "unlink", "rename", "replace", "chdir", "utime",
             "truncate", "readlink", "symlink", "chmod")
_NOTE = "A program in Backstep sees only the files that it wrote itself in this run: nothing of this computer's disk."


def install():
    """Puts the translation around everything that opens or names files."""
    if hasattr(builtins.open, "__wrapped__"):
        return
    builtins.open = io.open = _translating(io.open)
    for name in _OF_PATHS:
        setattr(os, name, _translating(getattr(os, name)))
    for name, number in _LINUX.items():
        setattr(errno, name, number)


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
