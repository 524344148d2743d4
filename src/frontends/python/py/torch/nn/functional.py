"""torch.nn.functional: what PyTorch implements in Python is in the functional_* files, the rest comes from the engine's table."""

import sys as _sys

from .. import _namespaces
from . import functional_activations as _activations, functional_attention as _attention, functional_layers as _layers, functional_losses as _losses
from . import functional_pooling as _pooling, functional_vision as _vision

_module = _sys.modules[__name__]


def _publish(source):
    """Makes the public functions of a file functions of this module."""
    for name, value in list(vars(source).items()):
        if not name.startswith("_") and getattr(value, "__module__", None) == source.__name__:
            value.__module__ = __name__
            setattr(_module, name, value)


for _source in (_activations, _attention, _layers, _losses, _pooling, _vision):
    _publish(_source)
_namespaces.install(_module, "F")
# torch.nn.modules calls these under their private names.
_canonical_mask = _attention._canonical_mask
_none_or_dtype = _attention._none_or_dtype
_mha_shape_check = _attention._mha_shape_check
_in_projection = _attention._in_projection
_in_projection_packed = _attention._in_projection_packed
_verify_batch_size = _layers._verify_batch_size
_unpool_output_size = _pooling._unpool_output_size
