"""Transforms that always do the same."""

import numbers as _numbers

import torch as _torch

from . import functional as _F


def pair(size, said="Please provide only two dimensions (h, w) for size."):
    """(height, width) of a number or a sequence of one or two."""
    if isinstance(size, _numbers.Number):
        return (int(size), int(size))
    if len(size) == 1:
        return (size[0], size[0])
    if len(size) != 2:
        raise ValueError(said)
    return size


class Compose:
    """Transforms one after the other."""

    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, img):
        for transform in self.transforms:
            img = transform(img)
        return img

    def __repr__(self):
        return "\n".join([f"{type(self).__name__}(", *(f"    {transform}" for transform in self.transforms), ")"])


class ToTensor:
    """An array (H, W, C) of bytes as a tensor (C, H, W) of floats between 0 and 1; other arrays keep their values."""

    def __call__(self, pic):
        return _F.to_tensor(pic)

    def __repr__(self):
        return "ToTensor()"


class ToPILImage:
    """Error when called: there are no PIL images; matplotlib shows arrays (H, W, C) and tensors."""

    def __init__(self, mode=None):
        self.mode = mode

    def __call__(self, pic):
        raise RuntimeError("PIL is not part of Backstep: show the tensor with matplotlib, plt.imshow(img.permute(1, 2, 0))")

    def __repr__(self):
        return f"ToPILImage({'' if self.mode is None else f'mode={self.mode}'})"


class Lambda:
    """A function as a transform."""

    def __init__(self, lambd):
        if not callable(lambd):
            raise TypeError(f"Argument lambd should be callable, got {type(lambd).__name__!r}")
        self.lambd = lambd

    def __call__(self, img):
        return self.lambd(img)

    def __repr__(self):
        return "Lambda()"


class ConvertImageDtype(_torch.nn.Module):
    """Another dtype, with black and white kept."""

    def __init__(self, dtype):
        super().__init__()
        self.dtype = dtype

    def forward(self, image):
        return _F.convert_image_dtype(image, self.dtype)


class Normalize(_torch.nn.Module):
    """(x - mean) / std for each channel."""

    def __init__(self, mean, std, inplace=False):
        super().__init__()
        self.mean, self.std, self.inplace = mean, std, inplace

    def forward(self, tensor):
        return _F.normalize(tensor, self.mean, self.std, self.inplace)

    def __repr__(self):
        return f"{type(self).__name__}(mean={self.mean}, std={self.std})"


class Resize(_torch.nn.Module):
    """(height, width) `size`, or the length of the shorter edge."""

    def __init__(self, size, interpolation=_F.InterpolationMode.BILINEAR, max_size=None, antialias=True):
        super().__init__()
        if not isinstance(size, (int, list, tuple)):
            raise TypeError(f"Size should be int or sequence. Got {type(size)}")
        if not isinstance(size, int) and len(size) not in (1, 2):
            raise ValueError("If size is a sequence, it should have 1 or 2 values")
        self.size, self.max_size, self.interpolation, self.antialias = size, max_size, interpolation, antialias

    def forward(self, img):
        return _F.resize(img, self.size, self.interpolation, self.max_size, self.antialias)

    def __repr__(self):
        return (f"{type(self).__name__}(size={self.size}, interpolation={self.interpolation.value}, max_size={self.max_size}, "
                f"antialias={self.antialias})")


class CenterCrop(_torch.nn.Module):
    """The middle, with zeros around where the image is smaller."""

    def __init__(self, size):
        super().__init__()
        self.size = pair(size)

    def forward(self, img):
        return _F.center_crop(img, self.size)

    def __repr__(self):
        return f"{type(self).__name__}(size={self.size})"


class Pad(_torch.nn.Module):
    """Pixels around the image: all sides, (left and right, top and bottom), or (left, top, right, bottom)."""

    def __init__(self, padding, fill=0, padding_mode="constant"):
        super().__init__()
        if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
            raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
        if not isinstance(padding, int) and len(padding) not in (1, 2, 4):
            raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple")
        self.padding, self.fill, self.padding_mode = padding, fill, padding_mode

    def forward(self, img):
        return _F.pad(img, self.padding, self.fill, self.padding_mode)

    def __repr__(self):
        return f"{type(self).__name__}(padding={self.padding}, fill={self.fill}, padding_mode={self.padding_mode})"


class Grayscale(_torch.nn.Module):
    """Grey, in one channel or three."""

    def __init__(self, num_output_channels=1):
        super().__init__()
        self.num_output_channels = num_output_channels

    def forward(self, img):
        return _F.rgb_to_grayscale(img, self.num_output_channels)

    def __repr__(self):
        return f"{type(self).__name__}(num_output_channels={self.num_output_channels})"
