"""Parts of the data loader."""

from . import collate
