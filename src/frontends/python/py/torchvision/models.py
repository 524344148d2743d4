"""torchvision.models: architectures that are used for their downloaded weights."""

from ._downloads import named as _named


def __getattr__(name):
    return _named(__name__, name, "is not part of Backstep: pretrained weights cannot be downloaded, and architectures can be written with torch.nn")
