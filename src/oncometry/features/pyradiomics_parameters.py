"""PyRadiomics parameter files, as they are: sections `imageType`, `featureClass`, `setting`, `voxelSetting`.

Source: PyRadiomics 3.1, documentation chapter 'Customizing the Extraction', section 'Parameter File'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from oncometry.core.errors import Code, SettingsError
from oncometry.core.faults import told_faults
from oncometry.features.map_settings import MapSettings
from oncometry.features.pyradiomics_spec import Interpolator, PyradiomicsSpec

__all__ = ["SECTIONS", "is_parameter_file", "map_settings_of_parameters", "spec_of_parameters"]

SECTIONS = ("imageType", "featureClass", "setting", "voxelSetting")

_NO_EFFECT = frozenset({"additionalInfo", "enableCExtensions", "verbose", "geometryTolerance", "correctMask"})
"""Settings that change how PyRadiomics works or what it accepts, never a value."""

_VOXEL_SETTINGS = {"kernelRadius": "radius", "maskedKernel": "masked", "initValue": "outside"}
_BATCH = "voxelBatch"  # of its memory alone

_INTERPOLATORS = get_args(Interpolator)
"""Names of SimpleITK's numbers 1 to 10, by which a file may give the interpolator."""


def is_parameter_file(data: Mapping[str, Any]) -> bool:
    """Whether it has the sections of a PyRadiomics parameter file."""
    return bool(data) and all(name in SECTIONS for name in data)


def spec_of_parameters(data: Mapping[str, Any]) -> PyradiomicsSpec:
    """The spec of a parameter file's content; settings of an image type win over those of `setting`.

    `voxelSetting` is for maps and decides no value of a region: see `map_settings_of_parameters`.

    Raises:
        SettingsError: `SETTINGS`: a section, setting, image type, class or value that PyRadiomics has not.
    """
    strange = [name for name in data if name not in SECTIONS]
    if strange:
        raise _wrong(f"section {strange[0]!r} is none of {', '.join(SECTIONS)}.")
    shared = _setting(_section(data, "setting"))
    image_types = _section(data, "imageType") or {"Original": {}}
    own = {name: _setting(_section(image_types, name)) for name in image_types}
    content: dict[str, Any] = {"setting": shared}
    classes = _section(data, "featureClass")
    if classes:
        content["featureClass"] = {name: names or None for name, names in classes.items()}
    try:
        return PyradiomicsSpec.model_validate(
            content | {"imageType": {n: shared | of for n, of in own.items()}}
        )
    except ValidationError as error:
        raise _wrong(f"{_told(error, content | {'imageType': own})}.") from error


def _told(error: ValidationError, written: Mapping[str, Any]) -> str:
    """All that does not hold, each where it is written: what is shared is not told again of each image type."""
    try:
        PyradiomicsSpec.model_validate(written)
    except ValidationError as found:
        if any(fault["loc"] for fault in found.errors()):
            return told_faults(found, PyradiomicsSpec)[0]
    return told_faults(error, PyradiomicsSpec)[0]


def map_settings_of_parameters(data: Mapping[str, Any]) -> MapSettings:
    """The section `voxelSetting` of a parameter file's content.

    Raises:
        SettingsError: `SETTINGS`: a setting or value that PyRadiomics has not.
    """
    given = _section(data, "voxelSetting")
    given.pop(_BATCH, None)
    strange = [name for name in given if name not in _VOXEL_SETTINGS]
    if strange:
        raise _wrong(f"voxelSetting.{strange[0]}: there is no such setting.")
    try:
        return MapSettings.model_validate({_VOXEL_SETTINGS[name]: value for name, value in given.items()})
    except ValidationError as error:
        raise _wrong(f"voxelSetting: {told_faults(error, MapSettings)[0]}.") from error


def _section(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name) or {}
    if not isinstance(found, Mapping):
        raise _wrong(f"section {name!r} must hold names with values, got {found!r}.")
    return dict(found)


def _setting(given: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in given.items() if name not in _NO_EFFECT}
    if kept.pop("label_channel", 0) != 0:
        raise _wrong(f"label_channel {given['label_channel']!r}: masks have one channel, number 0.")
    number = kept.get("interpolator")
    if isinstance(number, int) and 1 <= number <= len(_INTERPOLATORS):
        kept["interpolator"] = _INTERPOLATORS[number - 1]
    return kept


def _wrong(what: str) -> SettingsError:
    return SettingsError(
        Code.SETTINGS,
        f"PyRadiomics parameters: {what}",
        advice="See PyRadiomics' documentation of parameter files.",
    )
