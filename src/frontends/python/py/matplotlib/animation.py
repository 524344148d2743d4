"""matplotlib.animation: the frames are computed; the last one is shown."""


class FuncAnimation:
    def __init__(self, fig, func, frames=None, init_func=None, fargs=(), **_):
        self._fig = fig
        if init_func is not None:
            init_func()
        frames = range(frames) if isinstance(frames, int) else [] if frames is None else frames
        for frame in frames:
            func(frame, *fargs)

    def save(self, filename, **_):
        self._fig.savefig(filename)

    def _repr_svg_(self):
        return self._fig.to_svg()

    def to_jshtml(self, **_):
        return self._fig.to_svg()

    to_html5_video = to_jshtml
