"""The parts of a validation that are done are kept: killed, an experiment goes on where it was."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TypeVar

from oncometry.io import write_text
from oncometry.pipeline.codec import from_json, to_json

__all__ = ["Parts"]

T = TypeVar("T")


class Parts:
    """Results by name, in a folder of their own; those of another experiment, or damaged ones, count as not there."""

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = folder
        self.identity = identity

    def get(self, name: str, kind: type[T]) -> T | None:
        """A part that is done; None where it is not."""
        try:
            kept = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            if kept["identity"] != self.identity or kept["sha256"] != _digest(kept["content"]):
                return None
            return from_json(kind, kept["content"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, name: str, part: object) -> None:
        """Keep a part, whole or not at all."""
        content = to_json(part)
        kept = {"identity": self.identity, "sha256": _digest(content), "content": content}
        write_text(self.folder / f"{name}.json", json.dumps(kept))


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
