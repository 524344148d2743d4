"""From free parameters to constrained ones: transforms by the constraint that they fulfil."""

from numbers import Number as _Number

from . import constraints
from .transforms import (
    AffineTransform, CatTransform, ComposeTransform, CorrCholeskyTransform, ExpTransform, IndependentTransform, LowerCholeskyTransform,
    PositiveDefiniteTransform, SigmoidTransform, SoftmaxTransform, StackTransform, StickBreakingTransform, identity_transform,
)

__all__ = ["ConstraintRegistry", "biject_to", "transform_to"]


class ConstraintRegistry:
    """Makes a transform for a constraint."""

    def __init__(self):
        self._registry = {}

    def register(self, constraint, factory=None):
        """Registers what makes the transform of a kind of constraints; a decorator without `factory`."""
        if factory is None:
            return lambda factory: self.register(constraint, factory)
        kind = type(constraint) if isinstance(constraint, constraints.Constraint) else constraint
        if not (isinstance(kind, type) and issubclass(kind, constraints.Constraint)):
            raise TypeError(f"Expected constraint to be either a Constraint subclass or instance, but got {constraint}")
        self._registry[kind] = factory
        return factory

    def __call__(self, constraint):
        factory = self._registry.get(type(constraint))
        if factory is None:
            raise NotImplementedError(f"Cannot transform {type(constraint).__name__} constraints")
        return factory(constraint)


biject_to = ConstraintRegistry()
transform_to = ConstraintRegistry()


def _between(constraint):
    low, high = constraint.lower_bound, constraint.upper_bound
    if isinstance(low, _Number) and low == 0 and isinstance(high, _Number) and high == 1:
        return SigmoidTransform()
    return ComposeTransform([SigmoidTransform(), AffineTransform(low, high - low)])


#: Constraints and what both registries make of them; `of` is the registry that is asked.
_BOTH = [
    (constraints.real, lambda c, of: identity_transform),
    (constraints.independent, lambda c, of: IndependentTransform(of(c.base_constraint), c.reinterpreted_batch_ndims)),
    (constraints.greater_than, lambda c, of: ComposeTransform([ExpTransform(), AffineTransform(c.lower_bound, 1)])),
    (constraints.greater_than_eq, lambda c, of: ComposeTransform([ExpTransform(), AffineTransform(c.lower_bound, 1)])),
    (constraints.less_than, lambda c, of: ComposeTransform([ExpTransform(), AffineTransform(c.upper_bound, -1)])),
    (constraints.interval, lambda c, of: _between(c)),
    (constraints.half_open_interval, lambda c, of: _between(c)),
    (constraints.corr_cholesky, lambda c, of: CorrCholeskyTransform()),
    (constraints.cat, lambda c, of: CatTransform([of(part) for part in c.cseq], c.dim, c.lengths)),
    (constraints.stack, lambda c, of: StackTransform([of(part) for part in c.cseq], c.dim)),
]
for _constraint, _make in _BOTH:
    for _registry in (biject_to, transform_to):
        _registry.register(_constraint, lambda c, make=_make, of=_registry: make(c, of))
biject_to.register(constraints.simplex, lambda c: StickBreakingTransform())
transform_to.register(constraints.simplex, lambda c: SoftmaxTransform())
transform_to.register(constraints.lower_cholesky, lambda c: LowerCholeskyTransform())
transform_to.register(constraints.positive_definite, lambda c: PositiveDefiniteTransform())
transform_to.register(constraints.positive_semidefinite, lambda c: PositiveDefiniteTransform())
