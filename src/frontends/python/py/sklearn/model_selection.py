"""sklearn.model_selection: train_test_split."""

import math as _math

import numpy as _np

from .utils import check_random_state


def _take(a, index):
    if hasattr(a, "iloc"):
        return a.iloc[index]
    return [a[i] for i in index.tolist()] if isinstance(a, list) else a[index.tolist()] if not isinstance(a, _np.ndarray) else a[index]


def train_test_split(*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None):
    """Splits arrays into random train and test parts; with `stratify` (labels) both hold the classes in the same proportions."""
    n = len(arrays[0])
    if test_size is None and train_size is None:
        test_size = 0.25
    n_test = None if test_size is None else _math.ceil(test_size * n) if isinstance(test_size, float) else test_size
    n_train = None if train_size is None else _math.floor(train_size * n) if isinstance(train_size, float) else train_size
    n_test = n - n_train if n_test is None else n_test
    n_train = n - n_test if n_train is None else n_train
    if stratify is not None:
        if not shuffle:
            raise ValueError("Stratified train/test split is not implemented for shuffle=False")
        train, test = _stratified(_np.asarray(stratify), n_train, n_test, check_random_state(random_state))
    elif shuffle:
        order = check_random_state(random_state).permutation(n)
        test, train = order[:n_test], order[n_test : n_test + n_train]
    else:
        train, test = _np.arange(n_train), _np.arange(n_train, n_train + n_test)
    return [part for a in arrays for part in (_take(a, train), _take(a, test))]


def _stratified(y, n_train, n_test, rng):
    """Indices of train and test with as many of each class as its share says; ties are broken at random."""
    classes, kind, counts = _np.unique(y, return_inverse=True, return_counts=True)
    if counts.min() < 2:
        raise ValueError("The least populated class in y has only 1 member, which is too few. The minimum number of groups for any class "
                         "cannot be less than 2.")
    for name, size in (("train", n_train), ("test", n_test)):
        if size < len(classes):
            raise ValueError(f"The {name}_size = {size} should be greater or equal to the number of classes = {len(classes)}")
    of_train = _shares(counts, n_train, rng)
    of_test = _shares(counts - of_train, n_test, rng)
    train, test = [], []
    for i, count in enumerate(counts.tolist()):
        members = _np.nonzero(kind == i)[0][rng.permutation(count)].tolist()
        a, b = int(of_train[i]), int(of_test[i])
        train += members[:a]
        test += members[a : a + b]
    return rng.permutation(_np.array(train)), rng.permutation(_np.array(test))


def _shares(counts, draws, rng):
    """How many of `draws` fall to each class, in proportion to `counts`; what rounding leaves goes to the largest remainders."""
    exact = counts / counts.sum() * draws
    shares = _np.floor(exact)
    left = int(draws - shares.sum())
    remainder = exact - shares
    for value in sorted(set(remainder.tolist()), reverse=True):
        if left <= 0:
            break
        places = _np.nonzero(remainder == value)[0]
        chosen = rng.choice(places, size=min(len(places), left), replace=False)
        shares[chosen] += 1
        left -= len(chosen)
    return shares.astype(int)


def __getattr__(name):
    raise AttributeError(f"sklearn.model_selection.{name} is not part of Backstep")
