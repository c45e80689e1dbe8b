"""Features under perturbations of image and mask, as their robustness is told from."""

from __future__ import annotations

from oncometry.features.perturbation.draws import Perturbation, perturbations
from oncometry.features.perturbation.extract_perturbed import PerturbedVectors, extract_perturbed
from oncometry.features.perturbation.spec import (
    PERTURBATIONS,
    PerturbationSpec,
    perturbation_named,
    perturbation_of,
)

__all__ = [
    "PERTURBATIONS",
    "Perturbation",
    "PerturbationSpec",
    "PerturbedVectors",
    "extract_perturbed",
    "perturbation_named",
    "perturbation_of",
    "perturbations",
]
