"""torch.jit: TorchScript's names. Nothing is compiled here: functions and modules run eagerly, as Python, and look scripted."""

from typing import Final  # noqa: F401 (a name of torch.jit)

from . import annotations
from ._functions import (
    Attribute, Future, ScriptFunction, annotate, export, fork, ignore, interface, is_scripting, is_tracing, isinstance, onednn_fusion_enabled,
    enable_onednn_fusion, script_if_tracing, script_method, unused, wait,
)
from ._script import RecursiveScriptModule, ScriptModule, freeze, optimize_for_inference, script
from ._trace import TopLevelTracedModule, trace, trace_module
from ._serialization import load, save


class TracerWarning(Warning):
    """What a trace cannot record. Nothing is left out here: a traced function runs as Python."""
