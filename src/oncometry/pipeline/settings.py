"""All settings of a run: each verb's stand beside the verb; here they are only composed.

Parsed once at the door from YAML, TOML or nothing, frozen, and written beside every result.
The JSON Schema is published as `docs/settings.schema.json`.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from oncometry.core import Code, SettingsError
from oncometry.io.settings import CurateSettings
from oncometry.measurement.settings import MeasurementSettings
from oncometry.preprocessing.settings import PreprocessingSettings

__all__ = ["ClinicalSettings", "Settings", "load_settings", "settings_schema"]


class ClinicalSettings(BaseModel):
    """How the clinical sheet is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Column of the sheet -> what it is (patient_id, date, day, response ...); it wins over recognition by name.",
    )


class Settings(BaseModel):
    """Settings of `oncometry run`."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Oncometry settings")

    curate: CurateSettings = CurateSettings()
    preprocessing: PreprocessingSettings = PreprocessingSettings()
    measurement: MeasurementSettings = MeasurementSettings()
    clinical: ClinicalSettings = ClinicalSettings()

    def changed(self, sections: dict[str, dict[str, Any]]) -> Settings:
        """The same settings with some fields of some sections replaced, validated again.

        Raises:
            SettingsError: `SETTINGS`.
        """
        data = self.model_dump()
        for section, fields in sections.items():
            data[section] |= fields
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
        raise SettingsError(Code.SETTINGS, "there is no such configuration file.", path=path)
    data = _parse(path)
    if not isinstance(data, dict):
        raise SettingsError(
            Code.SETTINGS, f"a configuration holds named sections, got {type(data).__name__}.", path=path
        )
    return _validated(data, path)


def _validated(data: dict[str, Any], path: Path | None) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, SettingsError):
            raise SettingsError(
                cause.code, f"{field}: {cause.what}", path=path, advice=cause.advice
            ) from error
        raise SettingsError(
            Code.SETTINGS,
            f"{field}: {first['msg'].lower()}, got {first['input']!r}.",
            path=path,
            advice="See `oncometry config show --schema`.",
        ) from error


def _parse(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix.lower() == ".toml":
            return tomllib.loads(text)
        if path.suffix.lower() == ".json":
            return json.loads(text)
        return yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise SettingsError(
            Code.SETTINGS, f"the configuration cannot be parsed: {error}.", path=path
        ) from error
