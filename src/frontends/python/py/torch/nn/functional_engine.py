"""The engine's operators by name, for the functions of torch.nn.functional that are written in Python."""

from .. import _bridge as B
from .. import _namespaces

warn = B.warn


class _Engine:
    """`engine.mse_loss(x, y, 'mean')`: operators are looked up once. Of equal names the first of the table counts."""

    def __getattr__(self, name):
        for number, entry in enumerate(B.TABLE["operators"]):
            if entry["name"] == name:
                f = _namespaces.function(number, name, entry["result"])
                setattr(self, name, f)
                return f
        raise AttributeError(f"no operator {name}")


engine = _Engine()
