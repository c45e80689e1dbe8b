"""The clinical sheet that goes with what the tumors did: one row a visit.

Consistent with the truth: response follows the enhancing volume by the volumetric thresholds of
RANO 2.0 (Wen 2023, doi:10.1200/JCO.23.01059: -65 %, +40 % above nadir), steroids follow the edema,
survival (Weibull) follows age, markers and the last volume, the grade of toxicity treatment and age: at the
first visit, before treatment, it is that of observation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from oncometry.core import Compartment
from oncometry.synthesis.course import OBSERVATION, PatientCourse
from oncometry.synthesis.profile import PatientProfile
from oncometry.synthesis.truth import TruthRow

__all__ = ["ORIGIN", "ClinicalVisit", "clinical_visits", "screening_failure"]

ORIGIN = "synthetic (Oncometry demo)"
REGIMENS = {
    "radiotherapy": "radiotherapy 60 Gy in 30 fractions with temozolomide",
    "temozolomide": "temozolomide",
    "bevacizumab": "bevacizumab",
    OBSERVATION: OBSERVATION,
}
TOXICITIES = {
    "radiotherapy": ("Fatigue", "Dermatitis radiation", "Headache"),
    "temozolomide": ("Platelet count decreased", "Nausea", "Fatigue"),
    "bevacizumab": ("Hypertension", "Proteinuria", "Fatigue"),
    OBSERVATION: ("Headache", "Fatigue", "Insomnia"),
}


GRADES = {
    "radiotherapy": (0.15, 0.40, 0.30, 0.15),
    "temozolomide": (0.20, 0.40, 0.28, 0.12),
    "bevacizumab": (0.30, 0.40, 0.22, 0.08),
    OBSERVATION: (0.60, 0.30, 0.08, 0.02),
}
"""How often grades 0 to 3 are at the age of 60."""
GRADE_PER_DECADE = 0.25
"""Log odds of a grade against the one below it, for each ten years of age."""


@dataclass(frozen=True)
class ClinicalVisit:
    """One row of the sheet; the names of the fields are its header."""

    origin: str
    patient_id: str
    visit: int
    date: str
    age_years: int
    sex: str
    diagnosis: str
    idh: str
    mgmt: str
    treatment: str
    treatment_start: str
    dexamethasone_mg_per_day: float
    response: str
    overall_survival_days: int
    death_observed: int
    toxicity_term: str
    toxicity_grade: int
    ctcae_version: str

    def cells(self) -> list[str | int | float]:
        """Values in the order of the fields."""
        return [getattr(self, f.name) for f in fields(self)]


def clinical_visits(
    plan: PatientCourse, profile: PatientProfile, rows: Sequence[TruthRow], rng: np.random.Generator
) -> list[ClinicalVisit]:
    """One row for each visit of a patient."""
    visits = range(1, len(plan.visits) + 1)
    enhancing = [_total(rows, visit, Compartment.ENHANCING) for visit in visits]
    edema = [_total(rows, visit, Compartment.EDEMA) for visit in visits]
    survival, died = _survival(plan, profile, enhancing[-1], rng)
    sheet = []
    for visit in visits:
        under = _treated_by(plan, visit)
        term = TOXICITIES[under][int(rng.integers(3))]
        sheet.append(
            ClinicalVisit(
                origin=ORIGIN,
                patient_id=plan.patient_id,
                visit=visit,
                date=plan.visits[visit - 1].isoformat(),
                age_years=profile.age_years,
                sex=profile.sex,
                diagnosis=profile.diagnosis,
                idh=profile.idh,
                mgmt=profile.mgmt,
                treatment=REGIMENS[plan.course.treatment],
                treatment_start=plan.treatment_start.isoformat() if plan.treatment_start else "",
                dexamethasone_mg_per_day=_dexamethasone(edema[visit - 1]),
                response=_response(enhancing, visit, _is_new(rows, visit)),
                overall_survival_days=survival,
                death_observed=int(died),
                toxicity_term=term,
                toxicity_grade=_grade(under, profile.age_years, rng),
                ctcae_version="5.0",
            )
        )
    return sheet


def _treated_by(plan: PatientCourse, visit: int) -> str:
    """What a patient is treated by on the day of a visit."""
    start = plan.treatment_start
    return OBSERVATION if start is None or plan.visits[visit - 1] <= start else plan.course.treatment


def _grade(treatment: str, age_years: int, rng: np.random.Generator) -> int:
    """Of the worst toxicity at a visit, 0 to 3."""
    odds = np.array(GRADES[treatment]) * np.exp(GRADE_PER_DECADE * (age_years - 60) / 10 * np.arange(4))
    return int(rng.choice(4, p=odds / odds.sum()))


def screening_failure() -> ClinicalVisit:
    """The one row that matches no scan: a patient who was never imaged."""
    return ClinicalVisit(
        ORIGIN,
        "DEMO-999",
        1,
        "2021-03-15",
        58,
        "F",
        "glioblastoma, IDH-wildtype",
        "wildtype",
        "unmethylated",
        "screening failure",
        "",
        4.0,
        "NE",
        210,
        1,
        "Headache",
        1,
        "5.0",
    )


def _total(rows: Sequence[TruthRow], visit: int, compartment: Compartment) -> float:
    """ml over all lesions of a visit."""
    return sum(r.volume_ml for r in rows if r.timepoint == visit and r.compartment == compartment)


def _is_new(rows: Sequence[TruthRow], visit: int) -> bool:
    return any(r.timepoint == visit and r.event == "appeared" for r in rows)


def _response(enhancing_ml: Sequence[float], visit: int, new: bool) -> str:
    """Investigator's response; none at the first visit."""
    if visit == 1:
        return ""
    now, baseline, nadir = enhancing_ml[visit - 1], enhancing_ml[0], min(enhancing_ml[: visit - 1])
    if new or now > 1.40 * nadir + 0.1:
        return "PD"
    if now == 0:
        return "CR"
    return "PR" if now <= 0.35 * baseline else "SD"


def _dexamethasone(edema_ml: float) -> float:
    """mg per day, in the steps that are prescribed."""
    steps = ((80.0, 8.0), (45.0, 4.0), (20.0, 2.0))
    return next((dose for above, dose in steps if edema_ml > above), 0.0)


def _survival(
    plan: PatientCourse, profile: PatientProfile, last_ml: float, rng: np.random.Generator
) -> tuple[int, bool]:
    """Days from the first visit to death or to the end of follow-up, and whether death was seen."""
    risk = 0.03 * (profile.age_years - 60) + 0.35 * np.log1p(last_ml / 5)
    risk -= 0.9 * (profile.idh == "mutant") + 0.5 * (profile.mgmt == "methylated")
    scale = 650.0 * np.exp(-risk / 1.5)
    death = plan.days[-1] + 14 + scale * rng.weibull(1.5)
    followed = plan.days[-1] + rng.uniform(200, 1100)
    return round(min(death, followed)), bool(death <= followed)
