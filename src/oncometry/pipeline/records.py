"""The cohort's memory of its inputs: what was found of each patient, one file a patient."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from oncometry.io import Manifest, Records, write_text
from oncometry.pipeline.codec import from_json, to_json

__all__ = ["RecordBook"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecordBook:
    """Reads and writes `.oncometry/records` of a cohort.

    Attributes:
        cohort: its folder.
        patients: ids of all its patients.
    """

    cohort: Path
    patients: frozenset[str]

    def of(self, patients: Collection[str]) -> tuple[Records, Records]:
        """What was found of these patients: as it was read, and as it was linked and dated."""
        read, linked = Records(), Records()
        for patient_id in sorted(set(patients) & self.patients):
            path = self._path(patient_id)
            if not path.is_file():
                continue
            try:
                saved = json.loads(path.read_text(encoding="utf-8"))
                pair = from_json(Records, saved["read"]), from_json(Records, saved["linked"])
            except (ValueError, TypeError, LookupError) as error:
                logger.warning("the record of inputs %s is damaged (%s): passed over", path.name, error)
                continue
            read, linked = read.joined(pair[0]), linked.joined(pair[1])
        return read, linked

    def keep(self, manifest: Manifest) -> None:
        """Remember what is known now of the patients of a manifest."""
        linked = Records(manifest.series, manifest.masks, manifest.doses)
        for patient_id in manifest.patient_ids:
            saved = {
                "patient_id": patient_id,
                "read": to_json(manifest.read.of_patient(patient_id)),
                "linked": to_json(linked.of_patient(patient_id)),
            }
            path = self._path(patient_id)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, json.dumps(saved))

    def _path(self, patient_id: str) -> Path:
        name = hashlib.sha256(patient_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self.cohort / ".oncometry" / "records" / f"{name}.json"
