"""What becomes of a patient: the script of treatment, response and visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from oncometry.synthesis.growth import Tumor

__all__ = ["COURSES", "OBSERVATION", "Course", "LesionScript", "PatientCourse", "draw_course"]

OBSERVATION = "observation"
STARTS_WITHIN = (3, 15)
"""Days from the first visit to the start of treatment: from, and before."""


@dataclass(frozen=True)
class LesionScript:
    """One lesion of a course.

    Attributes:
        event: 'growth', 'response', 'regrowth', 'stable', 'split', 'vanish' or 'appear'.
        kills: treatment relative to proliferation after each visit (the last one goes on):
            0 untreated, 1 stalled, above it shrinks.
        radius_mm: of the seed, `LEAD_DAYS` before the first visit (or at onset).
        foci: number of seeds that grow together.
        onset: visit after which it begins; 0 is before the first.
    """

    event: str
    kills: tuple[float, ...]
    radius_mm: float
    foci: int = 1
    onset: int = 0

    def kill_after(self, visit: int) -> float:
        """Treatment between visit number `visit` (1, 2 ...) and the next."""
        return self.kills[min(visit, len(self.kills)) - 1]


@dataclass(frozen=True)
class Course:
    """A named script: its lesions, and the treatment that a clinician would call it."""

    name: str
    lesions: tuple[LesionScript, ...]
    treatment: str


COURSES = (
    Course(
        "split",
        (
            LesionScript("split", (1.60, 1.20, 0.0), 8.0, foci=2),
            LesionScript("vanish", (1.7, 5.0, 5.0), 5.0),
        ),
        "radiotherapy",
    ),
    Course(
        "progression",
        (LesionScript("growth", (0.2, 0.0), 11.0), LesionScript("appear", (0.0, 0.0), 5.0, onset=1)),
        "temozolomide",
    ),
    Course(
        "regrowth",
        (LesionScript("regrowth", (1.7, 0.0, 0.0), 9.0), LesionScript("stable", (0.9, 1.0), 6.0)),
        "bevacizumab",
    ),
    Course("response", (LesionScript("response", (1.6, 1.5, 1.3), 11.0),), "radiotherapy"),
    Course("growth", (LesionScript("growth", (0.1, 0.0), 8.0),), OBSERVATION),
    Course(
        "multifocal",
        (LesionScript("response", (1.6, 1.2), 9.0), LesionScript("growth", (0.4, 0.2), 6.0)),
        "temozolomide",
    ),
)


@dataclass(frozen=True)
class PatientCourse:
    """A patient's drawn course.

    Attributes:
        patient_id: 'DEMO-001'.
        visits: dates of the studies; `days` since the first.
        tumor: growth rates.
        treatment_start: days after the first visit and long before the second; None under observation. Growth, which
            is simulated between visits, is slowed from the first on.
    """

    patient_id: str
    course: Course
    visits: tuple[date, ...]
    tumor: Tumor
    treatment_start: date | None

    @property
    def days(self) -> tuple[int, ...]:
        """Days since the first visit."""
        return tuple((visit - self.visits[0]).days for visit in self.visits)


def draw_course(number: int, dates: int, seed: int) -> PatientCourse:
    """The course of patient `number` (1, 2 ...): the six courses come in turn."""
    rng = np.random.default_rng([seed, number, 1])
    first = date(2021, 1, 11) + timedelta(days=int(rng.integers(0, 700)))
    visits = [first]
    for _ in range(dates - 1):
        visits.append(visits[-1] + timedelta(days=int(rng.integers(56, 91))))
    tumor = Tumor(float(rng.uniform(0.034, 0.046)), float(rng.uniform(0.030, 0.040)))
    course = COURSES[(number - 1) % len(COURSES)]
    start = first + timedelta(days=int(rng.integers(*STARTS_WITHIN)))
    given = None if course.treatment == OBSERVATION else start
    return PatientCourse(f"DEMO-{number:03d}", course, tuple(visits), tumor, given)
