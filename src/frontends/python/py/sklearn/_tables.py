"""Small data sets that scikit-learn carries along: iris, wine, breast cancer, digits."""

import os as _os

import numpy as _np


class Bunch(dict):
    """A dictionary whose keys are attributes too."""

    __module__ = "sklearn.utils._bunch"

    def __init__(self, **kwargs):
        super().__init__(kwargs)

    def __getattr__(self, key):
        try:
            return self[key]
        except KeyError:
            raise AttributeError(key) from None

    def __setattr__(self, key, value):
        self[key] = value

    def __dir__(self):
        return list(self)


class Names(list):
    """Words that print as an array of text, and are indexed by arrays of numbers."""

    def __str__(self):
        return "[" + " ".join(map(repr, self)) + "]"

    def __repr__(self):
        return f"array([{', '.join(map(repr, self))}], dtype='<U{max(map(len, self))}')"

    def __getitem__(self, index):
        if hasattr(index, "tolist"):
            index = index.tolist()
        if isinstance(index, list):
            return Names(list.__getitem__(self, i) for i in index)
        return Names(list.__getitem__(self, index)) if isinstance(index, slice) else list.__getitem__(self, index)

    @property
    def shape(self):
        return (len(self),)

    def tolist(self):
        return list(self)


def _load(file, feature_names, return_X_y, as_frame, **more):
    if as_frame:
        raise ImportError("as_frame=True requires pandas, which is not part of Backstep")
    with open(_os.path.join(_os.path.dirname(__file__), "data", file)) as f:
        head, *lines = f.read().splitlines()
    rows = [line.split(",") for line in lines]
    data = _np.array([[float(v) for v in row[:-1]] for row in rows])
    target = _np.array([int(row[-1]) for row in rows])
    if return_X_y:
        return data, target
    return Bunch(data=data, target=target, frame=None, target_names=Names(head.split(",")[2:]), DESCR="", feature_names=feature_names, **more)


def load_iris(*, return_X_y=False, as_frame=False):
    """150 flowers of three kinds, 4 measurements each."""
    names = [f"{part} {size} (cm)" for part in ("sepal", "petal") for size in ("length", "width")]
    return _load("iris.csv", names, return_X_y, as_frame, filename="iris.csv", data_module="sklearn.datasets.data")


def load_wine(*, return_X_y=False, as_frame=False):
    """178 wines of three growers, 13 measurements each."""
    names = ("alcohol malic_acid ash alcalinity_of_ash magnesium total_phenols flavanoids nonflavanoid_phenols proanthocyanins "
             "color_intensity hue od280/od315_of_diluted_wines proline").split()
    return _load("wine.csv", names, return_X_y, as_frame)


def load_breast_cancer(*, return_X_y=False, as_frame=False):
    """569 tumours, malignant (0) or benign (1), 30 measurements each."""
    measured = "radius,texture,perimeter,area,smoothness,compactness,concavity,concave points,symmetry,fractal dimension".split(",")
    names = Names([f"mean {m}" for m in measured] + [f"{m} error" for m in measured] + [f"worst {m}" for m in measured])
    return _load("breast_cancer.csv", names, return_X_y, as_frame, filename="breast_cancer.csv", data_module="sklearn.datasets.data")


def load_digits(*, n_class=10, return_X_y=False, as_frame=False):
    """1797 pictures of handwritten digits, 8 by 8 pixels of 0 to 16; `n_class` keeps the digits below it."""
    if as_frame:
        raise ImportError("as_frame=True requires pandas, which is not part of Backstep")
    with open(_os.path.join(_os.path.dirname(__file__), "data", "digits.txt")) as f:
        rows = [line.split() for line in f]
    rows = [(pixels, int(digit)) for pixels, digit in rows if int(digit) < n_class]
    data = _np.array([float(int(pixel, 17)) for pixels, _ in rows for pixel in pixels]).reshape(len(rows), 64)
    target = _np.array([digit for _, digit in rows])
    if return_X_y:
        return data, target
    return Bunch(data=data, target=target, frame=None, feature_names=[f"pixel_{i}_{j}" for i in range(8) for j in range(8)],
                 target_names=_np.arange(10), images=data.reshape(-1, 8, 8), DESCR="")
