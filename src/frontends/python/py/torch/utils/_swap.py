"""torch.utils.swap_tensors."""

from .. import _bridge as B


def swap_tensors(t1, t2):
    """Makes each of two tensors what the other one was: values, dtype, history and Python attributes."""
    a, b = t1._h, t2._h
    t1._h, t2._h = b, a
    B.keep(b, t1)
    B.keep(a, t2)
    t1.__class__, t2.__class__ = t2.__class__, t1.__class__
    mine, others = dict(t1.__dict__), dict(t2.__dict__)
    for t, attributes in ((t1, others), (t2, mine)):
        t.__dict__.clear()
        t.__dict__.update(attributes)
