"""tqdm.std."""

from . import tqdm, trange  # noqa: F401
