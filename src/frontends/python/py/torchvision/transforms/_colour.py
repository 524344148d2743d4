"""Colours of tensor images (…, 3 or 1, H, W)."""

import torch as _torch


def _bound(img):
    """The value of white."""
    return 1.0 if img.is_floating_point() else {_torch.uint8: 255, _torch.int8: 127, _torch.int16: 32767, _torch.int32: 2**31 - 1}[img.dtype]


def _blend(img, other, ratio):
    """`ratio` of `img` and the rest of `other`, within black and white."""
    return (ratio * img + (1.0 - ratio) * other).clamp(0, _bound(img)).to(img.dtype)


def _needs_no_less_than_0(name, factor):
    if factor < 0:
        raise ValueError(f"{name} ({factor}) is not non-negative.")


def rgb_to_grayscale(img, num_output_channels=1):
    """Grey by the weights of ITU-R BT.601 for red, green and blue."""
    if num_output_channels not in (1, 3):
        raise ValueError("num_output_channels should be either 1 or 3")
    if img.shape[-3] == 3:
        red, green, blue = img.unbind(dim=-3)
        grey = (0.2989 * red + 0.587 * green + 0.114 * blue).to(img.dtype).unsqueeze(dim=-3)
    else:
        grey = img.clone()
    return grey.expand(*img.shape[:-3], 3, *img.shape[-2:]) if num_output_channels == 3 else grey


def adjust_brightness(img, brightness_factor):
    _needs_no_less_than_0("brightness_factor", brightness_factor)
    return _blend(img, _torch.zeros_like(img), brightness_factor)


def adjust_contrast(img, contrast_factor):
    """Blends with the mean of the grey image."""
    _needs_no_less_than_0("contrast_factor", contrast_factor)
    kind = img.dtype if img.is_floating_point() else _torch.float32
    mean = rgb_to_grayscale(img).to(kind).mean(dim=(-3, -2, -1), keepdim=True)
    return _blend(img, mean, contrast_factor)


def adjust_saturation(img, saturation_factor):
    """Blends with the grey image."""
    _needs_no_less_than_0("saturation_factor", saturation_factor)
    return img if img.shape[-3] == 1 else _blend(img, rgb_to_grayscale(img), saturation_factor)


def adjust_hue(img, hue_factor):
    """Turns the hue by a share of the circle, between -0.5 and 0.5."""
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    if img.shape[-3] == 1:
        return img
    colours = img if img.is_floating_point() else img.to(_torch.float32) / _bound(img)
    hue, saturation, value = _hsv(colours)
    out = _rgb((hue + hue_factor) % 1.0, saturation, value)
    return out if img.is_floating_point() else (out * (_bound(img) + 1.0 - 1e-3)).to(img.dtype)


def _hsv(img):
    """Hue, saturation and value, each 0 … 1 (A. R. Smith, Color gamut transform pairs, 1978)."""
    red, green, blue = img.unbind(dim=-3)
    largest, smallest = img.amax(dim=-3), img.amin(dim=-3)
    span = largest - smallest
    grey = span == 0
    ones = _torch.ones_like(largest)
    divisor = _torch.where(grey, ones, span)
    r, g, b = ((largest - c) / divisor for c in (red, green, blue))
    hue = _torch.where(largest == red, b - g, _torch.where(largest == green, 2.0 + r - b, 4.0 + g - r))
    return (hue / 6.0 + 1.0) % 1.0, span / _torch.where(grey, ones, largest), largest


def _rgb(hue, saturation, value):
    sector = _torch.floor(hue * 6.0)
    rest = hue * 6.0 - sector
    sector = sector.to(_torch.int64) % 6
    p, q, t = ((value * (1.0 - saturation * part)).clamp(0.0, 1.0) for part in (1.0, rest, 1.0 - rest))
    # Red, green and blue in each sixth of the circle.
    sectors = ((value, t, p), (q, value, p), (p, value, t), (p, q, value), (t, p, value), (value, p, q))
    channels = [_torch.stack([s[c] for s in sectors]).gather(0, sector.unsqueeze(0)).squeeze(0) for c in range(3)]
    return _torch.stack(channels, dim=-3)
