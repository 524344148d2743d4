"""torch.profiler: torch.autograd.profiler with a schedule. What it measures is Backstep's engine, recording included."""

import enum as _enum

from ._bridge import warn as _warn
from .autograd import profiler as _profiler
from .autograd.profiler import record_function

__all__ = ["ProfilerAction", "ProfilerActivity", "profile", "record_function", "schedule", "supported_activities", "tensorboard_trace_handler"]


class ProfilerAction(_enum.Enum):
    """What to do in a step."""

    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3

    def __repr__(self):
        return str(self)


class ProfilerActivity(_enum.Enum):
    CPU = 0
    XPU = 1
    MTIA = 2
    CUDA = 3


def supported_activities():
    return {ProfilerActivity.CPU}


def schedule(*, wait, warmup, active, repeat=0, skip_first=0, skip_first_wait=0):
    """A function that says what to do in each step: after `skip_first` steps, cycles of waiting, warming up and recording."""
    assert wait >= 0 and warmup >= 0 and active > 0 and repeat >= 0 and skip_first >= 0, "Invalid profiler schedule arguments"
    if warmup == 0:
        _warn("Profiler won't be using warmup, this can skew profiler results")

    def action(step):
        assert step >= 0
        if step < skip_first:
            return ProfilerAction.NONE
        step += (wait if skip_first_wait else 0) - skip_first
        cycle, at = divmod(step, wait + warmup + active)
        if (repeat > 0 and cycle >= repeat) or at < wait:
            return ProfilerAction.NONE
        if at < wait + warmup:
            return ProfilerAction.WARMUP
        return ProfilerAction.RECORD if at < wait + warmup + active - 1 else ProfilerAction.RECORD_AND_SAVE

    return action


def tensorboard_trace_handler(dir_name, worker_name=None, use_gzip=False):
    """A handler that writes each finished recording to a file of the run's own file system."""
    import os

    def handle(profiler):
        os.makedirs(dir_name, exist_ok=True)
        profiler.export_chrome_trace(os.path.join(dir_name, f"{worker_name or 'backstep'}.{profiler.step_num}.pt.trace.json"))

    return handle


class profile:
    """Takes the times of what happens in a region, or in the steps of it that a schedule chooses."""

    def __init__(self, *, activities=None, schedule=None, on_trace_ready=None, record_shapes=False, profile_memory=False, with_stack=False,
                 with_flops=False, with_modules=False, experimental_config=None, execution_trace_observer=None, acc_events=False, use_cuda=None,
                 custom_trace_id_callback=None):
        self.activities = set(activities) if activities else supported_activities()
        assert self.activities, "No valid profiler activities found"
        self._schedule, self.on_trace_ready = schedule, on_trace_ready
        self.step_num = 0
        self.profiler = None
        self._on = False

    @property
    def current_action(self):
        return ProfilerAction.RECORD if self._schedule is None else self._schedule(self.step_num)

    def _turn(self):
        """Starts or stops as the step asks."""
        wanted = self.current_action in (ProfilerAction.RECORD, ProfilerAction.RECORD_AND_SAVE)
        if wanted and not self._on:
            self.profiler = _profiler.profile()
            self.profiler.start()
        elif self._on and not wanted:
            self.profiler.stop()
        self._on = wanted

    def start(self):
        self._turn()

    def step(self):
        saved = self.current_action is ProfilerAction.RECORD_AND_SAVE
        self.step_num += 1
        if saved:
            self._finish()
        self._turn()

    def stop(self):
        if self._on:
            self._finish()

    def _finish(self):
        self.profiler.stop()
        self._on = False
        if self.on_trace_ready is not None:
            self.on_trace_ready(self)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc):
        self.stop()
        return False

    def _recorded(self):
        assert self.profiler
        return self.profiler

    def key_averages(self, group_by_input_shape=False, group_by_stack_n=0, group_by_overload_name=False):
        return self._recorded().key_averages(group_by_input_shape, group_by_stack_n)

    def events(self):
        return self._recorded().function_events

    def export_chrome_trace(self, path):
        self._recorded().export_chrome_trace(path)

    def export_stacks(self, path, metric="self_cpu_time_total"):
        raise NotImplementedError("torch.profiler.profile.export_stacks is not part of Backstep")

    def export_memory_timeline(self, path, device=None):
        raise NotImplementedError("torch.profiler.profile.export_memory_timeline is not part of Backstep")

    def add_metadata(self, key, value):
        pass

    add_metadata_json = add_metadata
