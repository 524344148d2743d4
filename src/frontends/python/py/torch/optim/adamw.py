"""AdamW."""

from .adam import _AdamBase


class AdamW(_AdamBase):
    """Adam whose weight decay acts on the parameters themselves."""

    _decoupled = True
    _instead = ""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *, maximize=False, foreach=None,
                 capturable=False, differentiable=False, fused=None):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize, foreach, capturable, differentiable, fused)
