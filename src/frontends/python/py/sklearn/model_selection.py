"""sklearn.model_selection: train_test_split."""

import math as _math

import numpy as _np

from .utils import check_random_state


def _take(a, index):
    if hasattr(a, "iloc"):
        return a.iloc[index]
    return [a[i] for i in index.tolist()] if isinstance(a, list) else a[index.tolist()] if not isinstance(a, _np.ndarray) else a[index]


def train_test_split(*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None):
    """Splits arrays into random train and test parts."""
    if stratify is not None:
        raise NotImplementedError("train_test_split(stratify=…) is not part of Backstep")
    n = len(arrays[0])
    if test_size is None and train_size is None:
        test_size = 0.25
    n_test = None if test_size is None else _math.ceil(test_size * n) if isinstance(test_size, float) else test_size
    n_train = None if train_size is None else _math.floor(train_size * n) if isinstance(train_size, float) else train_size
    n_test = n - n_train if n_test is None else n_test
    n_train = n - n_test if n_train is None else n_train
    if shuffle:
        order = check_random_state(random_state).permutation(n)
        test, train = order[:n_test], order[n_test : n_test + n_train]
    else:
        train, test = _np.arange(n_train), _np.arange(n_train, n_train + n_test)
    return [part for a in arrays for part in (_take(a, train), _take(a, test))]


def __getattr__(name):
    raise AttributeError(f"sklearn.model_selection.{name} is not part of Backstep")
