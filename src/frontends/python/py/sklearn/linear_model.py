"""sklearn.linear_model: LinearRegression and LogisticRegression."""

import numpy as _np

from .metrics import accuracy_score, r2_score


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


class LogisticRegression:
    """
    Classes by a linear model with penalty |w|² / 2, `C` times as much weight on the log loss. Newton's method finds the least loss to
    float64's precision, where scikit-learn's default stops earlier: coefficients agree in about three digits.
    Error: another penalty than "l2" or None.
    """

    def __init__(self, penalty="l2", *, C=1.0, fit_intercept=True, random_state=None, solver="lbfgs", max_iter=100, tol=1e-4, multi_class="deprecated"):
        if penalty not in ("l2", None):
            raise ValueError(f"LogisticRegression(penalty={penalty!r}) is not part of Backstep: it has 'l2' and None")
        self.penalty, self.C, self.fit_intercept, self.random_state = penalty, C, fit_intercept, random_state
        self.solver, self.max_iter, self.tol = solver, max_iter, tol

    def __repr__(self):
        usual = {"penalty": "l2", "C": 1.0, "fit_intercept": True, "random_state": None, "solver": "lbfgs", "max_iter": 100, "tol": 1e-4}
        return f"LogisticRegression({', '.join(f'{name}={getattr(self, name)!r}' for name, value in sorted(usual.items()) if getattr(self, name) != value)})"

    def fit(self, X, y):
        """Error: only one class is there."""
        self.classes_, labels = _np.unique(_np.asarray(y), return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"This solver needs samples of at least 2 classes in the data, but the data contains only one class: {self.classes_[0]!r}")
        X = self._with_ones(X)
        penalty = _np.full(X.shape[1], 0.0 if self.penalty is None else 1.0 / self.C)
        if self.fit_intercept:
            penalty[-1] = 0.0
        minimum = _two_classes if len(self.classes_) == 2 else _many_classes
        weights = minimum(X, labels, len(self.classes_), penalty, self.max_iter)
        self.coef_ = weights[:, :-1] if self.fit_intercept else weights
        self.intercept_ = weights[:, -1] if self.fit_intercept else _np.zeros(len(weights))
        return self

    def _with_ones(self, X):
        X = _np.asarray(X, dtype=float)
        return _np.hstack([X, _np.ones((len(X), 1))]) if self.fit_intercept else X

    def decision_function(self, X):
        scores = _np.asarray(X, dtype=float) @ self.coef_.T + self.intercept_
        return scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X):
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]

    def predict_proba(self, X):
        scores = self.decision_function(X)
        if scores.ndim == 1:
            positive = _sigmoid(scores)
            return _np.stack([1 - positive, positive], axis=1)
        return _softmax(scores)

    def score(self, X, y):
        """The share of right predictions."""
        return accuracy_score(y, self.predict(X))


def _sigmoid(scores):
    return 0.5 * (1 + _np.tanh(0.5 * scores))


def _softmax(scores):
    powers = _np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _two_classes(X, labels, _count, penalty, most):
    """Weights (1, features) of the sigmoid's log loss."""
    signs = 2.0 * labels - 1

    def loss(w):
        return _np.logaddexp(0, -signs * (X @ w)).sum() + 0.5 * (penalty * w * w).sum()

    def slopes(w):
        p = _sigmoid(X @ w)
        return X.T @ (p - labels) + penalty * w, (X.T * (p * (1 - p))) @ X + _np.diag(penalty)

    return _newton(loss, slopes, _np.zeros(X.shape[1]), most)[None]


def _many_classes(X, labels, count, penalty, most):
    """Weights (classes, features) of the softmax's log loss."""
    n, d = X.shape
    hot = _np.eye(count)[labels]

    def loss(w):
        scores = X @ w.reshape(count, d).T
        top = scores.max(axis=1)
        logs = top + _np.log(_np.exp(scores - top[:, None]).sum(axis=1))
        return (logs - (scores * hot).sum(axis=1)).sum() + 0.5 * (penalty * w.reshape(count, d) ** 2).sum()

    def slopes(w):
        w = w.reshape(count, d)
        p = _softmax(X @ w.T)
        rows = [_np.hstack([(X.T * (p[:, a] * ((a == b) - p[:, b]))) @ X for b in range(count)]) for a in range(count)]
        return ((p - hot).T @ X + penalty * w).ravel(), _np.vstack(rows) + _np.diag(_np.tile(penalty, count))

    return _newton(loss, slopes, _np.zeros(count * d), most).reshape(count, d)


def _newton(loss, slopes, w, most):
    """Newton's method with halved steps where the loss would grow."""
    value = loss(w)
    for _ in range(most):
        gradient, curvature = slopes(w)
        # Weights that do not matter, such as what all classes share, stay as they are.
        step = _np.linalg.solve(curvature + 1e-10 * _np.eye(len(w)), gradient)
        share = 1.0
        while share > 1e-6 and not (smaller := loss(w - share * step)) <= value:
            share /= 2
        if share <= 1e-6:
            break
        w, gain, value = w - share * step, value - smaller, smaller
        if gain <= 1e-12 * max(1.0, abs(value)):
            break
    return w


def __getattr__(name):
    raise AttributeError(f"sklearn.linear_model.{name} is not part of Backstep")
