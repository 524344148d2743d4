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


def sample_without_replacement(n_population, n_samples, *, random_state=None):
    """Distinct numbers below `n_population`, drawn the way scikit-learn's "auto" draws them: by the share that is taken."""
    rng = check_random_state(random_state)
    share = n_samples / n_population
    if 0.01 < share < 0.99:
        return rng.permutation(n_population)[:n_samples].tolist()
    if share < 0.2:
        found = {}
        while len(found) < n_samples:
            found[int(rng.randint(n_population))] = True
        return list(found)
    chosen = list(range(n_samples))
    for i in range(n_samples, n_population):
        place = int(rng.randint(i + 1))
        if place < n_samples:
            chosen[place] = i
    return chosen
