"""One made patient, from anatomy to files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray
from oncometry.synthesis.acquisition import ScanGrid
from oncometry.synthesis.anatomy import Anatomy
from oncometry.synthesis.clinical import ClinicalVisit, clinical_visits
from oncometry.synthesis.course import PatientCourse, draw_course
from oncometry.synthesis.deformation import deform, draw_deformation
from oncometry.synthesis.front import front_truth
from oncometry.synthesis.head import head_anatomy
from oncometry.synthesis.lesion import LesionState, lesion_states
from oncometry.synthesis.model import draw_texture, healthy_signal
from oncometry.synthesis.placement import draw_seeds
from oncometry.synthesis.profile import PatientProfile, draw_profile
from oncometry.synthesis.settings import DemoSettings
from oncometry.synthesis.signal import PROTOCOL
from oncometry.synthesis.study import CLINICAL_MM, FULL_MM, Head, image_study
from oncometry.synthesis.study_files import WrittenStudy, write_study
from oncometry.synthesis.template import template_anatomy
from oncometry.synthesis.truth import TruthRow, with_events

__all__ = ["MadePatient", "make_imaged_patient", "make_tabled_patient"]

ROOM_MM = 24
SLICE_ROOM_MM = 4


@dataclass(frozen=True)
class MadePatient:
    """What the cohort's tables need of a patient, and how many files were written."""

    patient_id: str
    truth: tuple[TruthRow, ...]
    clinical: tuple[ClinicalVisit, ...]
    parameters: dict[str, object]
    studies: tuple[WrittenStudy, ...] = ()


def make_tabled_patient(number: int, settings: DemoSettings) -> MadePatient:
    """Patient `number` (1, 2 ...) by the volume form of the growth model: no images."""
    plan, profile, rng = _draw(number, settings)
    truth = with_events(front_truth(plan, profile, rng))
    clinical = clinical_visits(plan, profile, truth, rng)
    return MadePatient(plan.patient_id, truth, tuple(clinical), _parameters(plan, profile, None, ()))


def make_imaged_patient(number: int, settings: DemoSettings, folder: Path) -> MadePatient:
    """Patient `number` grown on anatomy, scanned at every visit and written under `folder`."""
    plan, profile, rng = _draw(number, settings)
    anatomy = _anatomy(settings, rng)
    seeds = draw_seeds(anatomy, tuple(script.foci for script in plan.course.lesions), rng)
    courses = [lesion_states(anatomy, plan, n, place, rng) for n, place in enumerate(seeds, start=1)]
    texture = draw_texture(anatomy, rng)
    head = Head(anatomy, texture, tuple(healthy_signal(anatomy, pulse, texture) for pulse in PROTOCOL))
    grid = _scan_grid(anatomy.geometry, settings.full)
    truth: list[TruthRow] = []
    studies = []
    for visit in range(1, len(plan.visits) + 1):
        states: list[LesionState] = [course[visit - 1] for course in courses]
        study = image_study(head, states, plan, visit, grid, settings.seed)
        studies.append(write_study(study, profile, number, folder))
        truth += study.truth
    told = with_events(truth)
    clinical = clinical_visits(plan, profile, told, rng)
    parameters = _parameters(plan, profile, anatomy, seeds)
    return MadePatient(plan.patient_id, told, tuple(clinical), parameters, tuple(studies))


def _draw(number: int, settings: DemoSettings) -> tuple[PatientCourse, PatientProfile, np.random.Generator]:
    rng = np.random.default_rng([settings.seed, number, 2])
    return draw_course(number, settings.dates, settings.seed), draw_profile(rng), rng


def _anatomy(settings: DemoSettings, rng: np.random.Generator) -> Anatomy:
    source = head_anatomy(settings.anatomy) if settings.anatomy else template_anatomy()
    return deform(source, draw_deformation(rng))


def _scan_grid(model: Geometry, full: bool) -> ScanGrid:
    """A field of view with room for the head however it lies, in-plane sizes even."""
    thickness = FULL_MM if full else CLINICAL_MM
    slices = round((model.shape[2] + SLICE_ROOM_MM) / thickness)
    return ScanGrid((model.shape[0] + ROOM_MM, model.shape[1] + ROOM_MM, slices), thickness)


def _parameters(
    plan: PatientCourse, profile: PatientProfile, anatomy: Anatomy | None, seeds: tuple[FloatArray, ...]
) -> dict[str, object]:
    """How the patient was made, for `truth.json`."""
    return {
        "patient_id": plan.patient_id,
        "course": plan.course.name,
        "treatment": plan.course.treatment,
        "treatment_start": plan.treatment_start.isoformat() if plan.treatment_start else None,
        "visits": [visit.isoformat() for visit in plan.visits],
        "growth": asdict(plan.tumor),
        "lesions": [
            {"lesion": f"L{n}", **asdict(script)} for n, script in enumerate(plan.course.lesions, start=1)
        ],
        "seeds_patient_lps_mm": [np.round(place, 2).tolist() for place in seeds],
        "profile": asdict(profile),
        "anatomy": anatomy.source if anatomy else None,
    }
