"""torchvision.transforms.functional: what transforms do, for tensor images (…, C, H, W)."""

import enum as _enum
import numbers as _numbers

import numpy as _np
import torch as _torch
import torch.nn.functional as _F

from ._affine import affine_map as _affine_map, moved as _moved, rotation as _rotation
from ._colour import adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation, rgb_to_grayscale


class InterpolationMode(_enum.Enum):
    """How values between pixels are found."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


def _checked(img):
    if not isinstance(img, _torch.Tensor) or img.dim() < 2:
        raise TypeError("Tensor is not a torch image." if isinstance(img, _torch.Tensor) else f"Unexpected type {type(img)}")
    return img


def get_dimensions(img):
    """[channels, height, width]"""
    _checked(img)
    return [1 if img.dim() == 2 else img.shape[-3], *img.shape[-2:]]


def get_image_size(img):
    """[width, height]"""
    return get_dimensions(img)[:0:-1]


def get_image_num_channels(img):
    return get_dimensions(img)[0]


def to_tensor(pic):
    """An array (H, W, C) or (H, W) as a tensor (C, H, W); bytes become floats between 0 and 1."""
    if not isinstance(pic, _np.ndarray):
        raise TypeError(f"pic should be PIL Image or ndarray. Got {type(pic)}")
    if pic.ndim not in (2, 3):
        raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
    if pic.ndim == 2:
        pic = pic[:, :, None]
    img = _torch.from_numpy(pic.transpose((2, 0, 1))).contiguous()
    return img.to(dtype=_torch.get_default_dtype()).div(255) if img.dtype is _torch.uint8 else img


def convert_image_dtype(image, dtype=_torch.float32):
    """Another dtype, with black and white kept: floats reach from 0 to 1, integers to the largest of their dtype."""
    if image.dtype == dtype:
        return image
    if image.is_floating_point():
        return image.to(dtype) if dtype.is_floating_point else image.mul(_torch.iinfo(dtype).max + 1.0 - 1e-3).to(dtype)
    largest = _torch.iinfo(image.dtype).max
    if dtype.is_floating_point:
        return image.to(dtype) / largest
    other = _torch.iinfo(dtype).max
    if largest > other:
        return _torch.div(image, (largest + 1) // (other + 1), rounding_mode="floor").to(dtype)
    return image.to(dtype) * ((other + 1) // (largest + 1))


def normalize(tensor, mean, std, inplace=False):
    """(x - mean) / std for each channel."""
    if not isinstance(tensor, _torch.Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(tensor)}")
    if not _checked(tensor).is_floating_point():
        raise TypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}.")
    if tensor.ndim < 3:
        raise ValueError(f"Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = {tensor.size()}")
    mean, std = (_torch.as_tensor(value, dtype=tensor.dtype) for value in (mean, std))
    if (std == 0).any():
        raise ValueError(f"std evaluated to zero after conversion to {tensor.dtype}, leading to division by zero.")
    mean, std = (value.view(-1, 1, 1) if value.ndim == 1 else value for value in (mean, std))
    return (tensor if inplace else tensor.clone()).sub_(mean).div_(std)


def _resized(height, width, size, max_size):
    """(height, width) by the length of the shorter edge, or both."""
    if len(size) == 2:
        return size
    short, long = sorted((height, width))
    new_short, new_long = size[0], int(size[0] * long / short)
    if max_size is not None:
        if max_size <= new_short:
            raise ValueError(f"max_size = {max_size} must be strictly greater than the requested size for the smaller edge size = {size[0]}")
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return (new_long, new_short) if width <= height else (new_short, new_long)


def resize(img, size, interpolation=InterpolationMode.BILINEAR, max_size=None, antialias=True):
    """The image in another size: [height, width], or the length of its shorter edge."""
    _, height, width = get_dimensions(img)
    size = _resized(height, width, [size] if isinstance(size, int) else list(size), max_size)
    if list(size) == [height, width]:
        return img
    mode = InterpolationMode(interpolation).value
    smooth = mode in ("bilinear", "bicubic")
    images = img.reshape(-1, *img.shape[-3:])
    out = _F.interpolate(images if img.is_floating_point() else images.to(_torch.float32), size=tuple(size), mode=mode,
                         align_corners=False if smooth else None, antialias=smooth and bool(antialias))
    if not img.is_floating_point():
        out = (out.clamp(min=0, max=255) if mode == "bicubic" else out).round().to(img.dtype)
    return out.reshape(*img.shape[:-2], *out.shape[-2:])


def _sides(padding):
    """[left, top, right, bottom]"""
    padding = [padding] if isinstance(padding, int) else list(padding)
    if len(padding) not in (1, 2, 4):
        raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple")
    return (padding * (4 // len(padding)))[:4]


def pad(img, padding, fill=0, padding_mode="constant"):
    """Pixels around the image: constant, edge, reflect or symmetric."""
    left, top, right, bottom = _sides(padding)
    if padding_mode == "symmetric":
        rows, columns = (_mirrored(n, before, after) for n, before, after in ((img.shape[-2], top, bottom), (img.shape[-1], left, right)))
        return img[..., rows[:, None], columns[None, :]]
    mode = {"edge": "replicate"}.get(padding_mode, padding_mode)
    if mode == "constant":
        return _F.pad(img, [left, right, top, bottom], mode=mode, value=float(fill))
    images = img.reshape(-1, *img.shape[-3:])
    kind = img.dtype if img.is_floating_point() else _torch.float32
    out = _F.pad(images.to(kind), [left, right, top, bottom], mode=mode).to(img.dtype)
    return out.reshape(*img.shape[:-2], *out.shape[-2:])


def _mirrored(n, before, after):
    """Indices of a row of n that is continued by its mirror image."""
    return _torch.tensor([min(i, 2 * n - 1 - i) for i in ((k % (2 * n)) for k in range(-before, n + after))])


def crop(img, top, left, height, width):
    """A window of the image; what lies outside is 0."""
    _, high, wide = get_dimensions(img)
    right, bottom = left + width, top + height
    window = img[..., max(top, 0) : bottom, max(left, 0) : right]
    outside = [max(min(right, 0) - left, 0), max(right - max(wide, left), 0), max(min(bottom, 0) - top, 0), max(bottom - max(high, top), 0)]
    return _F.pad(window, outside) if any(outside) else window


def center_crop(img, output_size):
    """The middle of the image, with zeros around where it is smaller."""
    size = [output_size] * 2 if isinstance(output_size, _numbers.Number) else list(output_size) * (3 - len(output_size))
    (_, height, width), (high, wide) = get_dimensions(img), size
    if wide > width or high > height:
        left, top = max((wide - width) // 2, 0), max((high - height) // 2, 0)
        img = pad(img, [left, top, (wide - width + 1) // 2 if wide > width else 0, (high - height + 1) // 2 if high > height else 0])
        _, height, width = get_dimensions(img)
        if (width, height) == (wide, high):
            return img
    return crop(img, int(round((height - high) / 2.0)), int(round((width - wide) / 2.0)), high, wide)


def resized_crop(img, top, left, height, width, size, interpolation=InterpolationMode.BILINEAR, antialias=True):
    return resize(crop(img, top, left, height, width), size, interpolation, antialias=antialias)


def hflip(img):
    return _checked(img).flip(-1)


def vflip(img):
    return _checked(img).flip(-2)


def rotate(img, angle, interpolation=InterpolationMode.NEAREST, expand=False, center=None, fill=None):
    """Turned counter-clockwise by `angle` degrees about the middle. Error: another centre, which is not part of Backstep."""
    if center is not None:
        raise TypeError("rotate(center=...) is not part of Backstep: images turn about their middle")
    return _moved(_checked(img), _rotation(angle), InterpolationMode(interpolation).value, fill, expand)


def affine(img, angle, translate, scale, shear, interpolation=InterpolationMode.NEAREST, fill=None, center=None):
    """Turned clockwise, sheared (degrees along x and y) and scaled about the middle, then moved by pixels."""
    if center is not None:
        raise TypeError("affine(center=...) is not part of Backstep: images move about their middle")
    shear = [shear, 0.0] if isinstance(shear, _numbers.Number) else list(shear)[:2] + [0.0] * (2 - len(shear))
    return _moved(_checked(img), _affine_map(angle, translate, scale, shear), InterpolationMode(interpolation).value, fill)


def invert(img):
    return (1.0 if img.is_floating_point() else 255) - _checked(img)


def erase(img, i, j, h, w, v, inplace=False):
    """The window of `h` by `w` pixels at (i, j) filled with `v`."""
    img = img if inplace else img.clone()
    img[..., i : i + h, j : j + w] = v
    return img


def gaussian_blur(img, kernel_size, sigma=None):
    """Smoothed by a Gaussian kernel of [width, height]; `sigma` in pixels, by default from the size."""
    sizes = [kernel_size] * 2 if isinstance(kernel_size, int) else list(kernel_size)
    sigmas = [0.3 * ((n - 1) * 0.5 - 1) + 0.8 for n in sizes] if sigma is None else [float(sigma)] * 2 if isinstance(sigma, _numbers.Number) else list(sigma)
    if any(n % 2 == 0 or n < 0 for n in sizes):
        raise ValueError(f"kernel_size should have odd and positive integers. Got {sizes}")
    kind = img.dtype if img.is_floating_point() else _torch.float32
    across, down = (_gaussian(n, s, kind) for n, s in zip(sizes, sigmas))
    channels = img.shape[-3]
    kernel = (down[:, None] @ across[None, :]).expand(channels, 1, sizes[1], sizes[0])
    images = _F.pad(img.reshape(-1, *img.shape[-3:]).to(kind), [sizes[0] // 2] * 2 + [sizes[1] // 2] * 2, mode="reflect")
    out = _F.conv2d(images, kernel, groups=channels)
    return (out if img.is_floating_point() else out.round().to(img.dtype)).reshape(img.shape)


def _gaussian(n, sigma, kind):
    half = (n - 1) * 0.5
    weights = _torch.exp(-0.5 * (_torch.linspace(-half, half, steps=n, dtype=kind) / sigma).pow(2))
    return weights / weights.sum()


to_grayscale = rgb_to_grayscale
__all__ = [
    "InterpolationMode", "adjust_brightness", "adjust_contrast", "adjust_hue", "adjust_saturation", "affine", "center_crop",
    "convert_image_dtype", "crop", "erase", "gaussian_blur", "get_dimensions", "get_image_num_channels", "get_image_size", "hflip",
    "invert", "normalize", "pad", "resize", "resized_crop", "rgb_to_grayscale", "rotate", "to_grayscale", "to_tensor", "vflip",
]


def __getattr__(name):
    raise AttributeError(f"torchvision.transforms.functional.{name} is not part of Backstep")
