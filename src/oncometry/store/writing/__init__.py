"""Results of the rooms to rows, inside one transaction."""

from oncometry.store.writing.assessments import write_assessments
from oncometry.store.writing.clinical import write_clinical
from oncometry.store.writing.decisions import write_decision
from oncometry.store.writing.experiments import write_experiment
from oncometry.store.writing.growth import write_growth
from oncometry.store.writing.manifest import write_manifest
from oncometry.store.writing.patient import write_failure, write_patient
from oncometry.store.writing.people import write_people
from oncometry.store.writing.readings import write_readings
from oncometry.store.writing.reliability import write_reliability
from oncometry.store.writing.transaction import Writing

__all__ = [
    "Writing",
    "write_assessments",
    "write_clinical",
    "write_decision",
    "write_experiment",
    "write_failure",
    "write_growth",
    "write_manifest",
    "write_patient",
    "write_people",
    "write_readings",
    "write_reliability",
]
