"""The few parts of scikit-learn that teaching programs use around PyTorch: toy data sets, splitting, scaling, scores, and two
linear methods."""

__version__ = "1.5.2"


def __getattr__(name):
    import importlib

    if name in ("datasets", "decomposition", "linear_model", "model_selection", "preprocessing", "metrics", "utils"):
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"sklearn.{name} is not part of Backstep")
