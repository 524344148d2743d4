"""torchvision.utils: grids of pictures."""

import math as _math

import torch as _torch


@_torch.no_grad()
def make_grid(tensor, nrow=8, padding=2, normalize=False, value_range=None, scale_each=False, pad_value=0.0):
    """
    One picture (3, H, W) of a batch (B, C, H, W), of a list of pictures of one size, or of a single one, `nrow` of them side by side
    with `padding` pixels of `pad_value` around each; grey pictures get three channels. `normalize` brings the values to 0 … 1 from
    `value_range`, or from the smallest and largest of the batch (of each picture with `scale_each`).
    """
    if not isinstance(tensor, _torch.Tensor) and not (isinstance(tensor, list) and all(isinstance(t, _torch.Tensor) for t in tensor)):
        raise TypeError(f"tensor or list of tensors expected, got {type(tensor)}")
    pictures = _torch.stack(tensor, dim=0) if isinstance(tensor, list) else tensor
    if pictures.dim() == 2:
        pictures = pictures.unsqueeze(0)
    if pictures.dim() == 3:
        pictures = pictures.unsqueeze(0)
    if pictures.size(1) == 1:
        pictures = _torch.cat((pictures, pictures, pictures), 1)
    if normalize:
        if value_range is not None and not isinstance(value_range, tuple):
            raise TypeError("value_range has to be a tuple (min, max) if specified. min and max are numbers")
        pictures = pictures.clone()
        for part in pictures if scale_each else [pictures]:
            low, high = value_range or (float(part.min()), float(part.max()))
            part.clamp_(min=low, max=high).sub_(low).div_(max(high - low, 1e-5))
    if pictures.size(0) == 1:
        return pictures.squeeze(0)
    count, channels, height, width = pictures.shape
    columns = min(nrow, count)
    rows = _math.ceil(count / columns)
    high, wide = height + padding, width + padding
    grid = pictures.new_full((channels, high * rows + padding, wide * columns + padding), pad_value)
    for k in range(count):
        top, left = k // columns * high + padding, k % columns * wide + padding
        grid[:, top : top + height, left : left + width] = pictures[k]
    return grid


def __getattr__(name):
    raise AttributeError(f"torchvision.utils.{name} is not part of Backstep: it has make_grid")
