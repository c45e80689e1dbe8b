"""Which lesions become targets, where no reader said: measurable ones, largest first, so many a patient and an organ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Compartment, LesionReading, LesionRole, LesionStatus, Quantity

__all__ = ["LesionPart", "Limits", "baseline_roles", "measurable", "same_organ", "smallest_sizes"]

LesionPart = tuple[str, Compartment]
"""A lesion by its name, and what part of it."""

THICK_SLICE_MM = 5.0
"""Above it a lesion must be twice the slice thickness (RECIST 1.1, 3.1.1)."""


@dataclass(frozen=True)
class Limits:
    """A criterion's limits to targets.

    Attributes:
        smallest: quantity -> what a target has at least; all must hold.
        smallest_node: the same for lymph nodes; None where nodes are lesions like others.
        node_normal_mm: short axis below which a node is no lesion; 0 where nodes are lesions like others.
        by_slices: whether a target must be twice a slice thickness above 5 mm.
        ranked_by: what the largest is told by, of lesions and of nodes.
        targets, per_organ: how many at most, of each part that is judged; None where the criterion sets no limit.
        compartments: the parts of a lesion that are judged, each as a lesion by itself; one that was read without
            parts is judged whole, one without these parts not at all.
        after_radiotherapy: whether the baseline is the first visit after radiotherapy, where visits began before its
            end; else it is the first.
    """

    smallest: Mapping[Quantity, float] | None = None
    smallest_node: Mapping[Quantity, float] | None = None
    node_normal_mm: float = 0.0
    by_slices: bool = False
    ranked_by: Quantity = Quantity.LONGEST_DIAMETER_MM
    targets: int | None = None
    per_organ: int | None = None
    compartments: tuple[Compartment, ...] = (Compartment.WHOLE,)
    after_radiotherapy: bool = False

    def baseline_visit(self, weeks: Sequence[float | None]) -> int:
        """Index of the baseline among visits so many weeks after radiotherapy; their number where all are before it."""
        if not self.after_radiotherapy:
            return 0
        return next((at for at, week in enumerate(weeks) if week is None or week >= 0), len(weeks))


def measurable(reading: LesionReading, limits: Limits) -> bool:
    """Whether this baseline reading is large enough for a target."""
    if reading.status is not LesionStatus.MEASURED:
        return False
    least = smallest_sizes(reading, limits)
    return all(reading.values.get(quantity, -1.0) >= size for quantity, size in least.items())


def smallest_sizes(reading: LesionReading, limits: Limits) -> dict[Quantity, float]:
    """Quantity -> what this lesion must have at least, on slices of this thickness, to be a target."""
    node = reading.is_node and limits.smallest_node is not None
    smallest = dict((limits.smallest_node if node else limits.smallest) or {limits.ranked_by: 0.0})
    thickness = reading.slice_thickness_mm
    if limits.by_slices and thickness is not None and thickness > THICK_SLICE_MM:
        return {quantity: max(size, 2 * thickness) for quantity, size in smallest.items()}
    return smallest


def baseline_roles(readings: Sequence[LesionReading], limits: Limits) -> dict[LesionPart, LesionRole]:
    """Roles of the lesions of one reader's baseline: as the reader said, else as the criterion selects.

    Args:
        readings: one a lesion, of the first visit.

    Returns:
        Lesion and part -> role; without those that are no lesion: absent, or a node of normal size.
    """
    seen = [reading for reading in readings if reading.role is not None or _is_lesion(reading, limits)]
    roles = {(r.lesion, r.compartment): r.role for r in seen if r.role is not None}
    taken = Counter((r.compartment, same_organ(r.organ)) for r in seen if r.role is LesionRole.TARGET)
    parts = Counter(r.compartment for r in seen if r.role is LesionRole.TARGET)
    free = [reading for reading in seen if reading.role is None]
    for reading in sorted(free, key=lambda r: (-r.values.get(limits.ranked_by, 0.0), r.lesion)):
        part, place = reading.compartment, (reading.compartment, same_organ(reading.organ))
        full = limits.targets is not None and parts[part] >= limits.targets
        crowded = limits.per_organ is not None and taken[place] >= limits.per_organ
        # an organ nobody named is not counted by: several unnamed ones may be several organs
        chosen = measurable(reading, limits) and not full and not (crowded and reading.organ is not None)
        roles[reading.lesion, part] = LesionRole.TARGET if chosen else LesionRole.NON_TARGET
        taken[place] += chosen
        parts[part] += chosen
    return roles


def same_organ(organ: str | None) -> str | None:
    """An organ as it is compared: 'Liver' is 'liver'."""
    return None if organ is None else " ".join(organ.casefold().split())


def _is_lesion(reading: LesionReading, limits: Limits) -> bool:
    if reading.status is LesionStatus.ABSENT:
        return False
    short = reading.values.get(Quantity.SHORT_AXIS_MM)
    return not (reading.is_node and short is not None and short < limits.node_normal_mm)
