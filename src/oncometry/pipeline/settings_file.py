"""A configuration file as plain values: one reader for all of them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from oncometry.core import Code, SettingsError

__all__ = ["read_settings_file"]

PARSERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {".yaml": yaml.safe_load, ".yml": yaml.safe_load, ".toml": tomllib.loads, ".json": json.loads}
)


def read_settings_file(path: Path) -> dict[str, Any]:
    """What a YAML, TOML or JSON file holds, by its ending; nothing, where it is empty.

    Raises:
        SettingsError: `SETTINGS`, of another ending, not to be parsed, or without names.
    """
    kind = path.suffix.lower()
    if kind not in PARSERS:
        known = ", ".join(PARSERS)
        raise SettingsError(Code.SETTINGS, f"a configuration ends in {known}, not {kind!r}.", path=path)
    try:
        data = PARSERS[kind](path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, ValueError) as error:
        why = _place(error) if isinstance(error, yaml.MarkedYAMLError) else " ".join(str(error).split())
        raise SettingsError(
            Code.SETTINGS, f"the configuration cannot be parsed: {why}.", path=path
        ) from error
    if not isinstance(data, dict):
        raise SettingsError(
            Code.SETTINGS, f"a configuration holds named sections, got {type(data).__name__}.", path=path
        )
    return data


def _place(error: yaml.MarkedYAMLError) -> str:
    """What YAML expected, and the line where it did."""
    mark = error.problem_mark or error.context_mark
    return f"{error.problem or error}" + (f", in line {mark.line + 1}" if mark else "")
