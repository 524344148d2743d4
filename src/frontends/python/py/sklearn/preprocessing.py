"""sklearn.preprocessing: StandardScaler, MinMaxScaler and LabelEncoder."""

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
        from ._tables import Names

        found = sorted(set(y.tolist() if hasattr(y, "tolist") else y))
        self.classes_ = Names(found) if found and isinstance(found[0], str) else _np.array(found)
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


def __getattr__(name):
    raise AttributeError(f"sklearn.preprocessing.{name} is not part of Backstep")
