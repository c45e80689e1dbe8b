"""Change of a lesion since it was first measured.

Percent of the baseline: 100 (now - then) / then, as RECIST 1.1 (doi:10.1016/j.ejca.2008.10.026) and RANO
(doi:10.1200/JCO.2009.26.3541) count from baseline. Like is compared with like only: the same lesion, the
same compartment, images of the same kind. Where lengths are in doubt scale cancels only between equal grids.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from oncometry.core import Code, Contrast, Modality
from oncometry.core.geometry import Point
from oncometry.measurement.result import LesionMeasurement

__all__ = ["Change", "Seen", "changes", "image_group", "percent"]

SAME_SPACING = 0.01
"""Spacings that differ by less than this part are equal."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A measurement of a lesion, with what decides which others it is compared with.

    Attributes:
        identity: of the measurement, given back.
        timepoint: number of the visit.
        group: kind of image, see `image_group`.
        hand: what tells masks of one visit apart (kind, scheme, description).
        spacing_mm, trusted: of the mask's grid, and whether its lengths may be believed.
        became: `SPLIT` or `MERGED` if by then the lesion had split or merged, else None.
    """

    identity: int
    timepoint: int
    group: str
    hand: tuple[str, ...]
    measurement: LesionMeasurement
    spacing_mm: Point
    trusted: bool = True
    became: Code | None = None


@dataclass(frozen=True)
class Change:
    """Percent since baseline; `reason` says why one is None, or what to be wary of."""

    identity: int
    baseline: int
    volume_percent: float | None
    diameter_percent: float | None
    product_percent: float | None
    reason: Code | None


def image_group(modality: Modality, contrast: Contrast) -> str:
    """Images that are compared over time: CT with CT, with contrast or not; MR by kind of sequence."""
    if modality is Modality.MR:
        return f"{modality} {contrast}"
    return modality.value


def changes(seen: Iterable[Seen]) -> list[Change]:
    """The changes of one lesion.

    The baseline is the first visit at which the compartment was there in that kind of image; of several
    masks of it, the one most alike (same kind, scheme, description). At that visit itself only the baseline
    measurement has a change, 0.
    """

    def key(s: Seen) -> tuple[str, str]:
        return s.group, s.measurement.compartment.value

    found = []
    for _, alike in groupby(sorted(seen, key=key), key):
        members = sorted(alike, key=lambda s: (s.timepoint, s.identity))
        there = [s for s in members if not s.measurement.absent]
        candidates = [s for s in there if s.timepoint == there[0].timepoint]
        if not candidates:
            continue
        for member in members:
            baseline = _baseline(candidates, member)
            if member is baseline or member.timepoint > baseline.timepoint:
                found.append(_change(baseline, member))
    return found


def _baseline(candidates: list[Seen], member: Seen) -> Seen:
    return max(candidates, key=lambda c: sum(a == b for a, b in zip(c.hand, member.hand, strict=True)))


def _change(baseline: Seen, now: Seen) -> Change:
    then, later = baseline.measurement, now.measurement
    if not _comparable(baseline, now):
        return Change(now.identity, baseline.identity, None, None, None, Code.SPACING_IMPLAUSIBLE)
    volume = percent(then.volume_ml, later.volume_ml)
    diameter = percent(then.longest_diameter_mm, later.longest_diameter_mm)
    product = percent(then.product_mm2, later.product_mm2)
    reason = Code.UNDEFINED if None in (volume, diameter, product) else _reason(baseline, now)
    return Change(now.identity, baseline.identity, volume, diameter, product, reason)


def _comparable(baseline: Seen, now: Seen) -> bool:
    """Whether lengths are believed at both ends, or wrong by the same factor."""
    if baseline is now or (baseline.trusted and now.trusted):
        return True
    pairs = zip(baseline.spacing_mm, now.spacing_mm, strict=True)
    return all(abs(a - b) <= SAME_SPACING * max(a, b) for a, b in pairs)


def _reason(baseline: Seen, now: Seen) -> Code | None:
    if now.became is not None:
        return now.became
    return Code.SOURCE_DIFFERS if baseline.measurement.source != now.measurement.source else None


def percent(then: float | None, now: float | None) -> float | None:
    """100 (now - then) / then; None without a baseline above 0."""
    if then is None or now is None or then <= 0:
        return None
    return 100.0 * (now - then) / then
