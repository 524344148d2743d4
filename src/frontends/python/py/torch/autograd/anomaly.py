"""Anomaly detection."""

from .._bridge import natives, warn

_TEXT = "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging."


class set_detect_anomaly:
    def __init__(self, mode, check_nan=True):
        self._before = natives.anomaly_mode()
        natives.set_anomaly_mode(bool(mode), bool(check_nan))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        natives.set_anomaly_mode(self._before, True)
        return False


class detect_anomaly:
    def __init__(self, check_nan=True):
        self._check_nan = check_nan
        warn(_TEXT)

    def __enter__(self):
        self._before = natives.anomaly_mode()
        natives.set_anomaly_mode(True, self._check_nan)

    def __exit__(self, *exc):
        natives.set_anomaly_mode(self._before, True)
        return False
