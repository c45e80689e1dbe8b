"""The cohort on disk: which folder is whose, and the files that describe it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from oncometry.io import BIDS_IGNORED, cohort_description, participants_table, subject_label, write_text
from oncometry.io.manifest import Manifest
from oncometry.store import Store

__all__ = ["assign_subjects", "write_description"]


def assign_subjects(store: Store, manifest: Manifest) -> dict[str, str]:
    """Patient id -> BIDS subject label; a patient keeps the label given in an earlier run."""
    known = store.table("patients").dropna(subset=["subject"])
    taken: dict[str, str] = dict(zip(known["patient_id"], known["subject"], strict=True))
    for patient_id in manifest.patient_ids:
        if patient_id not in taken:
            taken[patient_id] = subject_label(patient_id, taken)
    return taken


def write_description(cohort: Path, manifest: Manifest, subjects: Mapping[str, str], store: Store) -> None:
    """What makes the folder a BIDS derivative: its description, its participants, what BIDS has no place for."""
    synthetic = bool(store.table("patients")["synthetic"].any())
    write_text(cohort / "dataset_description.json", cohort_description(manifest, synthetic=synthetic))
    write_text(cohort / "participants.tsv", participants_table(subjects))
    write_text(cohort / ".bidsignore", BIDS_IGNORED)
