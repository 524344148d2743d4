"""functorch.experimental: names that have moved on."""

from torch.func import functionalize, hessian, jacfwd, jvp, replace_all_batch_norm_modules_  # noqa: F401
