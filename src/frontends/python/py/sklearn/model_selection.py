"""sklearn.model_selection: train_test_split and k-fold cross-validation."""

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


class _Folds:
    """What the ways to cut data into `n_splits` folds share: each fold is once the test set."""

    def __init__(self, n_splits=5, *, shuffle=False, random_state=None):
        if n_splits <= 1:
            raise ValueError("k-fold cross-validation requires at least one train/test split by setting n_splits=2 or more, "
                             f"got n_splits={n_splits}.")
        self.n_splits, self.shuffle, self.random_state = n_splits, shuffle, random_state

    def __repr__(self):
        return f"{type(self).__name__}(n_splits={self.n_splits}, random_state={self.random_state}, shuffle={self.shuffle})"

    def get_n_splits(self, X=None, y=None, groups=None):
        return self.n_splits

    def split(self, X, y=None, groups=None):
        """(train indices, test indices) of each fold. Error: there are fewer samples than folds."""
        n = len(X)
        if self.n_splits > n:
            raise ValueError(f"Cannot have number of splits n_splits={self.n_splits} greater than the number of samples: n_samples={n}.")
        fold = self._fold_of_each(n, y)
        for i in range(self.n_splits):
            yield _np.nonzero(fold != i)[0], _np.nonzero(fold == i)[0]


class KFold(_Folds):
    """Folds of neighbours, or of shuffled samples."""

    def _fold_of_each(self, n, y):
        order = check_random_state(self.random_state).permutation(n) if self.shuffle else _np.arange(n)
        fold = _np.zeros(n, dtype=int)
        fold[order] = _np.repeat(_np.arange(self.n_splits), [n // self.n_splits + (i < n % self.n_splits) for i in range(self.n_splits)])
        return fold


class StratifiedKFold(_Folds):
    """Folds that hold the classes of `y` in the same proportions."""

    def _fold_of_each(self, n, y):
        labels = _np.asarray(y).ravel().tolist()
        place = {label: i for i, label in enumerate(dict.fromkeys(labels))}  # classes in order of appearance
        kind = _np.array([place[label] for label in labels])
        ordered = _np.sort(kind)
        share = [_np.bincount(ordered[i :: self.n_splits], minlength=len(place)).tolist() for i in range(self.n_splits)]
        rng = check_random_state(self.random_state)
        fold = _np.zeros(n, dtype=int)
        for k in range(len(place)):
            folds = _np.repeat(_np.arange(self.n_splits), [row[k] for row in share])
            if self.shuffle:
                rng.shuffle(folds)
            fold[kind == k] = folds
        return fold


def __getattr__(name):
    raise AttributeError(f"sklearn.model_selection.{name} is not part of Backstep")
