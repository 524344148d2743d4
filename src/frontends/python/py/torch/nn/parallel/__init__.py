"""torch.nn.parallel: one process, one device."""

from ..modules.module import Module


class DataParallel(Module):
    """The module is called as it is."""

    def __init__(self, module, device_ids=None, output_device=None, dim=0):
        super().__init__()
        self.module = module
        self.device_ids = []

    def forward(self, *inputs, **kwargs):
        return self.module(*inputs, **kwargs)


DataParallel.__module__ = "torch.nn.parallel.data_parallel"


class DistributedDataParallel(Module):
    def __init__(self, module, *args, **kwargs):
        raise NotImplementedError("torch.nn.parallel.DistributedDataParallel is not part of Backstep: a run is one process")
