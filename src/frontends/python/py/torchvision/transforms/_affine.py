"""Rotations and other affine maps of tensor images, sampled backwards: each pixel of the result asks where it comes from."""

import math as _math

import torch as _torch
import torch.nn.functional as _F


def _inverse_matrix(angle, translate, scale, shear):
    """(a, b, tx, c, d, ty) of the map from the result to the image, about the middle. Angle and shear are in degrees."""
    turn, x_shear, y_shear = (_math.radians(degrees) for degrees in (angle, *shear))
    a = _math.cos(turn - y_shear) / _math.cos(y_shear)
    b = -_math.cos(turn - y_shear) * _math.tan(x_shear) / _math.cos(y_shear) - _math.sin(turn)
    c = _math.sin(turn - y_shear) / _math.cos(y_shear)
    d = -_math.sin(turn - y_shear) * _math.tan(x_shear) / _math.cos(y_shear) + _math.cos(turn)
    # Rotation and shear have determinant 1.
    a, b, c, d = (entry / scale for entry in (d, -b, -c, a))
    x, y = translate
    return [a, b, -a * x - b * y, c, d, -c * x - d * y]


def _output_size(matrix, width, height):
    """(width, height) of what holds the whole moved image."""
    corners = _torch.tensor([[-0.5 * width, -0.5 * height, 1.0], [-0.5 * width, 0.5 * height, 1.0],
                             [0.5 * width, 0.5 * height, 1.0], [0.5 * width, -0.5 * height, 1.0]])
    places = corners @ _torch.tensor(matrix).reshape(2, 3).T
    low, high = (extreme(dim=0).values + _torch.tensor((0.5 * width, 0.5 * height)) for extreme in (places.min, places.max))
    # Rounded to four places first, so that errors of floats add no row of pixels.
    low, high = (_torch.trunc(place / 1e-4) * 1e-4 for place in (low, high))
    size = _torch.ceil(high) - _torch.floor(low)
    return int(size[0]), int(size[1])


def moved(img, matrix, mode, fill, expand=False):
    """The image (…, C, H, W) under the inverse of `matrix`; pixels from outside are 0, or `fill` of each channel."""
    height, width = img.shape[-2:]
    wide, high = _output_size(matrix, width, height) if expand else (width, height)
    kind = img.dtype if img.is_floating_point() else _torch.float32
    theta = _torch.tensor(matrix, dtype=kind).reshape(1, 2, 3)
    base = _torch.ones(1, high, wide, 3, dtype=kind)
    base[..., 0] = _torch.linspace(0.5 - 0.5 * wide, 0.5 * wide - 0.5, steps=wide)
    base[..., 1] = _torch.linspace(0.5 - 0.5 * high, 0.5 * high - 0.5, steps=high).unsqueeze(-1)
    grid = base.view(1, high * wide, 3).bmm(theta.transpose(1, 2) / _torch.tensor([0.5 * width, 0.5 * height], dtype=kind)).view(1, high, wide, 2)
    images = img.reshape(-1, *img.shape[-3:]).to(kind)
    if fill is not None:
        images = _torch.cat((images, _torch.ones_like(images[:, :1])), dim=1)
    out = _F.grid_sample(images, grid.expand(len(images), -1, -1, -1), mode=mode, padding_mode="zeros", align_corners=False)
    if fill is not None:
        out, inside = out[:, :-1], out[:, -1:].expand_as(out[:, :-1])
        colour = _torch.tensor(fill if isinstance(fill, (tuple, list)) else [fill], dtype=kind).view(1, -1, 1, 1).expand_as(out)
        out = _torch.where(inside < 0.5, colour, out) if mode == "nearest" else out * inside + (1.0 - inside) * colour
    if not img.is_floating_point():
        out = out.round().to(img.dtype)
    return out.reshape(*img.shape[:-2], high, wide)


def rotation(angle):
    """The matrix of a rotation by `angle` degrees, counter-clockwise in the picture."""
    return _inverse_matrix(-angle, (0.0, 0.0), 1.0, (0.0, 0.0))


def affine_map(angle, translate, scale, shear):
    """The matrix of a rotation (clockwise), a shear and a scaling about the middle, and a translation in pixels."""
    return _inverse_matrix(angle, [1.0 * t for t in translate], scale, shear)
