"""torchvision.transforms: transforms of tensor images (…, C, H, W) and of arrays; there are no PIL images."""

from . import functional
from ._random import (
    ColorJitter, GaussianBlur, RandomAffine, RandomApply, RandomChoice, RandomCrop, RandomErasing, RandomGrayscale, RandomHorizontalFlip,
    RandomInvert, RandomOrder, RandomResizedCrop, RandomRotation, RandomVerticalFlip,
)
from ._plain import CenterCrop, Compose, ConvertImageDtype, Grayscale, Lambda, Normalize, Pad, Resize, ToPILImage, ToTensor
from .functional import InterpolationMode

__all__ = [
    "CenterCrop", "ColorJitter", "Compose", "ConvertImageDtype", "GaussianBlur", "Grayscale", "InterpolationMode", "Lambda", "Normalize",
    "Pad", "RandomAffine", "RandomApply", "RandomChoice", "RandomCrop", "RandomErasing", "RandomGrayscale", "RandomHorizontalFlip",
    "RandomInvert", "RandomOrder", "RandomResizedCrop", "RandomRotation", "RandomVerticalFlip", "Resize", "ToPILImage", "ToTensor", "functional",
]


def __getattr__(name):
    raise AttributeError(f"torchvision.transforms.{name} is not part of Backstep")
