"""Which measurement of a lesion counts at a date, where it was measured several times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Code, Contrast, Modality
from oncometry.report.tables import Row
from oncometry.store.hand import Hand, Rivals, drawn_by, rivals_of

__all__ = [
    "CONTRAST_ORDER",
    "DISPLAY_ORDER",
    "Counted",
    "Kind",
    "chosen",
    "hand_of",
    "hands_of",
    "is_absent",
    "kind_of",
    "order_of",
    "rivals_among",
]

CONTRAST_ORDER = (
    Contrast.T1C,
    Contrast.FLAIR,
    Contrast.T2,
    Contrast.T1,
    Contrast.CT_CONTRAST,
    Contrast.CT,
    Contrast.ADC,
    Contrast.DWI,
    Contrast.PET,
)
"""Which image is counted first, all else being equal."""

DISPLAY_ORDER = (
    Contrast.CT,
    Contrast.CT_CONTRAST,
    Contrast.PET,
    Contrast.T1,
    Contrast.T1C,
    Contrast.T2,
    Contrast.FLAIR,
    Contrast.DWI,
    Contrast.ADC,
)
"""How the images of a date are laid out, as on a light box."""

MODALITY_ORDER = (Modality.MR, Modality.CT, Modality.PT)

NO_HAND = Hand("", "", "")

Kind = tuple[str | None, str | None]
Place = tuple[str, int]
"""Lesion and time point."""


@dataclass(frozen=True)
class Counted:
    """What counts where.

    Attributes:
        rows: by lesion and time point.
        ambiguous: where several masks may be of the hand that counts, so that none does.
        hand: whose masks count, where others drew the same lesions; else ''.
    """

    rows: Mapping[Place, Row]
    ambiguous: frozenset[Place]
    hand: str


def order_of(value: str | None, order: Sequence[str]) -> int:
    """Place in an order; what is not in it comes last."""
    return order.index(value) if value in order else len(order)


def is_absent(row: Row) -> bool:
    """Whether a measurement says that the part is gone: its sizes are 0, not unknown."""
    return bool(row["reason"] == Code.ABSENT)


def hands_of(masks: Iterable[Row]) -> Mapping[str, Hand]:
    """Key of a mask -> whose it is."""
    return {m["mask_key"]: Hand(m["kind"] or "", m["scheme"] or "", m["description"] or "") for m in masks}


def rivals_among(measurements: Iterable[Row], hands: Mapping[str, Hand]) -> Rivals:
    """Who drew the same part of a lesion beside whom, at one date in one kind of image."""
    return rivals_of(((*_place(m), m["compartment"], kind_of(m)), hand_of(m, hands)) for m in measurements)


def chosen(measurements: Iterable[Row], hands: Mapping[str, Hand], compartment: str) -> Counted:
    """The one measurement of each lesion and date that counts.

    All are of one kind of image and of one hand, as changes are (`docs/concepts/tables.md`): the modality, in
    MR the sequence too, that covers most dates, and the hand that drew most of them. A part that is gone is
    gone in every kind.
    """
    rows = [m for m in measurements if m["compartment"] == compartment and m["lesion"] is not None]
    kind = _kind_of_most_dates(rows)
    if kind is None:
        return Counted({}, frozenset(), "")
    alike = [row for row in rows if kind_of(row) == kind]
    rivals = rivals_among(alike, hands)
    leading = _leading_hand([row for row in alike if not is_absent(row)], hands)
    found: dict[Place, Row] = {}
    ambiguous: set[Place] = set()
    for members in (alike, [row for row in rows if is_absent(row) and kind_of(row) != kind]):
        for place, several in _by_place(members).items():
            if place in found or place in ambiguous:
                continue
            own = drawn_by(leading, rivals, several, lambda row: hand_of(row, hands))
            if own.ambiguous and not all(is_absent(row) for row in several):
                ambiguous.add(place)
            elif own.mask is not None:
                found[place] = own.mask
    return Counted(found, frozenset(ambiguous), leading.text if rivals[leading] else "")


def hand_of(row: Row, hands: Mapping[str, Hand]) -> Hand:
    """Whose mask a measurement was taken in."""
    return hands.get(row["mask_key"], NO_HAND)


def _place(row: Row) -> Place:
    return row["lesion"], row["timepoint"]


def _by_place(rows: Iterable[Row]) -> Mapping[Place, list[Row]]:
    found: dict[Place, list[Row]] = defaultdict(list)
    for row in rows:
        found[_place(row)].append(row)
    return found


def _kind_of_most_dates(rows: Iterable[Row]) -> Kind | None:
    dates: dict[Kind, set[int]] = defaultdict(set)
    for row in rows:
        if not is_absent(row):
            dates[kind_of(row)].add(row["timepoint"])
    return min(dates, key=lambda k: (-len(dates[k]), *_preference(k)), default=None)


def _leading_hand(rows: Iterable[Row], hands: Mapping[str, Hand]) -> Hand:
    """Of most dates, then of most lesions at them, then a reader's, then the first by name."""
    places: dict[Hand, set[Place]] = defaultdict(set)
    for row in rows:
        places[hand_of(row, hands)].add(_place(row))
    return min(
        places, key=lambda h: (-len({date for _, date in places[h]}), -len(places[h]), h.is_network, h)
    )


def kind_of(row: Row) -> Kind:
    """Modality, in MR the sequence too."""
    return row["modality"], row["contrast"] if row["modality"] == Modality.MR else None


def _preference(kind: Kind) -> tuple[int, int, str]:
    modality, contrast = kind
    return order_of(modality, MODALITY_ORDER), order_of(contrast, CONTRAST_ORDER), f"{modality} {contrast}"
