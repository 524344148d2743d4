"""torch.types."""

from numbers import Number

from ._dtypes import Size, device as Device
