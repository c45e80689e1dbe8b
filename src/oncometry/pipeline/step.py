"""Steps are pure and content-addressed: same inputs, parameters and code version, same key.

A step's result and the hashes of its files are kept under its key in the cohort. A step whose key is
there, and whose files still have their bytes, is not run again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from oncometry.core.software import code_version
from oncometry.io.files import sha256_of, write_text
from oncometry.pipeline.codec import from_json, to_json
from oncometry.store.provenance import Artifact, StepInput, StepRecord

__all__ = ["Outcome", "Parameters", "StepCache", "Work", "canonical_json", "describe_step"]

logger = logging.getLogger(__name__)

T = TypeVar("T")
Parameters = BaseModel | Mapping[str, Any]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What a step gave, and its record."""

    value: T
    record: StepRecord

    @property
    def key(self) -> str:
        return self.record.key


@dataclass(frozen=True)
class Work(Generic[T]):
    """What a step's function returns: its value and the files it wrote, relative to the cohort."""

    value: T
    files: tuple[Artifact, ...] = ()


def canonical_json(parameters: Parameters) -> str:
    """One spelling of the same parameters: sorted keys, no spaces."""
    plain = parameters.model_dump(mode="json") if isinstance(parameters, BaseModel) else dict(parameters)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)


def describe_step(name: str, scope: str, parameters: Parameters, inputs: tuple[StepInput, ...]) -> StepRecord:
    """The record of a step that begins now: its key is its content address."""
    text = canonical_json(parameters)
    digest = hashlib.sha256(text.encode()).hexdigest()
    version = code_version()
    identity = [name, scope, version, digest, *(f"{i.kind}:{i.role}:{i.identity}" for i in inputs)]
    return StepRecord(
        key=hashlib.sha256("\n".join(identity).encode()).hexdigest(),
        name=name,
        scope=scope,
        version=version,
        parameters=text,
        parameters_sha256=digest,
        inputs=inputs,
        outputs=(),
        started=datetime.now(UTC),
        seconds=0.0,
    )


@dataclass(frozen=True)
class StepCache:
    """The steps of one cohort.

    Attributes:
        cohort: the cohort's folder.
        fresh: run every step again, whatever is there.
    """

    cohort: Path
    fresh: bool = False

    def run(
        self,
        name: str,
        scope: str,
        parameters: Parameters,
        inputs: tuple[StepInput, ...],
        kind: type[T],
        work: Callable[[], Work[T]],
    ) -> Outcome[T]:
        """The step's value, from the cache or by doing the work."""
        described = describe_step(name, scope, parameters, inputs)
        if not self.fresh and (cached := self._load(described.key, kind)) is not None:
            return cached
        clock = time.perf_counter()
        done = work()
        seconds = round(time.perf_counter() - clock, 3)
        outcome = Outcome(done.value, replace(described, outputs=done.files, seconds=seconds))
        self._save(outcome)
        return outcome

    def kept(self, key: str, kind: type[T]) -> T | None:
        """What a step gave that ran before; None where it is not there any more."""
        found = self._load(key, kind)
        return None if found is None else found.value

    def _path(self, key: str) -> Path:
        return self.cohort / ".oncometry" / "steps" / key[:2] / f"{key}.json"

    def _load(self, key: str, kind: type[T]) -> Outcome[T] | None:
        path = self._path(key)
        if not path.is_file():
            return None
        try:
            saved = json.loads(path.read_text(encoding="utf-8"))
            record, value = from_json(StepRecord, saved["record"]), from_json(kind, saved["value"])
        except (ValueError, TypeError, LookupError) as error:
            logger.warning("the record of step %s is damaged (%s): done again", path.stem, error)
            return None
        if record.key != path.stem or any(not self._is_whole(artifact) for artifact in record.outputs):
            return None
        return Outcome(value, record)

    def _is_whole(self, artifact: Artifact) -> bool:
        path = self.cohort / artifact.path
        return path.is_file() and path.stat().st_size == artifact.size and sha256_of(path) == artifact.sha256

    def _save(self, outcome: Outcome[Any]) -> None:
        path = self._path(outcome.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        saved = {"record": to_json(outcome.record), "value": to_json(outcome.value)}
        write_text(path, json.dumps(saved))
