"""Names with values of a YAML, JSON or TOML file; a name that is there twice is refused."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from oncometry.core import Code, SettingsError

__all__ = ["ENDINGS", "read_named_values"]


def read_named_values(path: Path) -> dict[str, Any]:
    """The content of a file, told by its ending.

    Raises:
        SettingsError: `SETTINGS`: there is no such file, it cannot be parsed, a name is there twice, or it holds
            something else than names with values.
    """
    try:
        data = _PARSERS[path.suffix.lower()](path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(Code.SETTINGS, "there is no such spec file.", path=path) from error
    except (ValueError, yaml.YAMLError) as error:
        raise SettingsError(Code.SETTINGS, f"the file cannot be parsed: {error}", path=path) from error
    if not isinstance(data, dict):
        raise SettingsError(
            Code.SETTINGS,
            f"a spec holds names with values, the file holds a {type(data).__name__}.",
            path=path,
        )
    return data


class _EachNameOnce(yaml.SafeLoader):
    """PyYAML takes the last of several values of a name."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        _refuse_twice(names, f" in the block of line {node.start_mark.line + 1}")
        return node


def _yaml(text: str) -> Any:
    return yaml.load(text, _EachNameOnce)  # noqa: S506  a SafeLoader


def _json(text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        _refuse_twice([name for name, _ in pairs])
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def _refuse_twice(names: list[str], where: str = "") -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} is there twice{where}.")


_PARSERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {".yaml": _yaml, ".yml": _yaml, ".json": _json, ".toml": tomllib.loads}
)

ENDINGS = tuple(_PARSERS)
"""Of the names of files that can be read."""
