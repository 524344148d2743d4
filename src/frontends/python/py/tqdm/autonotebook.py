"""tqdm.autonotebook."""

from . import tqdm, trange  # noqa: F401
