"""Relaxation times and proton densities of head tissues and of glioma, at 1.5 T.

Normal tissue: T1 Rooney 2007 (doi:10.1002/mrm.21122), T2 Stanisz 2005 (doi:10.1002/mrm.20605), water
content Whittall 1997 (doi:10.1002/mrm.1910370107). Tumor: rounded from the ranges that quantitative
imaging of malignant glioma gives (Blystad 2020, doi:10.1038/s41598-020-75105-6). Tissue outside the
brain is plausible, not measured: nothing is concluded from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["RELAXATION", "Relaxation", "Tissue"]


class Tissue(StrEnum):
    """What a voxel may hold."""

    WHITE_MATTER = "white matter"
    GRAY_MATTER = "gray matter"
    CSF = "cerebrospinal fluid"
    FAT = "fat"
    BONE = "bone"
    SOFT_TISSUE = "soft tissue"
    EDEMA = "edema"
    ENHANCING = "enhancing tumor"
    NECROSIS = "necrosis"


@dataclass(frozen=True)
class Relaxation:
    """T1 and T2 in ms; proton density relative to water, 0..1."""

    t1_ms: float
    t2_ms: float
    proton_density: float


RELAXATION = {
    Tissue.WHITE_MATTER: Relaxation(656.0, 72.0, 0.70),
    Tissue.GRAY_MATTER: Relaxation(1188.0, 95.0, 0.82),
    Tissue.CSF: Relaxation(4300.0, 2000.0, 1.00),
    Tissue.FAT: Relaxation(290.0, 60.0, 0.80),
    Tissue.BONE: Relaxation(400.0, 20.0, 0.10),
    Tissue.SOFT_TISSUE: Relaxation(950.0, 45.0, 0.70),
    Tissue.EDEMA: Relaxation(1250.0, 165.0, 0.90),
    Tissue.ENHANCING: Relaxation(1400.0, 130.0, 0.86),
    Tissue.NECROSIS: Relaxation(2800.0, 350.0, 0.96),
}
