"""sklearn.metrics: accuracy, precision and recall, errors, confusion matrix."""

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


def _hits(y_true, y_pred, average, pos_label):
    """Right, predicted and present members per class (of one class for the average "binary"), and the weights of their mean."""
    m = confusion_matrix(y_true, y_pred)
    names = sorted(set(_np.asarray(y_true).ravel().tolist()) | set(_np.asarray(y_pred).ravel().tolist()))
    right, predicted, present = (_np.asarray(v, dtype=float) for v in (m.diagonal(), m.sum(axis=0), m.sum(axis=1)))
    if average == "binary":
        if len(names) > 2:
            raise ValueError("Target is multiclass but average='binary'. Please choose another average setting, one of [None, 'micro', 'macro', 'weighted'].")
        at = slice(names.index(pos_label), names.index(pos_label) + 1)
        right, predicted, present = right[at], predicted[at], present[at]
    elif average == "micro":
        right, predicted, present = (_np.array([v.sum()]) for v in (right, predicted, present))
    return right, predicted, present


def _averaged(scores, present, average):
    if average is None:
        return scores
    return (scores * present).sum() / present.sum() if average == "weighted" else scores.mean()


def _ratio(a, b):
    return _np.where(b > 0, a / _np.where(b > 0, b, 1.0), 0.0)


def precision_score(y_true, y_pred, *, average="binary", pos_label=1, **_):
    right, predicted, present = _hits(y_true, y_pred, average, pos_label)
    return _averaged(_ratio(right, predicted), present, average)


def recall_score(y_true, y_pred, *, average="binary", pos_label=1, **_):
    right, _predicted, present = _hits(y_true, y_pred, average, pos_label)
    return _averaged(_ratio(right, present), present, average)


def f1_score(y_true, y_pred, *, average="binary", pos_label=1, **_):
    right, predicted, present = _hits(y_true, y_pred, average, pos_label)
    return _averaged(_ratio(2 * right, predicted + present), present, average)


def classification_report(y_true, y_pred, *, labels=None, target_names=None, digits=2, **_):
    """Precision, recall, F1 score and number of members of each class, and their averages, as a table."""
    shown = sorted(set(_np.asarray(y_true).ravel().tolist()) | set(_np.asarray(y_pred).ravel().tolist())) if labels is None else list(labels)
    names = [str(name) for name in (shown if target_names is None else target_names)]
    right, predicted, present = _hits(y_true, y_pred, None, 1)
    scores = [_ratio(right, predicted), _ratio(right, present), _ratio(2 * right, predicted + present)]
    width = max(*map(len, names), len("weighted avg"), digits)
    lines = [f"{'':>{width}s} " + "".join(f" {head:>9}" for head in ("precision", "recall", "f1-score", "support")), ""]

    def row(name, values, support):
        lines.append(f"{name:>{width}s} " + "".join(f" {value:>9.{digits}f}" for value in values) + f" {support:>9}")

    for i, name in enumerate(names):
        row(name, [float(score[i]) for score in scores], int(present[i]))
    total = int(present.sum())
    lines.append("")
    lines.append(f"{'accuracy':>{width}s} " + " " * 20 + f" {accuracy_score(y_true, y_pred):>9.{digits}f} {total:>9}")
    for average in ("macro", "weighted"):
        row(f"{average} avg", [float(_averaged(score, present, average)) for score in scores], total)
    return "\n".join(lines) + "\n"


def roc_auc_score(y_true, y_score, **_):
    """How likely a member of the positive class has the higher score: the rank statistic; equal scores count half."""
    truth, score = _np.asarray(y_true).ravel(), _np.asarray(y_score, dtype=float).ravel()
    if len(_np.unique(truth)) != 2:
        raise ValueError("Only one class present in y_true. ROC AUC score is not defined in that case.")
    positive, negative = score[truth == truth.max()], _np.sort(score[truth != truth.max()])
    below, upto = (_np.searchsorted(negative, positive, side=side).sum() for side in ("left", "right"))
    return _np.float64((below + upto) / (2 * len(positive) * len(negative)))


def __getattr__(name):
    raise AttributeError(f"sklearn.metrics.{name} is not part of Backstep")
