"""sklearn.linear_model: LinearRegression."""

import numpy as _np

from .metrics import r2_score


class LinearRegression:
    """Ordinary least squares."""

    def __init__(self, *, fit_intercept=True):
        self.fit_intercept = fit_intercept

    def __repr__(self):
        return "LinearRegression()" if self.fit_intercept else "LinearRegression(fit_intercept=False)"

    def fit(self, X, y):
        X, y = _np.asarray(X, dtype=float), _np.asarray(y, dtype=float)
        middle_x, middle_y = (X.mean(axis=0), y.mean(axis=0)) if self.fit_intercept else (0.0, 0.0)
        self.coef_ = _np.linalg.lstsq(X - middle_x, y - middle_y, rcond=None)[0].T
        self.intercept_ = middle_y - middle_x @ self.coef_.T if self.fit_intercept else 0.0
        return self

    def predict(self, X):
        return _np.asarray(X, dtype=float) @ self.coef_.T + self.intercept_

    def score(self, X, y):
        """R²: 1 minus the share of the variance that is left."""
        return r2_score(y, self.predict(X))


def __getattr__(name):
    raise AttributeError(f"sklearn.linear_model.{name} is not part of Backstep")
