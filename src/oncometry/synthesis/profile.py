"""Who the made patient is: age, sex and the two molecular markers that matter most in glioma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["PatientProfile", "draw_profile"]


@dataclass(frozen=True)
class PatientProfile:
    """Baseline characteristics; markers as 'mutant' / 'wildtype', 'methylated' / 'unmethylated'."""

    age_years: int
    sex: str
    idh: str
    mgmt: str

    @property
    def diagnosis(self) -> str:
        """WHO 2021 name that goes with the marker."""
        wild = self.idh == "wildtype"
        return "glioblastoma, IDH-wildtype" if wild else "astrocytoma, IDH-mutant, grade 4"

    @property
    def growth_factor(self) -> float:
        """IDH-mutant tumors proliferate more slowly."""
        return 1.0 if self.idh == "wildtype" else 0.7

    @property
    def kill_factor(self) -> float:
        """Methylated MGMT promoter: treatment works better (Hegi 2005, doi:10.1056/NEJMoa043331)."""
        return 1.25 if self.mgmt == "methylated" else 0.9


def draw_profile(rng: np.random.Generator) -> PatientProfile:
    """Frequencies roughly those of grade 4 glioma in adults."""
    mutant = bool(rng.random() < 0.15)
    age = int(np.clip(rng.normal(42 if mutant else 61, 9), 21, 84))
    sex = "M" if rng.random() < 0.58 else "F"
    methylated = rng.random() < (0.75 if mutant else 0.42)
    return PatientProfile(
        age, sex, "mutant" if mutant else "wildtype", "methylated" if methylated else "unmethylated"
    )
