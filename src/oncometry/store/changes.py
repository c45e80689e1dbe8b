"""Change of a lesion since it was first measured.

Percent of the baseline: 100 (now - then) / then, as RECIST 1.1 (doi:10.1016/j.ejca.2008.10.026) and RANO
(doi:10.1200/JCO.2009.26.3541) count from baseline. Like is compared with like only: the same lesion, the
same compartment, images of the same kind, drawn by the same hand. Where lengths are in doubt scale cancels only
between equal grids.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from oncometry.core import Code, Contrast, Modality, equal_spacing
from oncometry.core.geometry import Point
from oncometry.measurement.result import LesionMeasurement
from oncometry.store.hand import Hand, Rivals, drawn_by, rivals_of

__all__ = ["Change", "Seen", "changes", "image_group", "percent"]


@dataclass(frozen=True, eq=False)
class Seen:
    """A measurement of a lesion, with what decides which others it is compared with.

    Attributes:
        identity: of the measurement, given back.
        timepoint: number of the visit.
        group: kind of image, see `image_group`.
        hand: whose mask it is.
        spacing_mm, trusted: of the mask's grid, and whether its lengths may be believed.
        became: `SPLIT` or `MERGED` if by then the lesion had split or merged, else None.
    """

    identity: int
    timepoint: int
    group: str
    hand: Hand
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

    The baseline is the first visit at which the compartment was there in that kind of image, drawn by the same
    hand; there the change is 0. Where nothing tells whose a mask is, there is none (`READER_AMBIGUOUS`).
    """

    def key(s: Seen) -> tuple[str, str]:
        return s.group, s.measurement.compartment.value

    found = []
    for _, alike in groupby(sorted(seen, key=key), key):
        members = sorted(alike, key=lambda s: (s.timepoint, s.identity))
        rivals = rivals_of((s.timepoint, s.hand) for s in members)
        there = [s for s in members if not s.measurement.absent]
        found += [change for member in members if (change := _since_baseline(there, member, rivals))]
    return found


def _since_baseline(there: list[Seen], now: Seen, rivals: Rivals) -> Change | None:
    """None where its hand had not drawn the compartment by then. `there`: in order of visit."""
    for _, visit in groupby((s for s in there if s.timepoint <= now.timepoint), lambda s: s.timepoint):
        found = drawn_by(now.hand, rivals, visit, lambda s: s.hand)
        if found.mask is not None and found.ambiguous:
            return Change(now.identity, found.mask.identity, None, None, None, Code.READER_AMBIGUOUS)
        if found.mask is not None:
            return _change(found.mask, now)
    return None


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
    return equal_spacing(baseline.spacing_mm, now.spacing_mm)


def _reason(baseline: Seen, now: Seen) -> Code | None:
    if now.became is not None:
        return now.became
    return Code.SOURCE_DIFFERS if baseline.measurement.source != now.measurement.source else None


def percent(then: float | None, now: float | None) -> float | None:
    """100 (now - then) / then; None without a baseline above 0."""
    if then is None or now is None or then <= 0:
        return None
    return 100.0 * (now - then) / then
