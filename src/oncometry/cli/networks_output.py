"""What is known of one network, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from oncometry.cli.output import write_pairs

__all__ = ["write_network_text"]


def write_network_text(told: Mapping[str, Any]) -> None:
    """A line for each field that says something, each region, and each set of images that it was measured on."""
    write_pairs(_pairs(told))


def _pairs(told: Mapping[str, Any]) -> dict[str, str]:
    pairs = {}
    calibrated = any(region["volume_width"] for region in told.get("regions", ()))
    for name, value in told.items():
        if name == "volume_coverage" and not calibrated:
            continue  # of an interval that this network does not give
        if value in (None, "", [], (), {}):
            continue
        if name == "regions":
            for region in value:
                said = {part: given for part, given in region.items() if part != "name" and given is not None}
                pairs[f"region {region['name']}"] = _text(said)
        elif name == "measured":
            pairs |= {f"measured {at}": line for at, line in enumerate(_measured(value), 1)}
        else:
            pairs[name] = _text(value)
    return pairs


def _measured(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """'WT 0.81 (0.76 to 0.85, 16 cases), ...: on what, by which command', the regions of one data set together."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        said = "{region} {dice:.2f} ({low:.2f} to {high:.2f}, {cases} cases)".format_map(row)
        found[row["data"], row["command"]].append(said)
    return [
        f"Dice {', '.join(dice)}: {data}" + (f"; again: {command}" if command else "")
        for (data, command), dice in found.items()
    ]


def _text(value: object) -> str:
    """'labels 1, 2; threshold 0.5', without the brackets of a program."""
    if isinstance(value, Mapping):
        return "; ".join(
            f"{name} {_text(part)}" for name, part in value.items() if part not in (None, [], {})
        )
    if isinstance(value, list | tuple):
        return ", ".join(_text(part) for part in value)
    return str(value)
