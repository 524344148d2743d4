"""torch.jit.annotations: types under which old programs annotate what they script."""

from typing import Any, Dict, List, Optional, Tuple, Union  # noqa: F401
