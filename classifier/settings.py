"""What a workspace sets about its classifier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

SURE: Mapping[str, float] = MappingProxyType(
    {"sentiment": 0.4, "intent": 0.28, "needs_reply": 0.43, "urgency": 0.2, "abusive": 0.6, "language": 0.4}
)
"""Confidence below which a person should look, by question."""


@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """Which engine classifies, and how.

    `model` and `labels` are for engines that load one: a folder or hub name, and question → the model's label → our label.
    `languages_model` is the folder of a language pack, which reads beside `onnx` what is written in its languages.
    `lease` is how long a batch may take before another process may try it; `thresholds` are confidences from 0 to 1, by question.
    """

    engine: str = "onnx"
    model: str | None = None
    languages_model: str | None = None
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    allow_download: bool = False
    batch: int = 32
    lease: timedelta = timedelta(minutes=2)
    thresholds: Mapping[str, float] = field(default_factory=lambda: SURE)
