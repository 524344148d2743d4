"""sklearn.datasets: toy data with scikit-learn's random streams, and its small tables."""

import math as _math

import numpy as _np

from ._tables import load_breast_cancer, load_digits, load_iris, load_wine  # noqa: F401
from .utils import check_random_state, sample_without_replacement, shuffle as _shuffle


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


def make_classification(n_samples=100, n_features=20, *, n_informative=2, n_redundant=2, n_repeated=0, n_classes=2, n_clusters_per_class=2,
                        weights=None, flip_y=0.01, class_sep=1.0, hypercube=True, shift=0.0, scale=1.0, shuffle=True, random_state=None):
    """
    Classes of clusters at the corners of a hypercube (I. Guyon, Design of experiments for the NIPS 2003 variable selection benchmark):
    informative features, then linear combinations of them, repetitions, and noise.
    """
    rng = check_random_state(random_state)
    n_noise = n_features - n_informative - n_redundant - n_repeated
    if n_noise < 0:
        raise ValueError("Number of informative, redundant and repeated features must sum to less than the number of total features")
    if n_informative < _math.log2(n_classes * n_clusters_per_class):
        raise ValueError(f"n_classes({n_classes}) * n_clusters_per_class({n_clusters_per_class}) must be smaller or equal "
                         f"2**n_informative({n_informative})={2**n_informative}")
    shares = [1.0 / n_classes] * n_classes if weights is None else list(weights)
    if len(shares) not in (n_classes, n_classes - 1):
        raise ValueError("Weights specified but incompatible with number of classes.")
    shares += [1.0 - sum(shares)] * (n_classes - len(shares))
    n_clusters = n_classes * n_clusters_per_class
    sizes = [int(n_samples * shares[k % n_classes] / n_clusters_per_class) for k in range(n_clusters)]
    for i in range(n_samples - sum(sizes)):
        sizes[i % n_clusters] += 1

    centers = _corners(n_clusters, n_informative, rng) * (2 * class_sep) - class_sep
    if not hypercube:
        centers = centers * rng.uniform(size=(n_clusters, 1)) * rng.uniform(size=(1, n_informative))
    drawn = rng.standard_normal(size=(n_samples, n_informative))
    clusters, start = [], 0
    for size, center in zip(sizes, centers):
        mix = 2 * rng.uniform(size=(n_informative, n_informative)) - 1
        clusters.append(_np.dot(drawn[start : start + size], mix) + center)
        start += size
    parts = [_np.concatenate(clusters)]
    y = _np.repeat(_np.arange(n_clusters) % n_classes, _np.array(sizes))
    if n_redundant:
        parts.append(_np.dot(parts[0], 2 * rng.uniform(size=(n_informative, n_redundant)) - 1))
    X = _np.hstack(parts)
    if n_repeated:
        X = _np.hstack([X, X[:, ((X.shape[1] - 1) * rng.uniform(size=n_repeated) + 0.5).astype(int)]])
    if n_noise:
        X = _np.hstack([X, rng.standard_normal(size=(n_samples, n_noise))])
    if flip_y >= 0.0:
        flipped = rng.uniform(size=n_samples) < flip_y
        y[flipped] = rng.randint(n_classes, size=int(flipped.sum()))
    X = X + ((2 * rng.uniform(size=n_features) - 1) * class_sep if shift is None else shift)
    X = X * (1 + 100 * rng.uniform(size=n_features) if scale is None else scale)
    if shuffle:
        X, y = _shuffle(X, y, random_state=rng)
        order = _np.arange(n_features)
        rng.shuffle(order)
        X = X[:, order]
    return X, y


def _corners(n, dimensions, rng):
    """Distinct corners of a hypercube: rows of zeros and ones, the bits of numbers."""
    if dimensions > 30:
        return _np.hstack([rng.randint(2, size=(n, dimensions - 30)).astype(float), _corners(n, 30, rng)])
    return _np.array([[float(k >> bit & 1) for bit in reversed(range(dimensions))] for k in sample_without_replacement(2**dimensions, n, random_state=rng)])


def __getattr__(name):
    raise AttributeError(f"sklearn.datasets.{name} is not part of Backstep: it has make_moons, make_circles, make_blobs, make_classification, "
                         "make_regression, load_iris, load_wine, load_breast_cancer and load_digits")
