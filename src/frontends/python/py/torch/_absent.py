"""Parts of PyTorch and its companions that do not exist here: importing them says so, or the first use of what programs often import in vain."""

import importlib.abc as _abc
import importlib.machinery as _machinery
import sys as _sys
import types as _types

_NAMES = (
    "ao", "export", "futures", "fx", "hub", "masked", "monitor", "nested", "onnx", "package", "quantization",
)
_HINTS = {
    "hub": "nothing can be downloaded",
}
_DATA = "make data with torch, numpy or sklearn.datasets; nothing can be downloaded"
_PACKAGES = {
    "torchtext": _DATA,
    "torchaudio": _DATA,
    "datasets": _DATA,
    "transformers": "pretrained models cannot be downloaded",
    "pandas": "numpy.loadtxt and csv read tables",
    "scipy": "numpy and torch.linalg have the usual parts",
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
#: Often imported among others at the top of a program, which may never use them.
_SAID_LATER = {"torch", "pandas", "scipy", "plotly", "networkx", "PIL", "cv2", "requests"}


class _Later(_types.ModuleType):
    """A module that says at its first use that it is not there."""

    def __getattr__(self, name):
        raise AttributeError(name if name.startswith("__") else _sentence(f"{self.__name__}.{name}"))

    def __call__(self, *args, **kwargs):
        raise AttributeError(_sentence(self.__name__))


class _Loader(_abc.Loader):
    def create_module(self, spec):
        return _Later(spec.name)

    def exec_module(self, module):
        """There is nothing in it."""


def _sentence(name):
    first, _, rest = name.partition(".")
    hint = _HINTS.get(rest.partition(".")[0]) if first == "torch" else _PACKAGES[first]
    return f"{name} is not part of Backstep" + (f": {hint}" if hint else "")


class _Absent(_abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        first, _, rest = name.partition(".")
        part = rest.partition(".")[0]
        if not (first in _PACKAGES or (first == "torch" and part in _NAMES)):
            return None
        if first in _SAID_LATER:
            return _machinery.ModuleSpec(name, _Loader(), is_package=True)
        raise ModuleNotFoundError(_sentence(name), name=name)


def missing(module, name):
    """The error for a name that a module lacks: what PyTorch has is not part of Backstep."""
    from ._public_names import NAMES

    there = name in NAMES.get(module, ())
    text = f"{module}.{name} is not part of Backstep" if there else f"module '{module}' has no attribute '{name}'"
    return AttributeError(text, name=name, obj=_sys.modules[module])


#: Modules that look nothing up themselves.
_COMPLETE = (
    "torch.fft", "torch.linalg", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.utils", "torch.optim",
    "torch.optim.lr_scheduler", "torch.sparse", "torch.special",
)


def _refuser(module):
    def __getattr__(name):
        raise missing(module, name)

    return __getattr__


def install():
    """Puts the finder last, so that anything that does exist is found first, and has modules say what they lack."""
    if not any(isinstance(f, _Absent) for f in _sys.meta_path):
        _sys.meta_path.append(_Absent())
    for name in _COMPLETE:
        vars(_sys.modules[name]).setdefault("__getattr__", _refuser(name))
