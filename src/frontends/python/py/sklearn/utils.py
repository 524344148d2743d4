"""sklearn.utils: random states and shuffling."""

import numpy as _np


def check_random_state(seed):
    """RandomState of a seed; None is NumPy's global one."""
    if seed is None or seed is _np.random:
        return _np.random.mtrand
    return seed if isinstance(seed, _np.random.RandomState) else _np.random.RandomState(seed)


def shuffle(*arrays, random_state=None, n_samples=None):
    rng = check_random_state(random_state)
    order = _np.arange(len(arrays[0]))
    rng.shuffle(order)
    order = order if n_samples is None else order[:n_samples]
    out = [_np.asarray(a)[order] for a in arrays]
    return out[0] if len(out) == 1 else out
