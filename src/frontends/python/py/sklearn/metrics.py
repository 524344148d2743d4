"""sklearn.metrics: accuracy, errors, confusion matrix."""

import numpy as _np


def accuracy_score(y_true, y_pred, *, normalize=True, **_):
    same = _np.asarray(y_true).ravel() == _np.asarray(y_pred).ravel()
    return float(same.mean()) if normalize else int(same.sum())


def mean_squared_error(y_true, y_pred, **_):
    d = _np.asarray(y_true) - _np.asarray(y_pred)
    return float((d * d).mean())


def mean_absolute_error(y_true, y_pred, **_):
    return float(_np.abs(_np.asarray(y_true) - _np.asarray(y_pred)).mean())


def r2_score(y_true, y_pred, **_):
    y = _np.asarray(y_true, dtype=float)
    return float(1 - ((y - _np.asarray(y_pred)) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def confusion_matrix(y_true, y_pred, *, labels=None, **_):
    a, b = _np.asarray(y_true).ravel().tolist(), _np.asarray(y_pred).ravel().tolist()
    names = sorted(set(a) | set(b)) if labels is None else list(labels)
    m = _np.zeros((len(names), len(names)), dtype=int)
    for i, j in zip(a, b):
        m[names.index(i), names.index(j)] += 1
    return m


def __getattr__(name):
    raise AttributeError(f"sklearn.metrics.{name} is not part of Backstep")
