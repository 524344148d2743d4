"""Modules made without initialising them."""

import torch


def skip_init(module_cls, *args, **kwargs):
    """A module whose parameters are not initialised (they are zero here) and which takes no random numbers."""
    if not issubclass(module_cls, torch.nn.Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    state = torch.get_rng_state()
    try:
        return module_cls(*args, **kwargs)
    finally:
        torch.set_rng_state(state)
