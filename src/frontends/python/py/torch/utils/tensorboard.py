"""torch.utils.tensorboard: a SummaryWriter that writes nothing and says so, so that programs which log run unchanged."""

from .._bridge import warn as _warn

__all__ = ["SummaryWriter", "FileWriter"]


class SummaryWriter:
    """Takes what PyTorch's takes. Nothing is written: Backstep shows losses, gradients, values and graphs itself."""

    def __init__(self, log_dir=None, comment="", purge_step=None, max_queue=10, flush_secs=120, filename_suffix=""):
        _warn("SummaryWriter writes nothing in Backstep: losses, gradients, values and the graph are shown in its own window.")
        self.log_dir = str(log_dir) if log_dir else "runs/backstep" + comment
        self.purge_step, self.max_queue, self.flush_secs, self.filename_suffix = purge_step, max_queue, flush_secs, filename_suffix

    def get_logdir(self):
        return self.log_dir

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def _nothing(name):
    def method(self, *args, **kwargs):
        pass

    method.__name__ = method.__qualname__ = name
    return method


for _name in ("scalar", "scalars", "tensor", "histogram", "histogram_raw", "image", "images", "image_with_boxes", "figure", "video", "audio",
              "text", "onnx_graph", "graph", "embedding", "pr_curve", "pr_curve_raw", "custom_scalars", "custom_scalars_marginchart",
              "custom_scalars_multilinechart", "mesh", "hparams"):
    setattr(SummaryWriter, f"add_{_name}", _nothing(f"add_{_name}"))
for _name in ("flush", "close"):
    setattr(SummaryWriter, _name, _nothing(_name))
FileWriter = SummaryWriter
