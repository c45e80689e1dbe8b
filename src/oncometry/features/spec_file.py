"""The content of a spec file, or a profile's name, as a spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from oncometry.core.errors import Code, SettingsError
from oncometry.core.faults import told_faults
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.profiles import DEFAULT_PROFILE, PROFILES
from oncometry.features.pyradiomics_parameters import is_parameter_file, spec_of_parameters
from oncometry.features.pyradiomics_spec import PyradiomicsSpec
from oncometry.features.spec import FeatureSpec

__all__ = ["profile_named", "spec_of"]


def profile_named(name: str) -> FeatureSpec:
    """The spec of a profile.

    Raises:
        SettingsError: `SETTINGS`, there is no such profile.
    """
    if name not in PROFILES:
        raise SettingsError(Code.SETTINGS, f"there is no profile {name!r}; there are {', '.join(PROFILES)}.")
    return PROFILES[name]


def spec_of(data: Mapping[str, Any]) -> FeatureSpec:
    """The spec that a file's content asks for: a PyRadiomics parameter file as it is, or our own fields.

    Our own file changes a profile, by default `ibsi`: a field that is given replaces the profile's whole field.
    `intensity` without `intensity_by_unit` is for images of every unit.

    Raises:
        SettingsError: `SETTINGS`, the field, the value that came and what is allowed.
    """
    changes = dict(data)
    name = changes.pop("profile", None)
    base = profile_named(str(name or DEFAULT_PROFILE))
    if isinstance(base, PyradiomicsSpec) or (name is None and is_parameter_file(changes)):
        return spec_of_parameters(changes)
    if "intensity" in changes:
        changes.setdefault("intensity_by_unit", {})
    try:
        return IbsiSpec.model_validate(base.model_dump(mode="json") | changes)
    except ValidationError as error:
        told, advice = told_faults(error, IbsiSpec)
        raise SettingsError(
            Code.SETTINGS,
            f"{told}.",
            advice=advice or "docs/how-to/extract-features.md shows the fields of a spec.",
        ) from error
