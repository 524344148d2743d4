"""torch.cuda on a machine without a GPU."""


def is_available():
    return False


def device_count():
    return 0


def manual_seed(seed):
    pass


manual_seed_all = manual_seed


def empty_cache():
    pass


def synchronize(device=None):
    raise AssertionError("Torch not compiled with CUDA enabled")


def current_device():
    raise AssertionError("Torch not compiled with CUDA enabled")


def get_device_name(device=None):
    raise AssertionError("Torch not compiled with CUDA enabled")


def is_initialized():
    return False


def max_memory_allocated(device=None):
    return 0


memory_allocated = max_memory_reserved = memory_reserved = max_memory_allocated


def is_bf16_supported(including_emulation=True):
    return False


def __getattr__(name):
    import importlib

    if name == "amp":
        return importlib.import_module(".amp", __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
