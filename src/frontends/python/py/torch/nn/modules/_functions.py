"""Functions with a backward of their own that modules use."""

from ...autograd.function import Function


class BackwardHookFunction(Function):
    """The identity; its backward node is where the hooks of modules hang."""

    @staticmethod
    def forward(ctx, *args):
        ctx.mark_non_differentiable(*[a for a in args if not a.requires_grad])
        return args

    @staticmethod
    def backward(ctx, *grads):
        return grads
