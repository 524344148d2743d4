"""torch.testing: comparisons with messages, and random tensors."""

from ._comparison import assert_allclose, assert_close
from ._creation import make_tensor
