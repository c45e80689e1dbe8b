"""Change of a lesion since it was first measured.

Percent of the baseline: 100 (now - then) / then, as RECIST 1.1 (doi:10.1016/j.ejca.2008.10.026) and RANO
(doi:10.1200/JCO.2009.26.3541) count from baseline. Like is compared with like only: the same lesion, the
same compartment, images of the same kind. Scale cancels, so that it holds where the spacing is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from oncometry.core import Contrast, Modality
from oncometry.measurement.result import LesionMeasurement

__all__ = ["Change", "Seen", "changes", "image_group", "percent"]


@dataclass(frozen=True, eq=False)
class Seen:
    """A measurement of a lesion, with what decides which others it is compared with.

    Attributes:
        identity: of the measurement, given back.
        timepoint: number of the visit.
        group: kind of image, see `image_group`.
        hand: what tells masks of one visit apart (kind, scheme, description).
    """

    identity: int
    timepoint: int
    group: str
    hand: tuple[str, ...]
    measurement: LesionMeasurement


@dataclass(frozen=True)
class Change:
    """Percent since baseline; None where the baseline is 0 or there is no such size."""

    identity: int
    baseline: int
    volume_percent: float | None
    diameter_percent: float | None
    product_percent: float | None


def image_group(modality: Modality, contrast: Contrast) -> str:
    """Images that are compared over time: CT with CT, with contrast or not; MR by kind of sequence."""
    if modality is Modality.MR:
        return f"{modality} {contrast}"
    return modality.value


def changes(seen: Iterable[Seen]) -> list[Change]:
    """The changes of one lesion.

    The baseline is the first visit at which the compartment was measured in that kind of image; of
    several masks there, the one most alike (same kind, scheme, description). At that visit itself only
    the baseline measurement has a change, 0.
    """

    def key(s: Seen) -> tuple[str, str]:
        return s.group, s.measurement.compartment.value

    found = []
    for _, alike in groupby(sorted(seen, key=key), key):
        members = sorted(alike, key=lambda s: (s.timepoint, s.identity))
        candidates = [s for s in members if s.timepoint == members[0].timepoint]
        for member in members:
            baseline = _baseline(candidates, member)
            if member is baseline or member.timepoint > baseline.timepoint:
                found.append(_change(baseline, member))
    return found


def _baseline(candidates: list[Seen], member: Seen) -> Seen:
    return max(candidates, key=lambda c: sum(a == b for a, b in zip(c.hand, member.hand, strict=True)))


def _change(baseline: Seen, now: Seen) -> Change:
    then, later = baseline.measurement, now.measurement
    return Change(
        identity=now.identity,
        baseline=baseline.identity,
        volume_percent=percent(then.volume_ml, later.volume_ml),
        diameter_percent=percent(then.longest_diameter_mm, later.longest_diameter_mm),
        product_percent=percent(then.product_mm2, later.product_mm2),
    )


def percent(then: float | None, now: float | None) -> float | None:
    """100 (now - then) / then; None without a baseline above 0."""
    if then is None or now is None or then <= 0:
        return None
    return 100.0 * (now - then) / then
