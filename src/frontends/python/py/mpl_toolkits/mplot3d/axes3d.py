"""mpl_toolkits.mplot3d: importing it is enough for `projection="3d"`."""

from matplotlib._axes3d import Axes3D

__all__ = ["Axes3D"]
