"""sklearn.decomposition: PCA."""

import numpy as _np


class PCA:
    """Directions in which the data vary most, by a singular value decomposition of the centred data."""

    def __init__(self, n_components=None, *, whiten=False, random_state=None):
        self.n_components, self.whiten, self.random_state = n_components, whiten, random_state

    def fit(self, X, y=None):
        self._decompose(X)
        return self

    def fit_transform(self, X, y=None):
        u, s = self._decompose(X)
        return u * _np.sqrt(len(u) - 1) if self.whiten else u * s

    def _decompose(self, X):
        X = _np.asarray(X, dtype=float)
        n = len(X)
        self.mean_ = X.mean(axis=0)
        u, s, v = _np.linalg.svd(X - self.mean_, full_matrices=False)
        # The largest entry of each left vector is positive: else the signs would be the library's.
        signs = _np.sign(u[_np.argmax(_np.abs(u), axis=0), _np.arange(u.shape[1])])
        u, v = u * signs, v * signs[:, None]
        variance = s**2 / (n - 1)
        ratio = variance / variance.sum()
        k = min(X.shape) if self.n_components is None else self.n_components
        if isinstance(k, float) and k < 1:
            k = _np.searchsorted(ratio.cumsum(), k, side="right") + 1
        if k > min(X.shape):
            raise ValueError(f"n_components={k} must be between 0 and min(n_samples, n_features)={min(X.shape)} with svd_solver='full'")
        self.n_components_, self.n_samples_, self.n_features_in_ = k, n, X.shape[1]
        self.components_, self.singular_values_ = v[:k], s[:k]
        self.explained_variance_, self.explained_variance_ratio_ = variance[:k], ratio[:k]
        return u[:, :k], s[:k]

    def transform(self, X):
        out = (_np.asarray(X, dtype=float) - self.mean_) @ self.components_.T
        return out / _np.sqrt(self.explained_variance_) if self.whiten else out

    def inverse_transform(self, X):
        scale = _np.sqrt(self.explained_variance_) if self.whiten else 1.0
        return (_np.asarray(X, dtype=float) * scale) @ self.components_ + self.mean_

    def __repr__(self):
        given = [f"{name}={value!r}" for name, value in (("n_components", self.n_components), ("random_state", self.random_state), ("whiten", self.whiten)) if value]
        return f"PCA({', '.join(given)})"


def __getattr__(name):
    raise AttributeError(f"sklearn.decomposition.{name} is not part of Backstep: it has PCA")
