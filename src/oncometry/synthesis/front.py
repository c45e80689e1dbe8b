"""The growth model in its volume form: a sphere whose front moves at the model's speed.

The enhancing front obeys dr/dt = 2 sqrt(D |rho - kappa|), signed (`growth.front_speed`); edema
reaches beyond it by the width of the wave, some 6 sqrt(D / rho) between the levels 0.8 and 0.16;
necrosis is what lies deeper than the viable rim. For many patients without images.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import Compartment
from oncometry.synthesis.course import LesionScript, PatientCourse
from oncometry.synthesis.growth import Tumor, front_speed
from oncometry.synthesis.profile import PatientProfile
from oncometry.synthesis.truth import TruthRow

__all__ = ["front_truth"]

LEAD_DAYS = 120
WAVE = 6.1
TISSUE_SPEED = 0.7
SMALLEST_MM = 2.0


@dataclass(frozen=True)
class _Shape:
    """An ellipsoid of unit volume ratio: `long` x `middle` x 1 / (long middle); rim in mm."""

    long: float
    middle: float
    rim_mm: float


def front_truth(plan: PatientCourse, profile: PatientProfile, rng: np.random.Generator) -> list[TruthRow]:
    """Rows of one patient: radius of each lesion at each visit, as volumes and diameters."""
    tumor = replace(
        plan.tumor, proliferation_per_day=plan.tumor.proliferation_per_day * profile.growth_factor
    )
    rows = []
    for number, script in enumerate(plan.course.lesions, start=1):
        shape = _Shape(
            float(rng.uniform(1.0, 1.35)), float(rng.uniform(0.9, 1.05)), float(rng.uniform(3, 5.5))
        )
        start = script.radius_mm * float(rng.uniform(0.8, 1.2))
        radii = _radii(plan, script, tumor, profile.kill_factor, start)
        for visit, radius in enumerate(radii, start=1):
            rows += _rows(plan, visit, f"L{number}", _parts(script, visit), (radius, tumor, shape))
    return rows


def _radii(
    plan: PatientCourse, script: LesionScript, tumor: Tumor, kill_factor: float, start_mm: float
) -> list[float]:
    """Enhancing radius in mm at each visit; 0 once it has gone."""
    speed = TISSUE_SPEED * front_speed(tumor, 0.0)
    radius = 0.0 if script.onset else start_mm + speed * LEAD_DAYS
    radii = [radius]
    for visit, days in enumerate(np.diff(plan.days), start=1):
        radius = start_mm if visit == script.onset else radius
        moved = TISSUE_SPEED * front_speed(tumor, script.kill_after(visit) * kill_factor) * int(days)
        radius = max(radius + moved, 0.0) if radius > 0 else 0.0
        radius = radius if radius >= SMALLEST_MM else 0.0
        radii.append(radius)
    return radii


def _parts(script: LesionScript, visit: int) -> tuple[str, ...]:
    return ("a", "b") if script.event == "split" and visit > 2 else ("",)


def _rows(
    plan: PatientCourse, visit: int, lesion: str, parts: tuple[str, ...], state: tuple[float, Tumor, _Shape]
) -> list[TruthRow]:
    radius, tumor, shape = state
    day, when = plan.days[visit - 1], plan.visits[visit - 1].isoformat()
    if radius == 0:
        parts = ("",)
    each = radius / len(parts) ** (1 / 3)
    width = WAVE * np.sqrt(tumor.diffusion_mm2_per_day / tumor.proliferation_per_day) if each else 0.0
    radii = {
        Compartment.WHOLE: (each + width, 0.0),
        Compartment.CORE: (each, 0.0),
        Compartment.ENHANCING: (each, max(each - shape.rim_mm, 0.0)),
        Compartment.NECROSIS: (max(each - shape.rim_mm, 0.0), 0.0),
        Compartment.EDEMA: (each + width, each),
    }
    status = "present" if each else "absent"
    rows = []
    for part in parts:
        for compartment, (outer, inner) in radii.items():
            volume = 4 / 3 * np.pi * (outer**3 - inner**3) / 1000
            row = TruthRow(
                plan.patient_id, visit, when, day, lesion, part, compartment.value, status, "", volume, volume
            )
            rows.append(_with_ellipse(row, outer, shape))
    return rows


def _with_ellipse(row: TruthRow, radius_mm: float, shape: _Shape) -> TruthRow:
    if radius_mm == 0 or row.compartment in (Compartment.NECROSIS, Compartment.EDEMA):
        return row
    longest = 2 * radius_mm * max(shape.long, shape.middle)
    across = 2 * radius_mm * min(shape.long, shape.middle)
    return replace(row, longest_diameter_mm=longest, perpendicular_mm=across)
