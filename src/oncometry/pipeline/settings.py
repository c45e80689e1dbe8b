"""All settings of a run: each verb's stand beside the verb; here they are only composed.

Parsed once at the door from YAML, TOML or nothing, frozen, and written beside every result.
The JSON Schema is published as `docs/settings.schema.json`.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from oncometry.core import Code, SettingsError
from oncometry.core.faults import told_faults
from oncometry.dose.settings import DoseSettings
from oncometry.features import (
    FeatureSpec,
    MapSettings,
    check_maps,
    map_settings_of_parameters,
    profile_named,
    spec_of,
)
from oncometry.features.perturbation import PerturbationSpec, perturbation_named, perturbation_of
from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption
from oncometry.io.settings import CurateSettings
from oncometry.measurement.settings import MeasurementSettings
from oncometry.pipeline.settings_file import read_settings_file
from oncometry.preprocessing.settings import PreprocessingSettings
from oncometry.response import OutcomeSettings, criterion_named
from oncometry.response.uncertainty import UncertaintySettings
from oncometry.segmentation.settings import SegmentationSettings

__all__ = [
    "ClinicalSettings",
    "FeatureSettings",
    "ResponseSettings",
    "Settings",
    "load_settings",
    "settings_schema",
]

NO_FEATURES = "none"


class ClinicalSettings(BaseModel):
    """How the clinical sheet is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Column of the sheet -> what it is (patient_id, date, day, response ...); it wins over recognition by name.",
    )


class FeatureSettings(BaseModel):
    """What features are computed of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str = Field(
        "ibsi",
        description="Conventions that the values follow: 'ibsi', 'pyradiomics' ...; 'none' computes none.",
    )
    spec: dict[str, Any] = Field(
        default_factory=dict,
        description="What differs from the profile, as in a file of `oncometry features --spec`; for 'pyradiomics' a "
        "parameter file as it is.",
    )
    perturbation: str | dict[str, Any] | None = Field(
        None,
        description="What image and mask are perturbed by, to tell how far each feature can be relied on: 'ntcv', 'rncv', or "
        "the fields of a perturbation; null does not.",
    )
    deep: str | None = Field(
        None,
        description="Deep features: the activations of this network's encoder, by name or path, as a family of their own; "
        "null computes none.",
    )
    maps: MapSettings | None = Field(
        None,
        description="Features written as images too, one for each lesion, image and filter; null writes none. What it "
        "leaves open the section voxelSetting of a PyRadiomics spec says.",
    )

    @cached_property
    def chosen(self) -> FeatureSpec | None:
        """The spec; None where no features are asked."""
        if self.profile == NO_FEATURES:
            return None
        return spec_of({**self.spec, "profile": self.profile}) if self.spec else profile_named(self.profile)

    @cached_property
    def chosen_perturbation(self) -> PerturbationSpec | None:
        """None where nothing is perturbed."""
        asked = self.perturbation
        if asked is None:
            return None
        return perturbation_named(asked) if isinstance(asked, str) else perturbation_of(asked)

    @model_validator(mode="before")
    @classmethod
    def _takes_voxel_settings(cls, data: Any) -> Any:
        """What maps leave open is filled in now, so that settings that were written out say it too."""
        given = data if isinstance(data, dict) else {}
        maps, spec = given.get("maps"), given.get("spec")
        if not isinstance(maps, dict) or not isinstance(spec, dict):
            return data
        return given | {"maps": map_settings_of_parameters(spec).model_dump(exclude_unset=True) | maps}

    @model_validator(mode="after")
    def _is_understood(self) -> FeatureSettings:
        asked = {"spec": self.spec, "maps": self.maps, "perturbation": self.perturbation}
        strange = next((name for name, one in asked.items() if one), None)
        if self.profile == NO_FEATURES and strange is not None:
            raise ValueError(f"profile 'none' computes no features, yet {strange!r} is given")
        if self.chosen is not None and self.maps is not None:
            check_maps(self.chosen, self.maps)
        _ = self.chosen_perturbation
        return self


class ResponseSettings(BaseModel):
    """What response is called by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    criteria: tuple[str, ...] = Field(
        ("volumetric",),
        description="Names as `oncometry assess --criteria` takes them: recist-1.1, rano-2.0 ...; 'volumetric' where nothing "
        "tells the disease. Criteria that were once applied to a cohort go on being applied.",
    )
    uncertainty: UncertaintySettings = UncertaintySettings()
    confirmation_days: int | None = Field(
        None,
        ge=1,
        description="A best response of CR or PR must be seen again so many days later; null: as the criterion has it.",
    )
    minimum_sd_days: int | None = Field(
        None, ge=0, description="How many days stable disease must last; null: as the criterion has it."
    )

    def going_on(self, kept: ResponseSettings) -> ResponseSettings:
        """These settings, and where they state nothing those that a cohort kept."""
        stated = self.model_dump(exclude_unset=True)
        return ResponseSettings.model_validate(kept.model_dump() | stated)

    def outcome(self, usual: OutcomeSettings) -> OutcomeSettings:
        """What a best response asks for. `usual`: as the criterion has it."""
        confirmation = usual.confirmation_days if self.confirmation_days is None else self.confirmation_days
        minimum = usual.minimum_sd_days if self.minimum_sd_days is None else self.minimum_sd_days
        return OutcomeSettings(confirmation, minimum, usual.most_missed)

    @field_validator("criteria")
    @classmethod
    def _are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            criterion_named(name)
        return names


class Settings(BaseModel):
    """Settings of `oncometry run`."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Oncometry settings")

    curate: CurateSettings = CurateSettings()
    preprocessing: PreprocessingSettings = PreprocessingSettings()
    segmentation: SegmentationSettings = SegmentationSettings()
    measurement: MeasurementSettings = MeasurementSettings()
    features: FeatureSettings = FeatureSettings()
    dose: DoseSettings = DoseSettings()
    clinical: ClinicalSettings = ClinicalSettings()
    response: ResponseSettings = ResponseSettings()
    deidentify: DeidentifySettings = DeidentifySettings(
        options=frozenset((ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES, ProfileOption.CLEAN_DESCRIPTORS))
    )

    def changed(self, sections: dict[str, dict[str, Any]]) -> Settings:
        """The same settings with some fields of some sections replaced, validated again. What nobody stated stays so.

        Raises:
            SettingsError: `SETTINGS`.
        """
        data = self.model_dump(exclude_unset=True)
        for section, fields in sections.items():
            data[section] = data.get(section, {}) | fields
        return _validated(data, None)


def settings_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the configuration file."""
    schema = Settings.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def load_settings(path: Path | None) -> Settings:
    """Read a configuration file; defaults where there is none.

    Raises:
        SettingsError: `SETTINGS`: the file is not there, or a field, its value and what is allowed.
    """
    if path is None:
        return Settings()
    if not path.is_file():
        what = "it is a folder, not a" if path.is_dir() else "there is no such"
        raise SettingsError(Code.SETTINGS, f"{what} configuration file.", path=path)
    return _validated(read_settings_file(path), path)


def _validated(data: dict[str, Any], path: Path | None) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        told, advice = told_faults(error, Settings)
        raise SettingsError(
            Code.SETTINGS, f"{told}.", path=path, advice=advice or "See `oncometry config show --schema`."
        ) from error
