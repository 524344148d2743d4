"""Anomaly detection."""

from .._bridge import natives, warn

_TEXT = "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging."


class set_detect_anomaly:
    """Switches anomaly detection at once; as a context manager, until its end."""

    def __init__(self, mode, check_nan=True):
        self._before = (natives.anomaly_mode(), natives.anomaly_check_nan())
        natives.set_anomaly_mode(bool(mode), bool(check_nan))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        natives.set_anomaly_mode(*self._before)
        return False


class detect_anomaly:
    """Anomaly detection while the block runs."""

    def __init__(self, check_nan=True):
        self._check_nan = check_nan
        warn(_TEXT)

    def __enter__(self):
        self._switch = set_detect_anomaly(True, self._check_nan)

    def __exit__(self, *exc):
        return self._switch.__exit__(*exc)
