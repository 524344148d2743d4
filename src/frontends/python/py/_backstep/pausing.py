"""Lets a program stand still between two of its own instructions, also where it uses no tensors."""

import signal

import _backstep_host as _host


def install(files):
    """`files`: cell (None for a script) by the file name of its code; it may grow."""

    def hold(_signal, frame):
        while frame is not None and frame.f_code.co_filename not in files:
            frame = frame.f_back
        if frame is None:
            _host.rest(-1, 0)
        else:
            cell = files[frame.f_code.co_filename]
            _host.rest(-1 if cell is None else cell, frame.f_lineno)

    signal.signal(signal.SIGUSR1, hold)
