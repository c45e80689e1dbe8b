"""Names of tumor parts, said the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from oncometry.core import Compartment
from oncometry.report.tables import Row

__all__ = ["compartment_name", "leading_compartments"]


def compartment_name(compartment: str, measurements: Iterable[Row]) -> str:
    """'whole tumor', and whether edema is in it; 'enhancing part'; 'core'."""
    if compartment == Compartment.WHOLE:
        edema = any(m["compartment"] == Compartment.EDEMA for m in measurements)
        return "whole tumor including edema" if edema else "whole tumor"
    return f"{compartment} part" if compartment == Compartment.ENHANCING else str(compartment)


def leading_compartments(measurements: Iterable[Row]) -> list[str]:
    """Compartments whose sums are shown: the enhancing part first where one was measured, then the whole."""
    there = {m["compartment"] for m in measurements}
    return [str(c) for c in (Compartment.ENHANCING, Compartment.WHOLE) if c in there]
