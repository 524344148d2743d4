"""tqdm: progress bars. One line is written when a loop ends, so that the console stays readable."""

import sys as _sys
import time as _time

__version__ = "4.66.5"


class tqdm:
    """An iterable that tells how far it got."""

    def __init__(self, iterable=None, desc=None, total=None, leave=True, disable=False, unit="it", initial=0, postfix=None, **_):
        self.iterable, self.desc, self.leave, self.disable, self.unit = iterable, desc, leave, disable, unit
        self.total = total if total is not None else len(iterable) if hasattr(iterable, "__len__") else None
        self.n = initial
        self._postfix = ""
        if postfix:
            self.set_postfix(postfix)
        self._begun = _time.perf_counter()
        self._closed = False

    def __iter__(self):
        try:
            for x in self.iterable:
                yield x
                self.n += 1
        finally:
            self.close()

    def __len__(self):
        return self.total if self.total is not None else len(self.iterable)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
        return False

    def update(self, n=1):
        self.n += n

    def set_description(self, desc=None, refresh=True):
        self.desc = desc

    set_description_str = set_description

    def set_postfix(self, ordered_dict=None, refresh=True, **kwargs):
        values = {**(ordered_dict or {}), **kwargs}
        self._postfix = ", ".join(f"{k}={v if isinstance(v, str) else format(v, '.3g') if isinstance(v, float) else v}" for k, v in values.items())

    def set_postfix_str(self, s="", refresh=True):
        self._postfix = s

    def refresh(self, **_):
        pass

    def reset(self, total=None):
        self.n, self.total = 0, total if total is not None else self.total

    def close(self):
        if self._closed:
            return
        self._closed = True
        if self.disable or not self.leave:
            return
        seconds = _time.perf_counter() - self._begun
        rate = f"{self.n / seconds:.2f}{self.unit}/s" if seconds > 0 else f"?{self.unit}/s"
        clock = f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
        head = f"{self.desc}: " if self.desc else ""
        tail = f", {self._postfix}" if self._postfix else ""
        if self.total:
            share = self.n / self.total
            bar = ("█" * round(10 * min(share, 1))).ljust(10)
            _sys.stderr.write(f"{head}{100 * share:3.0f}%|{bar}| {self.n}/{self.total} [{clock}<00:00, {rate}{tail}]\n")
        else:
            _sys.stderr.write(f"{head}{self.n}{self.unit} [{clock}, {rate}{tail}]\n")

    @staticmethod
    def write(s, file=None, end="\n", nolock=False):
        (file or _sys.stdout).write(s + end)


def trange(*args, **kwargs):
    return tqdm(range(*args), **kwargs)


tqdm_notebook, tnrange = tqdm, trange
