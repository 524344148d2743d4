"""torch.random."""

import contextlib as _contextlib

from ._random import default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state


@_contextlib.contextmanager
def fork_rng(devices=None, enabled=True, _caller="fork_rng", _devices_kw="devices", device_type="cuda"):
    """Runs a block and puts the random state back."""
    if not enabled:
        yield
        return
    state = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(state)
