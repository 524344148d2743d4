"""Parts of PyTorch and its companions that do not exist here: importing them says so."""

import importlib.abc as _abc
import sys as _sys

_NAMES = (
    "ao", "export", "futures", "fx", "hub", "library", "masked", "monitor", "nested",
    "onnx", "package", "profiler", "quantization", "signal",
)
_HINTS = {
    "hub": "nothing can be downloaded",
    "profiler": "time is shown by Backstep's own timeline",
}
_DATA = "make data with torch, numpy or sklearn.datasets; nothing can be downloaded"
_PACKAGES = {
    "torchvision": "make images with torch or numpy instead of loading data sets, and write models with torch.nn",
    "torchtext": _DATA,
    "torchaudio": _DATA,
    "datasets": _DATA,
    "transformers": "pretrained models cannot be downloaded",
    "pandas": "numpy.loadtxt and csv read tables",
    "scipy": "numpy and torch.linalg have the usual parts",
    "seaborn": "matplotlib draws figures",
    "plotly": "matplotlib draws figures",
    "networkx": "graphviz draws graphs",
    "PIL": "images are arrays; matplotlib shows them",
    "cv2": "images are arrays; matplotlib shows them",
    "gym": "write the environment as a class with reset and step",
    "gymnasium": "write the environment as a class with reset and step",
    "tensorboard": "losses and gradients are shown in its own plots",
    "tensorboardX": "losses and gradients are shown in its own plots",
    "wandb": "losses and gradients are shown in its own plots",
    "visdom": "losses and gradients are shown in its own plots",
    "pytorch_lightning": "write the training loop",
    "lightning": "write the training loop",
    "ignite": "write the training loop",
    "torchmetrics": "sklearn.metrics has some",
    "torchinfo": "print the model, or sum p.numel() over its parameters",
    "torchsummary": "print the model, or sum p.numel() over its parameters",
    "torch_geometric": "message passing can be written with index_add and scatter",
    "requests": "programs reach no network",
    "spacy": _DATA,
    "nltk": _DATA,
    "fastai": "write the training loop",
    "jax": "torch.func has its transforms",
    "tensorflow": "",
    "keras": "",
}


class _Absent(_abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        first, _, rest = name.partition(".")
        part = rest.partition(".")[0]
        if not (first in _PACKAGES or (first == "torch" and part in _NAMES)):
            return None
        hint = _HINTS.get(part) if first == "torch" else _PACKAGES[first]
        raise ModuleNotFoundError(f"{name} is not part of Backstep" + (f": {hint}" if hint else ""), name=name)


def install():
    """Puts the finder last, so that anything that does exist is found first."""
    if not any(isinstance(f, _Absent) for f in _sys.meta_path):
        _sys.meta_path.append(_Absent())
