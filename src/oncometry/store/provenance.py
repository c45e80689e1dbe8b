"""Which step made a row: inputs by hash, parameters by hash, software version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Artifact", "StepInput", "StepRecord"]


@dataclass(frozen=True)
class Artifact:
    """A file that a step wrote: path relative to the cohort, with hash and size."""

    path: str
    sha256: str
    size: int
    role: str


@dataclass(frozen=True)
class StepInput:
    """What a step took: 'file' or 'artifact' by SHA-256, 'series' or 'mask' by key, 'step' by its key."""

    kind: str
    identity: str
    role: str


@dataclass(frozen=True)
class StepRecord:
    """One executed (or cached) step.

    Attributes:
        key: SHA-256 over name, code version, parameters and inputs: the content address.
        name: 'curate', 'convert', 'preprocess', 'measure', 'intensity', 'features', 'map-features',
            'follow', 'respond', 'clinical', 'reads'.
        scope: what it concerns: 'cohort', or patient id, or patient id and time point.
        parameters: canonical JSON.
        status: 'done' or 'failed'; error holds the coded message of a failure.
    """

    key: str
    name: str
    scope: str
    version: str
    parameters: str
    parameters_sha256: str
    inputs: tuple[StepInput, ...]
    outputs: tuple[Artifact, ...]
    started: datetime
    seconds: float
    status: str = "done"
    error: str | None = None
