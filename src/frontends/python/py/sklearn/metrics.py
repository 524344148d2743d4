"""sklearn.metrics: accuracy, precision and recall and their report, errors, confusion matrix, curves of a threshold."""

import numpy as _np


def accuracy_score(y_true, y_pred, *, normalize=True, **_):
    same = _np.asarray(y_true).ravel() == _np.asarray(y_pred).ravel()
    return float(same.mean()) if normalize else int(same.sum())


def log_loss(y_true, y_pred, *, normalize=True, labels=None, **_):
    """Mean (or sum) of -log of the probability of each true class; of one column it is the second class's."""
    names, y = _np.unique(_np.asarray(y_true if labels is None else labels)), _np.asarray(y_true).ravel()
    p = _np.asarray(y_pred, dtype=float)
    p = _np.stack([1 - p, p], axis=1) if p.ndim == 1 else p
    eps = _np.finfo(float).eps
    p = _np.clip(p, eps, 1 - eps)
    losses = -_np.log(p[_np.arange(len(y)), _np.searchsorted(names, y)])
    return float(losses.mean() if normalize else losses.sum())


def mean_squared_error(y_true, y_pred, **_):
    d = _np.asarray(y_true) - _np.asarray(y_pred)
    return (d * d).mean()


def mean_absolute_error(y_true, y_pred, **_):
    return _np.abs(_np.asarray(y_true) - _np.asarray(y_pred)).mean()


def r2_score(y_true, y_pred, **_):
    y = _np.asarray(y_true, dtype=float)
    return 1 - ((y - _np.asarray(y_pred)) ** 2).sum() / ((y - y.mean()) ** 2).sum()


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


def _plain(scores):
    """(precision, recall, F1, support) of (right, predicted, present) members per class."""
    right, predicted, present = scores
    return _ratio(right, predicted), _ratio(right, present), _ratio(2 * right, predicted + present), present


def _summary(y_true, y_pred, labels):
    """Names and rows (precision, recall, F1, support) of each class and of the averages; of the accuracy the one number."""
    every = sorted({*_np.asarray(y_true).ravel().tolist(), *_np.asarray(y_pred).ravel().tolist()})
    chosen = every if labels is None else list(labels)
    at = [every.index(name) for name in chosen]
    members = [v[at] for v in _hits(y_true, y_pred, None, None)]
    rows = list(zip(*(v.tolist() for v in _plain(members))))
    averages = {}
    total = sum(row[3] for row in rows)
    if set(chosen) >= set(every):
        averages["accuracy"] = accuracy_score(y_true, y_pred)
    else:
        averages["micro avg"] = (*(float(v[0]) for v in _plain([_np.array([m.sum()]) for m in members])[:3]), total)
    for name, weights in (("macro avg", [1.0] * len(rows)), ("weighted avg", [row[3] for row in rows])):
        averages[name] = (*(float(_np.average([row[i] for row in rows], weights=weights)) for i in range(3)), total)
    return chosen, rows, averages


def classification_report(y_true, y_pred, *, labels=None, target_names=None, digits=2, output_dict=False, **_):
    """Precision, recall, F1 and support of every class, and their averages, as a table or a dict."""
    chosen, rows, averages = _summary(y_true, y_pred, labels)
    names = [str(name) for name in (chosen if target_names is None else target_names)]
    heads = ("precision", "recall", "f1-score", "support")
    if output_dict:
        named = {**dict(zip(names, rows)), **averages}
        return {name: dict(zip(heads, row)) if isinstance(row, tuple) else row for name, row in named.items()}
    width = max(*map(len, names), len("weighted avg"), digits)
    line = lambda name, cells: f"{name:>{width}s} " + "".join(f" {cell:>9}" for cell in cells) + "\n"
    cells = lambda row: [*(f"{v:.{digits}f}" for v in row[:3]), int(row[3])]
    text = line("", heads) + "\n" + "".join(line(name, cells(row)) for name, row in zip(names, rows)) + "\n"
    for name, row in averages.items():
        text += line(name, cells(row) if isinstance(row, tuple) else ["", "", f"{row:.{digits}f}", int(averages["macro avg"][3])])
    return text


def roc_curve(y_true, y_score, *, pos_label=1, drop_intermediate=True, **_):
    """(false positive rates, true positive rates, thresholds) from the strictest threshold on; points on a straight line are left out."""
    y, score = _np.asarray(y_true).ravel() == pos_label, _np.asarray(y_score, dtype=float).ravel()
    order = _np.argsort(-score, kind="stable")
    y, score = y[order].astype(float), score[order]
    ends = _np.append(_np.nonzero(_np.diff(score))[0], len(score) - 1)
    hits = _np.cumsum(y)[ends]
    misses = 1.0 + ends - hits
    thresholds = score[ends]
    if drop_intermediate and len(misses) > 2:
        bends = _np.append(_np.append(True, (_np.diff(misses, n=2) != 0) | (_np.diff(hits, n=2) != 0)), True)
        misses, hits, thresholds = misses[bends], hits[bends], thresholds[bends]
    misses, hits = _np.append(0.0, misses), _np.append(0.0, hits)
    return misses / misses[-1], hits / hits[-1], _np.append(_np.inf, thresholds)


def auc(x, y):
    """Area under a curve by trapezoids."""
    x, y = _np.asarray(x, dtype=float), _np.asarray(y, dtype=float)
    return abs(((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum())


def roc_auc_score(y_true, y_score, **_):
    """Area under the ROC curve of two classes. Error: only one class is there."""
    if len(set(_np.asarray(y_true).ravel().tolist())) < 2:
        raise ValueError("Only one class present in y_true. ROC AUC score is not defined in that case.")
    return auc(*roc_curve(y_true, y_score)[:2])


def __getattr__(name):
    raise AttributeError(f"sklearn.metrics.{name} is not part of Backstep")
