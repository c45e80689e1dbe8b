"""The strip: lesions down, dates across, the measured slice of each at one scale with its numbers below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.core import Compartment
from oncometry.report.counted import chosen, hand_of, is_absent, rivals_among
from oncometry.report.formatting import change_text, count_text, date_text, day_text
from oncometry.report.lesion_names import in_order
from oncometry.report.lesion_pictures import Gallery
from oncometry.report.lesion_section import state_cell
from oncometry.report.lineage import Split
from oncometry.report.overlay import PIXELS
from oncometry.report.size_error import detectable_text, sized_text
from oncometry.report.svg import copy_of
from oncometry.report.tables import Row
from oncometry.store.hand import Hand, drawn_by

__all__ = ["Frame", "Strip", "StripRow", "make_strip"]

LEADING = (Compartment.ENHANCING, Compartment.CORE, Compartment.WHOLE)
MOST_HANDS = 3


@dataclass(frozen=True)
class Frame:
    """A lesion at a date.

    Attributes:
        drawing: the measured slice, or the place where the lesion was; None where nothing is to be shown.
        state: 'absent', 'not imaged: ...', what stands in or over the frame; '' of a measured lesion.
        lines: the numbers below.
        title: what the pointer shows over them: the value id for `oncometry why`.
    """

    drawing: Markup | None
    state: str
    lines: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class StripRow:
    """A lesion over all dates.

    Attributes:
        hand: whose masks, where others drew the same lesion; else ''.
        detectable: the smallest change that is more than error, at the last date measured; '' where none is known.
    """

    lesion: str
    part: str
    hand: str
    roles: tuple[str, ...]
    frames: tuple[Frame, ...]
    detectable: str = ""


@dataclass(frozen=True)
class Strip:
    """Dates as (day or time point, date), and a row a lesion and hand."""

    dates: tuple[tuple[str, str], ...]
    rows: tuple[StripRow, ...]


def make_strip(
    timepoints: Sequence[Row],
    measurements: Sequence[Row],
    observations: Sequence[Row],
    splits: Sequence[Split],
    galleries: Sequence[Gallery],
    hands: Mapping[str, Hand],
    roles: Mapping[str, Sequence[str]],
) -> Strip | None:
    """The pictured lesions; None without a picture.

    Args:
        galleries: the pictures that are on the page, copied here without their bytes.
        roles: lesion -> what it counts as, by criterion and reader.
    """
    dates = sorted(timepoints, key=lambda t: t["timepoint"])
    shelf = _Shelf(galleries, observations, splits, hands)
    rows = []
    for lesion in sorted({g.lesion for g in galleries}, key=in_order):
        own = [m for m in measurements if m["lesion"] == lesion]
        part = next(
            (c for c in LEADING if any(m["compartment"] == c and m["outline_lps_mm"] for m in own)), None
        )
        if part is None:
            continue
        for hand, by_date in _by_hand(own, part, hands):
            frames = tuple(shelf.frame(lesion, t["timepoint"], by_date.get(t["timepoint"])) for t in dates)
            told = [text for _, row in sorted(by_date.items()) if (text := detectable_text(row))]
            counts = tuple(roles.get(lesion, ()))
            rows.append(StripRow(lesion, str(part), hand, counts, frames, told[-1] if told else ""))
    return Strip(tuple(_date(t) for t in dates), tuple(rows)) if rows else None


def _date(row: Row) -> tuple[str, str]:
    return day_text(row["day"], row["timepoint"]), "" if row["date"] is None else date_text(row["date"])


def _by_hand(
    rows: Sequence[Row], part: str, hands: Mapping[str, Hand]
) -> list[tuple[str, Mapping[int, Row]]]:
    """What counts at each date; of a lesion that several drew, what each of them drew."""
    own = [m for m in rows if m["compartment"] == part]
    rivals = rivals_among(own, hands)
    beside = sorted(hand for hand in rivals if rivals[hand])[:MOST_HANDS]
    if not beside:
        counted = chosen(own, hands, part)
        return [("", {number: row for (_, number), row in counted.rows.items()})]
    by_date: dict[int, list[Row]] = defaultdict(list)
    for row in own:
        by_date[row["timepoint"]].append(row)
    found: list[tuple[str, Mapping[int, Row]]] = []
    for hand in beside:
        drawn = {
            n: drawn_by(hand, rivals, several, lambda m: hand_of(m, hands)) for n, several in by_date.items()
        }
        found.append((hand.text, {n: one.mask for n, one in drawn.items() if one.mask is not None}))
    return found


class _Shelf:
    """Pictures and states by place."""

    def __init__(
        self,
        galleries: Sequence[Gallery],
        observations: Sequence[Row],
        splits: Sequence[Split],
        hands: Mapping[str, Hand],
    ) -> None:
        self._measured = {g.value_id: g for g in galleries if g.value_id}
        self._places = {(g.lesion, g.timepoint): g for g in galleries if not g.value_id}
        self._any = {(g.lesion, g.timepoint): g for g in reversed(galleries)}
        self._states: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in observations:
            self._states[row["lesion"], row["timepoint"]].append(row)
        self._splits = splits
        self._hands = hands

    def frame(self, lesion: str, timepoint: int, row: Row | None) -> Frame:
        """With the picture and numbers of a measurement, or with why there is none."""
        if row is not None and is_absent(row):
            rest = self._any.get((lesion, timepoint))
            return Frame(_copied(rest), f"no {row['compartment']} part left", (), str(row["value_id"]))
        if row is not None:
            gallery = self._measured.get(row["value_id"])
            lines = (*_numbers(row), *self._piece(lesion, timepoint), *self._maker(row))
            return Frame(_copied(gallery), _unseen(gallery), lines, str(row["value_id"]))
        said = [state_cell(o, self._splits).text for o in self._states[lesion, timepoint]]
        state = "; ".join(dict.fromkeys(str(text) for text in said)) or "not seen"
        return Frame(_copied(self._places.get((lesion, timepoint))), state, (), "")

    def _piece(self, lesion: str, timepoint: int) -> tuple[str, ...]:
        """What a change since before a split is of."""
        split = any(lesion in s.pieces and timepoint >= s.timepoint for s in self._splits)
        return ("one piece of a split lesion",) if split else ()

    def _maker(self, row: Row) -> tuple[str, ...]:
        """That no reader drew it."""
        return ("by a network, no reader",) if hand_of(row, self._hands).is_network else ()


def _copied(gallery: Gallery | None) -> Markup | None:
    if gallery is None or not gallery.measured.name:
        return None
    return copy_of(gallery.measured.name, PIXELS, PIXELS, gallery.measured.label, "picture")


def _unseen(gallery: Gallery | None) -> str:
    """Why a measured lesion has no picture."""
    if gallery is None:
        return "measured, no outline"
    return "" if gallery.measured.name else gallery.measured.note


def _numbers(row: Row) -> tuple[str, ...]:
    """Diameters, volume, each with its error, and the change since the first date."""
    lines = []
    if row["longest_diameter_mm"] is not None and row["perpendicular_mm"] is not None:
        longest, across = (sized_text(row, column) for column in ("longest_diameter_mm", "perpendicular_mm"))
        lines.append(f"{longest} × {across} mm{_since(row, 'product_change_percent')}")
    known = row["volume_ml"] is not None
    size = f"{sized_text(row, 'volume_ml')} ml" if known else count_text(row["voxels"] or 0, "voxel")
    return (*lines, size + _since(row, "volume_change_percent"))


def _since(row: Row, column: str) -> str:
    """Of a product or a volume, in brackets; none at the first date."""
    if row[column] is None or row["baseline_value_id"] == row["value_id"]:
        return ""
    return f" ({change_text(row[column])})"
