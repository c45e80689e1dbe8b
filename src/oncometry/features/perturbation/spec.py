"""Which perturbations of image and mask features are computed under, frozen and hashed.

Source: Zwanenburg et al., Assessing robustness of radiomic features by image perturbation,
doi:10.1038/s41598-018-36938-4: rotation (R), noise (N), translation (T), change of volume (V), randomized contours (C).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from oncometry.core.errors import Code, SettingsError
from oncometry.core.faults import told_faults
from oncometry.features.spec import HashedSettings

__all__ = ["PERTURBATIONS", "PerturbationSpec", "perturbation_named", "perturbation_of"]

MOST = 1000

Angle = Annotated[float, Field(ge=-180, le=180)]
Part = Annotated[float, Field(ge=0, lt=1)]
Growth = Annotated[float, Field(gt=-1, le=1)]


class PerturbationSpec(HashedSettings):
    """Each combination of what is named is one perturbation; what is not named is left as it is."""

    name: str = Field("own", description="What the chain is called.")
    rotations_deg: tuple[Angle, ...] = Field((), description="Of the grid within its slices.")
    translations: tuple[Part, ...] = Field(
        (), description="Parts of a voxel; each axis takes each of them, the slice axis only in 3-D."
    )
    noise_repetitions: int = Field(0, ge=0, description="Noise as strong as the image's own, drawn so often.")
    volume_fractions: tuple[Growth, ...] = Field(
        (), description="By which part of its volume the region grows; a negative one shrinks it."
    )
    contour_repetitions: int = Field(0, ge=0, description="The contour is randomized so often.")
    seed: int = Field(0, ge=0, description="Of all that is drawn, with the image's hash.")

    @model_validator(mode="after")
    def _asks_for_something(self) -> PerturbationSpec:
        asked = (self.rotations_deg, self.translations, self.volume_fractions)
        if any(len(set(values)) < len(values) for values in asked):
            raise ValueError("an amount is named twice.")
        count = math.prod(max(n, 1) for n in self._counts)
        if not any(self._counts):
            raise ValueError("nothing is perturbed.")
        if count > MOST:
            raise ValueError(f"{count} combinations are asked for; at most {MOST} are computed.")
        return self

    @property
    def _counts(self) -> tuple[int, ...]:
        return (
            len(self.rotations_deg),
            len(self.translations) ** 3,
            self.noise_repetitions,
            len(self.volume_fractions),
            self.contour_repetitions,
        )


_SPECS = (
    PerturbationSpec(
        name="ntcv",
        translations=(0.25, 0.75),
        noise_repetitions=1,
        volume_fractions=(-0.2, 0.0, 0.2),
        contour_repetitions=1,
    ),
    PerturbationSpec(
        name="rncv",
        rotations_deg=(-5.0, 5.0),
        noise_repetitions=1,
        volume_fractions=(-0.15, 0.15),
        contour_repetitions=1,
    ),
)

PERTURBATIONS: Mapping[str, PerturbationSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
"""Name -> spec: the paper's best chain (24 perturbations in 3-D), and one of 4. The amounts are ours."""


def perturbation_named(name: str) -> PerturbationSpec:
    """A named spec.

    Raises:
        SettingsError: `SETTINGS`, there is none of that name.
    """
    if name not in PERTURBATIONS:
        raise SettingsError(
            Code.SETTINGS, f"there is no perturbation {name!r}; there are {', '.join(PERTURBATIONS)}."
        )
    return PERTURBATIONS[name]


def perturbation_of(data: Mapping[str, Any]) -> PerturbationSpec:
    """The spec that a file's content asks for.

    Raises:
        SettingsError: `SETTINGS`, the field, the value that came and what is allowed.
    """
    try:
        return PerturbationSpec.model_validate(data)
    except ValidationError as error:
        told, advice = told_faults(error, PerturbationSpec)
        raise SettingsError(
            Code.SETTINGS,
            f"{told}.",
            advice=advice or "docs/concepts/feature-reliability.md shows the fields of a perturbation.",
        ) from error
