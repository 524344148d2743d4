"""sklearn.datasets: toy data with scikit-learn's random streams, and its small tables."""

import math as _math

import numpy as _np

from ._tables import load_breast_cancer, load_iris, load_wine
from .utils import check_random_state, shuffle as _shuffle


def _halves(n_samples):
    if isinstance(n_samples, int):
        return n_samples // 2, n_samples - n_samples // 2
    return tuple(n_samples)


def _finish(X, y, shuffle, noise, rng):
    if shuffle:
        X, y = _shuffle(X, y, random_state=rng)
    if noise is not None:
        X = X + rng.normal(scale=noise, size=X.shape)
    return X, y


def make_moons(n_samples=100, *, shuffle=True, noise=None, random_state=None):
    """Two interleaving half circles."""
    n_out, n_in = _halves(n_samples)
    rng = check_random_state(random_state)
    outer, inner = _np.linspace(0, _math.pi, n_out), _np.linspace(0, _math.pi, n_in)
    X = _np.vstack([_np.append(_np.cos(outer), 1 - _np.cos(inner)), _np.append(_np.sin(outer), 1 - _np.sin(inner) - 0.5)]).T
    y = _np.hstack([_np.zeros(n_out, dtype=int), _np.ones(n_in, dtype=int)])
    return _finish(X, y, shuffle, noise, rng)


def make_circles(n_samples=100, *, shuffle=True, noise=None, random_state=None, factor=0.8):
    """A circle inside a larger one."""
    n_out, n_in = _halves(n_samples)
    rng = check_random_state(random_state)
    outer = _np.linspace(0, 2 * _math.pi, n_out, endpoint=False)
    inner = _np.linspace(0, 2 * _math.pi, n_in, endpoint=False)
    X = _np.vstack([_np.append(_np.cos(outer), _np.cos(inner) * factor), _np.append(_np.sin(outer), _np.sin(inner) * factor)]).T
    y = _np.hstack([_np.zeros(n_out, dtype=int), _np.ones(n_in, dtype=int)])
    return _finish(X, y, shuffle, noise, rng)


def make_blobs(n_samples=100, n_features=2, *, centers=None, cluster_std=1.0, center_box=(-10.0, 10.0), shuffle=True, random_state=None, return_centers=False):
    """Normally distributed clusters."""
    rng = check_random_state(random_state)
    if isinstance(n_samples, int):
        centers = 3 if centers is None else centers
        centers = rng.uniform(center_box[0], center_box[1], size=(centers, n_features)) if isinstance(centers, int) else _np.asarray(centers, dtype=float)
        n = len(centers)
        counts = [n_samples // n + (1 if i < n_samples % n else 0) for i in range(n)]
    else:
        counts = list(n_samples)
        centers = rng.uniform(center_box[0], center_box[1], size=(len(counts), n_features)) if centers is None else _np.asarray(centers, dtype=float)
    spread = [cluster_std] * len(counts) if isinstance(cluster_std, (int, float)) else list(cluster_std)
    X = _np.concatenate([rng.normal(loc=centers[i], scale=s, size=(k, centers.shape[1])) for i, (k, s) in enumerate(zip(counts, spread))])
    y = _np.repeat(_np.arange(len(counts)), _np.array(counts))
    if shuffle:
        X, y = _shuffle(X, y, random_state=rng)
    return (X, y, centers) if return_centers else (X, y)


def make_regression(n_samples=100, n_features=100, *, n_informative=10, n_targets=1, bias=0.0, effective_rank=None, tail_strength=0.5,
                    noise=0.0, shuffle=True, coef=False, random_state=None):
    """Values that depend linearly on some of the features. Error: effective_rank, which is not part of Backstep."""
    if effective_rank is not None:
        raise NotImplementedError("sklearn.datasets.make_regression(effective_rank=...) is not part of Backstep")
    n_informative = min(n_features, n_informative)
    rng = check_random_state(random_state)
    X = rng.standard_normal(size=(n_samples, n_features))
    truth = _np.zeros((n_features, n_targets))
    truth[:n_informative, :] = 100 * rng.uniform(size=(n_informative, n_targets))
    y = _np.dot(X, truth) + bias
    if noise > 0.0:
        y = y + rng.normal(scale=noise, size=y.shape)
    if shuffle:
        X, y = _shuffle(X, y, random_state=rng)
        order = _np.arange(n_features)
        rng.shuffle(order)
        X, truth = X[:, order], truth[order]
    y = _np.squeeze(y)
    return (X, y, _np.squeeze(truth)) if coef else (X, y)


def __getattr__(name):
    raise AttributeError(f"sklearn.datasets.{name} is not part of Backstep: it has make_moons, make_circles, make_blobs, make_regression, load_iris, "
                         "load_wine and load_breast_cancer")
