"""sklearn.preprocessing: StandardScaler, MinMaxScaler, LabelEncoder and OneHotEncoder."""

import numpy as _np


def _floats(X):
    """An array of float64, or of the float dtype that it has."""
    X = _np.asarray(X)
    return X if X.dtype.kind == "f" else X.astype(float)


class _Scaler:
    def fit_transform(self, X, y=None):
        return self.fit(X).transform(X)

    def __repr__(self):
        return f"{type(self).__name__}()"


class StandardScaler(_Scaler):
    """Columns of mean 0 and variance 1."""

    def fit(self, X, y=None):
        X = _floats(X)
        self.mean_, self.var_ = X.mean(axis=0), X.var(axis=0)
        self.scale_ = _np.sqrt(self.var_)
        self.scale_[self.scale_ == 0] = 1.0
        return self

    def transform(self, X):
        return (_floats(X) - self.mean_) / self.scale_

    def inverse_transform(self, X):
        return _np.asarray(X) * self.scale_ + self.mean_


class MinMaxScaler(_Scaler):
    """Columns between 0 and 1."""

    def __init__(self, feature_range=(0, 1)):
        self.feature_range = feature_range

    def fit(self, X, y=None):
        X = _floats(X)
        self.data_min_, self.data_max_ = X.min(axis=0), X.max(axis=0)
        span = self.data_max_ - self.data_min_
        span[span == 0] = 1.0
        low, high = self.feature_range
        self.scale_ = (high - low) / span
        self.min_ = low - self.data_min_ * self.scale_
        return self

    def transform(self, X):
        return _floats(X) * self.scale_ + self.min_

    def inverse_transform(self, X):
        return (_np.asarray(X) - self.min_) / self.scale_


class LabelEncoder(_Scaler):
    """Numbers 0, 1, … for labels in their order."""

    def fit(self, y):
        self.classes_ = _labels(sorted(set(y.tolist() if hasattr(y, "tolist") else y)))
        return self

    def transform(self, y):
        place = {label: i for i, label in enumerate(self.classes_.tolist())}
        labels = y.tolist() if hasattr(y, "tolist") else y
        unseen = [label for label in labels if label not in place]
        if unseen:
            raise ValueError(f"y contains previously unseen labels: {unseen}")
        return _np.array([place[label] for label in labels])

    def inverse_transform(self, y):
        return self.classes_[_np.asarray(y)]


class OneHotEncoder(_Scaler):
    """A column of zeros and ones for each value that a column has."""

    def __init__(self, *, sparse_output=True, dtype=_np.float64, handle_unknown="error"):
        if handle_unknown not in ("error", "ignore"):
            raise ValueError(f"OneHotEncoder's handle_unknown={handle_unknown!r} is not part of Backstep: it has 'error' and 'ignore'")
        self.sparse_output, self.dtype, self.handle_unknown = sparse_output, dtype, handle_unknown

    def fit(self, X, y=None):
        columns = [sorted(set(column)) for column in _columns(X)]
        self._places = [{value: i for i, value in enumerate(column)} for column in columns]
        self.categories_ = [_labels(column) for column in columns]
        return self

    def transform(self, X):
        blocks = []
        for at, (column, places) in enumerate(zip(_columns(X), self._places)):
            unknown = [value for value in dict.fromkeys(column) if value not in places]
            if unknown and self.handle_unknown == "error":
                raise ValueError(f"Found unknown categories {list(_np.array(sorted(unknown)))} in column {at} during transform")
            block = _np.zeros((len(column), len(places)), dtype=self.dtype)
            for row, value in enumerate(column):
                if value in places:
                    block[row, places[value]] = 1
            blocks.append(block)
        dense = _np.concatenate(blocks, axis=1)
        return _Sparse(dense) if self.sparse_output else dense

    def get_feature_names_out(self, input_features=None):
        names = input_features or [f"x{i}" for i in range(len(self._places))]
        return _labels([f"{name}_{value}" for name, places in zip(names, self._places) for value in places])

    def __repr__(self):
        given = [] if self.handle_unknown == "error" else [f"handle_unknown={self.handle_unknown!r}"]
        return f"OneHotEncoder({', '.join(given + ([] if self.sparse_output else ['sparse_output=False']))})"


class _Sparse:
    """Stands in for SciPy's sparse matrix: what programs do with one is to make it dense."""

    def __init__(self, dense):
        self._dense, self.shape, self.dtype = dense, dense.shape, dense.dtype

    def toarray(self):
        return self._dense.copy()

    todense = toarray


def _columns(X):
    """The columns of a table as lists of Python's own values."""
    rows = X.tolist() if hasattr(X, "tolist") else list(X)
    if not rows or not isinstance(rows[0], (list, tuple)):
        raise ValueError(
            f"Expected 2D array, got 1D array instead:\narray={_np.array(rows)}.\nReshape your data either using array.reshape(-1, 1) if your "
            "data has a single feature or array.reshape(1, -1) if it contains a single sample."
        )
    return [list(column) for column in zip(*rows)]


def _labels(values):
    from ._tables import Names

    return Names(values) if values and isinstance(values[0], str) else _np.array(values)


def __getattr__(name):
    raise AttributeError(f"sklearn.preprocessing.{name} is not part of Backstep")
