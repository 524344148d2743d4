"""Transforms by chance. They draw from PyTorch's generator in torchvision's order, so a seed gives torchvision's results."""

import math as _math
import numbers as _numbers
import random as _random

import torch as _torch

from . import functional as _F
from ._plain import Compose, pair


def _uniform(low, high):
    return _torch.empty(1).uniform_(low, high).item()


def _place(room):
    """A whole number from 0 to `room`."""
    return _torch.randint(0, room + 1, size=(1,)).item()


class _WithChance(_torch.nn.Module):
    """Changes an image with probability `p`, else leaves it."""

    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, img):
        return self._change(img) if _torch.rand(1) < self.p else img

    def __repr__(self):
        return f"{type(self).__name__}(p={self.p})"


class RandomHorizontalFlip(_WithChance):
    """Left and right changed."""

    def _change(self, img):
        return _F.hflip(img)


class RandomVerticalFlip(_WithChance):
    """Top and bottom changed."""

    def _change(self, img):
        return _F.vflip(img)


class RandomInvert(_WithChance):
    """Black and white changed."""

    def _change(self, img):
        return _F.invert(img)


class RandomGrayscale(_WithChance):
    """Grey, in as many channels as before."""

    def __init__(self, p=0.1):
        super().__init__(p)

    def _change(self, img):
        return _F.rgb_to_grayscale(img, _F.get_image_num_channels(img))


class RandomApply(Compose):
    """All of the transforms, or none."""

    def __init__(self, transforms, p=0.5):
        super().__init__(transforms)
        self.p = p

    def __call__(self, img):
        return img if self.p < _torch.rand(1) else super().__call__(img)

    def __repr__(self):
        return "\n".join([f"{type(self).__name__}(", f"    p={self.p}", *(f"    {transform}" for transform in self.transforms), ")"])


class RandomOrder(Compose):
    """The transforms in an order of Python's random."""

    def __call__(self, img):
        order = list(range(len(self.transforms)))
        _random.shuffle(order)
        for i in order:
            img = self.transforms[i](img)
        return img


class RandomChoice:
    """One of the transforms, chosen by Python's random with weights `p`."""

    def __init__(self, transforms, p=None):
        self.transforms, self.p = transforms, p

    def __call__(self, img):
        return _random.choices(self.transforms, weights=self.p)[0](img)

    def __repr__(self):
        return "\n".join([f"{type(self).__name__}(", *(f"    {transform}" for transform in self.transforms), f")(p={self.p})"])


class RandomCrop(_torch.nn.Module):
    """A window anywhere, after padding."""

    def __init__(self, size, padding=None, pad_if_needed=False, fill=0, padding_mode="constant"):
        super().__init__()
        self.size = pair(size)
        self.padding, self.pad_if_needed, self.fill, self.padding_mode = padding, pad_if_needed, fill, padding_mode

    @staticmethod
    def get_params(img, output_size):
        """(top, left, height, width) of a window. Error: it is larger than the image."""
        _, height, width = _F.get_dimensions(img)
        high, wide = output_size
        if height < high or width < wide:
            raise ValueError(f"Required crop size {(high, wide)} is larger than input image size {(height, width)}")
        if (width, height) == (wide, high):
            return 0, 0, height, width
        return _place(height - high), _place(width - wide), high, wide

    def forward(self, img):
        if self.padding is not None:
            img = _F.pad(img, self.padding, self.fill, self.padding_mode)
        if self.pad_if_needed:
            for axis, have in ((1, -1), (0, -2)):
                lacking = self.size[axis] - img.shape[have]
                if lacking > 0:
                    img = _F.pad(img, [lacking, 0] if axis else [0, lacking], self.fill, self.padding_mode)
        return _F.crop(img, *self.get_params(img, self.size))

    def __repr__(self):
        return f"{type(self).__name__}(size={self.size}, padding={self.padding})"


class RandomResizedCrop(_torch.nn.Module):
    """A window of random size and shape, brought to one size."""

    def __init__(self, size, scale=(0.08, 1.0), ratio=(3.0 / 4.0, 4.0 / 3.0), interpolation=_F.InterpolationMode.BILINEAR, antialias=True):
        super().__init__()
        self.size, self.scale, self.ratio, self.interpolation, self.antialias = pair(size), scale, ratio, interpolation, antialias

    @staticmethod
    def get_params(img, scale, ratio):
        """(top, left, height, width): ten tries, then the middle."""
        _, height, width = _F.get_dimensions(img)
        logs = _torch.log(_torch.tensor(ratio))
        for _ in range(10):
            area = height * width * _uniform(*scale)
            aspect = _torch.exp(_torch.empty(1).uniform_(logs[0], logs[1])).item()
            wide, high = int(round(_math.sqrt(area * aspect))), int(round(_math.sqrt(area / aspect)))
            if 0 < wide <= width and 0 < high <= height:
                return _place(height - high), _place(width - wide), high, wide
        shape = width / height
        wide = width if shape <= max(ratio) else int(round(height * max(ratio)))
        high = int(round(width / min(ratio))) if shape < min(ratio) else height
        return (height - high) // 2, (width - wide) // 2, high, wide

    def forward(self, img):
        return _F.resized_crop(img, *self.get_params(img, self.scale, self.ratio), self.size, self.interpolation, self.antialias)

    def __repr__(self):
        scale, ratio = (tuple(round(value, 4) for value in values) for values in (self.scale, self.ratio))
        return (f"{type(self).__name__}(size={self.size}, scale={scale}, ratio={ratio}, interpolation={self.interpolation.value}, "
                f"antialias={self.antialias})")


class RandomErasing(_WithChance):
    """A window filled with `value`: a number, one for each channel, or "random"."""

    def __init__(self, p=0.5, scale=(0.02, 0.33), ratio=(0.3, 3.3), value=0, inplace=False):
        super().__init__(p)
        self.scale, self.ratio, self.value, self.inplace = scale, ratio, value, inplace

    @staticmethod
    def get_params(img, scale, ratio, value=None):
        """(top, left, height, width, filling): ten tries, then the image as it is."""
        channels, height, width = img.shape[-3:]
        logs = _torch.log(_torch.tensor(ratio))
        for _ in range(10):
            area = height * width * _uniform(*scale)
            aspect = _torch.exp(_torch.empty(1).uniform_(logs[0], logs[1])).item()
            high, wide = int(round(_math.sqrt(area * aspect))), int(round(_math.sqrt(area / aspect)))
            if high < height and wide < width:
                filling = _torch.empty([channels, high, wide]).normal_() if value is None else _torch.tensor(value)[:, None, None]
                return _place(height - high), _place(width - wide), high, wide, filling
        return 0, 0, height, width, img

    def _change(self, img):
        value = [float(self.value)] if isinstance(self.value, _numbers.Number) else None if isinstance(self.value, str) else [float(v) for v in self.value]
        if value is not None and len(value) not in (1, img.shape[-3]):
            raise ValueError(f"If value is a sequence, it should have either a single value or {img.shape[-3]} (number of input channels)")
        return _F.erase(img, *self.get_params(img, self.scale, self.ratio, value), self.inplace)

    def __repr__(self):
        return (f"{type(self).__name__}(p={self.p}, scale={self.scale}, ratio={self.ratio}, value={self.value}, inplace={self.inplace})")


def _range(value, name, center=1.0, bound=(0.0, float("inf")), clip=True):
    """(low, high) around `center` of a number, or as given; None where nothing changes."""
    if isinstance(value, _numbers.Number):
        if value < 0:
            raise ValueError(f"If {name} is a single number, it must be non negative.")
        value = [center - float(value), center + float(value)]
        if clip:
            value[0] = max(value[0], 0.0)
    value = list(value)
    if not bound[0] <= value[0] <= value[1] <= bound[1]:
        raise ValueError(f"{name} values should be between {bound}, but got {value}.")
    return None if value[0] == value[1] == center else tuple(value)


class ColorJitter(_torch.nn.Module):
    """Brightness, contrast, saturation and hue changed by chance, in an order of chance."""

    def __init__(self, brightness=0, contrast=0, saturation=0, hue=0):
        super().__init__()
        self.brightness, self.contrast, self.saturation = _range(brightness, "brightness"), _range(contrast, "contrast"), _range(saturation, "saturation")
        self.hue = _range(hue, "hue", center=0, bound=(-0.5, 0.5), clip=False)

    def forward(self, img):
        ranges = (self.brightness, self.contrast, self.saturation, self.hue)
        order = _torch.randperm(4)
        factors = [None if span is None else _uniform(*span) for span in ranges]
        adjusts = (_F.adjust_brightness, _F.adjust_contrast, _F.adjust_saturation, _F.adjust_hue)
        for k in order.tolist():
            if factors[k] is not None:
                img = adjusts[k](img, factors[k])
        return img

    def __repr__(self):
        return (f"{type(self).__name__}(brightness={self.brightness}, contrast={self.contrast}, saturation={self.saturation}, hue={self.hue})")


def _degrees(degrees, name="degrees"):
    if isinstance(degrees, _numbers.Number):
        if degrees < 0:
            raise ValueError(f"If {name} is a single number, it must be positive.")
        degrees = [-degrees, degrees]
    return [float(d) for d in degrees]


class RandomRotation(_torch.nn.Module):
    """Turned about the middle by an angle between -degrees and degrees, or in a range."""

    def __init__(self, degrees, interpolation=_F.InterpolationMode.NEAREST, expand=False, center=None, fill=0):
        super().__init__()
        self.degrees, self.interpolation, self.expand, self.center, self.fill = _degrees(degrees), interpolation, expand, center, fill

    def forward(self, img):
        fill = [float(self.fill)] * img.shape[-3] if isinstance(self.fill, _numbers.Number) else self.fill
        return _F.rotate(img, _uniform(*self.degrees), self.interpolation, self.expand, self.center, fill)

    def __repr__(self):
        return (f"{type(self).__name__}(degrees={self.degrees}, interpolation={self.interpolation.value}, expand={self.expand}"
                f"{'' if self.center is None else f', center={self.center}'}{'' if self.fill is None else f', fill={self.fill}'})")


class RandomAffine(_torch.nn.Module):
    """Turned, moved (by shares of the size), scaled and sheared (degrees) by chance."""

    def __init__(self, degrees, translate=None, scale=None, shear=None, interpolation=_F.InterpolationMode.NEAREST, fill=0, center=None):
        super().__init__()
        self.degrees, self.translate, self.scale, self.interpolation, self.fill, self.center = _degrees(degrees), translate, scale, interpolation, fill, center
        self.shear = None if shear is None else _degrees(shear, "shear")

    def forward(self, img):
        fill = [float(self.fill)] * img.shape[-3] if isinstance(self.fill, _numbers.Number) else self.fill
        _, height, width = _F.get_dimensions(img)
        angle = _uniform(*self.degrees)
        reach = (0.0, 0.0) if self.translate is None else (float(self.translate[0] * width), float(self.translate[1] * height))
        moved = [0, 0] if self.translate is None else [int(round(_uniform(-r, r))) for r in reach]
        scale = 1.0 if self.scale is None else _uniform(*self.scale)
        shear = [0.0, 0.0]
        for axis in range(0 if self.shear is None else len(self.shear) // 2):
            shear[axis] = _uniform(self.shear[2 * axis], self.shear[2 * axis + 1])
        return _F.affine(img, angle, moved, scale, shear, self.interpolation, fill, self.center)

    def __repr__(self):
        given = [f"{name}={value}" for name, value in (("translate", self.translate), ("scale", self.scale), ("shear", self.shear)) if value is not None]
        if self.interpolation is not _F.InterpolationMode.NEAREST:
            given.append(f"interpolation={self.interpolation.value}")
        if self.fill != 0:
            given.append(f"fill={self.fill}")
        return f"{type(self).__name__}({', '.join([f'degrees={self.degrees}', *given])})"


class GaussianBlur(_torch.nn.Module):
    """Smoothed by a kernel of `kernel_size`; sigma is drawn from a range."""

    def __init__(self, kernel_size, sigma=(0.1, 2.0)):
        super().__init__()
        self.kernel_size = pair(kernel_size, "Kernel size should be a tuple/list of two integers")
        self.sigma = (float(sigma), float(sigma)) if isinstance(sigma, _numbers.Number) else sigma

    def forward(self, img):
        return _F.gaussian_blur(img, list(self.kernel_size), [_uniform(*self.sigma)] * 2)

    def __repr__(self):
        return f"{type(self).__name__}(kernel_size={self.kernel_size}, sigma={self.sigma})"
