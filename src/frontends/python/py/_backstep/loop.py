"""An event loop that runs inside Python: `await` in a notebook cell and `asyncio.run` need nothing from JavaScript."""

import asyncio
import time
from asyncio import base_events, events


class _Selector:
    """Nothing but time passes: there are no sockets."""

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("The program waits for something that never comes")
        if timeout > 0:
            time.sleep(timeout)
        return []


class Loop(base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = _Selector()

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass


class _Policy(events._BaseDefaultEventLoopPolicy):
    _loop_factory = Loop

    def get_event_loop(self):
        if self._local._loop is None:
            self.set_event_loop(self.new_event_loop())
        return super().get_event_loop()


def install():
    events._set_event_loop_policy(_Policy())
    events._set_running_loop(None)
    asyncio.set_event_loop(Loop())
