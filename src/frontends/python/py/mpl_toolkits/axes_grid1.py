"""mpl_toolkits.axes_grid1: room for a colour bar beside axes, which Backstep's axes make themselves."""


class _Divider:
    def __init__(self, axes):
        self._axes = axes

    def append_axes(self, position, size=None, pad=None, **_):
        """Where a colour bar goes: the axes beside which it stands."""
        return self._axes


def make_axes_locatable(axes):
    """What divides the place of axes."""
    return _Divider(axes)
