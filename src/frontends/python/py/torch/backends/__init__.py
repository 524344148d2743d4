"""torch.backends: switches that do nothing here."""


class _Backend:
    enabled = False
    deterministic = False
    benchmark = False
    allow_tf32 = False

    def is_available(self):
        return False

    def is_built(self):
        return False


cudnn, mps, mkl, mkldnn, openmp = _Backend(), _Backend(), _Backend(), _Backend(), _Backend()
cuda = _Backend()
cuda.matmul = _Backend()
