"""What a run left behind, as the methods paragraphs read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from oncometry.report.formatting import date_text
from oncometry.report.tables import Row

__all__ = ["Facts", "distinct", "either", "parameter_values"]


@dataclass(frozen=True, eq=False)
class Facts:
    """Rows of the tables, of a cohort or of one patient.

    Attributes:
        rows: table name -> its rows.
        synthetic: whether any of it was made rather than imaged.
    """

    rows: Callable[[str], Sequence[Row]]
    synthetic: bool

    def steps(self, name: str) -> list[dict[str, Any]]:
        """Parameters of the steps of that name that did not fail."""
        return [
            s["parameters"]
            for s in self.rows("steps")
            if s["name"] == name and s["status"] != "failed" and isinstance(s["parameters"], dict)
        ]

    @cached_property
    def applied(self) -> dict[str, list[dict[str, Any]]]:
        """Transforms that were applied to any volume: name -> their parameters."""
        found: dict[str, list[dict[str, Any]]] = {}
        for volume in self.rows("volumes"):
            for step in volume["steps"] or ():
                found.setdefault(step["name"], []).append(dict(step.get("parameters") or {}))
        return found

    @cached_property
    def dates(self) -> dict[str, int]:
        """Patient id -> number of time points."""
        return Counter(t["patient_id"] for t in self.rows("timepoints"))

    @cached_property
    def followed(self) -> bool:
        """Whether anyone has two dates to compare."""
        return max(self.dates.values(), default=0) > 1

    @cached_property
    def days_from_visit(self) -> int:
        """The most days between a series' acquisition and the date of its visit."""
        visits = {(t["patient_id"], t["timepoint"]): t["date"] for t in self.rows("timepoints")}
        most = 0
        for series in self.rows("series"):
            visit = visits.get((series["patient_id"], series["timepoint"]))
            if visit is not None and series["acquired"] is not None:
                acquired, stated = (date.fromisoformat(date_text(d)) for d in (series["acquired"], visit))
                most = max(most, abs((acquired - stated).days))
        return most

    def sources(self) -> set[str]:
        """What the sizes were taken from: 'voxels', 'contours', 'probability'."""
        return {str(m["source"]) for m in self.rows("measurements") if m["source"]}


def parameter_values(sets: Iterable[dict[str, Any]], *path: str) -> list[Any]:
    """The distinct values of one parameter over all steps, in order of appearance."""
    found: list[Any] = []
    for parameters in sets:
        value: Any = parameters
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None and value not in found:
            found.append(value)
    return found


def either(values: Iterable[Any], unit: str = "") -> str:
    """'2 or 3.5 mm'."""
    texts = [f"{v:g}" if isinstance(v, int | float) and not isinstance(v, bool) else str(v) for v in values]
    return " or ".join(texts) + (f" {unit}" if unit and texts else "")


def distinct(texts: Iterable[str]) -> list[str]:
    """Each text once, in order of appearance."""
    return list(dict.fromkeys(texts))
