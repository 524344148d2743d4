"""Writes src/frontends/python/py/torch/_public_names.py: the public names of PyTorch's modules. Run with a real PyTorch 2.6:

    python3 scripts/torch-names.py > src/frontends/python/py/torch/_public_names.py
"""

import importlib
import textwrap
import types

import torch

MODULES = (
    "torch", "torch.autograd", "torch.distributions", "torch.fft", "torch.linalg", "torch.nn", "torch.nn.functional", "torch.nn.init",
    "torch.nn.utils", "torch.optim", "torch.optim.lr_scheduler", "torch.sparse", "torch.special", "torch.utils.data",
)


def is_public(module, name):
    """Is it a function or class of PyTorch's, and no import of the module's own?"""
    value = getattr(module, name, None)  # torch.sparse lists one that it lacks
    if value is None or name.startswith("_") or isinstance(value, (str, bool, types.ModuleType)):
        return False
    home = getattr(value, "__module__", None) or module.__name__
    return home.startswith("torch") and (module is torch or value is not torch.Tensor)


print('"""Public names of PyTorch 2.6.0, by module. Written by scripts/torch-names.py."""\n\nNAMES = {')
for path in MODULES:
    module = importlib.import_module(path)
    listed = set(getattr(module, "__all__", dir(module)))
    if module is torch:  # its C functions are in no list
        listed |= {name for name in dir(torch._C._VariableFunctions) if hasattr(torch, name)}
    names = " ".join(sorted(name for name in listed if is_public(module, name)))
    lines = textwrap.wrap(names, 140, break_on_hyphens=False)
    print(f'    "{path}": frozenset((\n' + "\n".join(f'        "{line} "' for line in lines) + "\n    ).split()),")
print("}")
