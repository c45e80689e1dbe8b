"""The cohort's memory of its inputs: what was found of each patient, one file a patient."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncometry.core import Code, SettingsError
from oncometry.io import CurateSettings, Manifest, Records, write_text
from oncometry.pipeline.codec import from_json, to_json

__all__ = ["RecordBook"]

logger = logging.getLogger(__name__)


DATING = frozenset({"visit_window_days", "max_file_gib"})
"""Settings that change nothing in what is read: visits are dated anew each time."""


@dataclass(frozen=True, eq=False)
class Saved:
    """What a record file holds: how the inputs were read, and what was found."""

    settings: dict[str, Any]
    read: Records
    linked: Records


@dataclass(frozen=True)
class RecordBook:
    """Reads and writes `.oncometry/records` of a cohort.

    Attributes:
        cohort: its folder.
        patients: ids of all its patients.
        settings: how this input is read.
    """

    cohort: Path
    patients: frozenset[str]
    settings: CurateSettings

    def of(self, patients: Collection[str]) -> tuple[Records, Records]:
        """What was found of these patients: as it was read, and as it was linked and dated."""
        read, linked = Records(), Records()
        for patient_id in sorted(set(patients) & self.patients):
            saved = self._load(patient_id)
            if saved is not None:
                read, linked = read.joined(saved.read), linked.joined(saved.linked)
        return read, linked

    def check(self, patients: Collection[str]) -> None:
        """Refuse to set dates beside each other that were read in different ways.

        Raises:
            SettingsError: `SETTINGS`.
        """
        now = self._reading()
        for patient_id in sorted(patients):
            saved = self._load(patient_id)
            before = now if saved is None else saved.settings
            changed = [name for name in now if before.get(name) != now[name]]
            if changed:
                told = ", ".join(
                    f"curate.{name}: {before.get(name)!r} then, {now[name]!r} now" for name in changed
                )
                raise SettingsError(
                    Code.SETTINGS,
                    f"earlier inputs of patient {patient_id!r} were read under other settings ({told}); what came "
                    "then and what comes now could not be compared.",
                    advice="Give the earlier inputs again beside the new one, or keep the settings.",
                )

    def _reading(self) -> dict[str, Any]:
        return self.settings.model_dump(mode="json", exclude=set(DATING))

    def _load(self, patient_id: str) -> Saved | None:
        """What is saved of a patient; None where there is nothing that can be read."""
        path = self._path(patient_id)
        if not path.is_file():
            return None
        try:
            saved = json.loads(path.read_text(encoding="utf-8"))
            read, linked = (from_json(Records, saved[part]) for part in ("read", "linked"))
            return Saved(dict(saved["settings"]), read, linked)
        except (ValueError, TypeError, LookupError) as error:
            logger.warning("the record of inputs %s is damaged (%s): passed over", path.name, error)
            return None

    def keep(self, manifest: Manifest) -> None:
        """Remember what is known now of the patients of a manifest."""
        linked = Records(manifest.series, manifest.masks, manifest.doses)
        for patient_id in manifest.patient_ids:
            saved = {
                "patient_id": patient_id,
                "settings": self._reading(),
                "read": to_json(manifest.read.of_patient(patient_id)),
                "linked": to_json(linked.of_patient(patient_id)),
            }
            path = self._path(patient_id)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, json.dumps(saved))

    def _path(self, patient_id: str) -> Path:
        name = hashlib.sha256(patient_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self.cohort / ".oncometry" / "records" / f"{name}.json"
