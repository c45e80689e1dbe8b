"""Results of the rooms to rows, inside one transaction."""

from oncometry.store.writing.clinical import write_clinical
from oncometry.store.writing.manifest import write_manifest
from oncometry.store.writing.patient import write_failure, write_patient
from oncometry.store.writing.reliability import write_reliability
from oncometry.store.writing.transaction import Writing

__all__ = [
    "Writing",
    "write_clinical",
    "write_failure",
    "write_manifest",
    "write_patient",
    "write_reliability",
]
