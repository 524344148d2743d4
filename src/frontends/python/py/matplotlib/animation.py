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


class ArtistAnimation(FuncAnimation):
    """Pictures that were drawn beforehand, one list of marks per frame; all of them stay in the figure."""

    def __init__(self, fig, artists, **_):
        super().__init__(fig, lambda frame: None, frames=list(artists))


class PillowWriter:
    """Kept for programs that name a writer: an animation is saved as its last frame."""

    def __init__(self, fps=5, **_):
        self.fps = fps


FFMpegWriter = PillowWriter
