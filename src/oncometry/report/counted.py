"""Which measurement of a lesion counts at a date, where it was measured several times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from oncometry.core import Code, Contrast, Modality
from oncometry.report.tables import Row

__all__ = ["CONTRAST_ORDER", "DISPLAY_ORDER", "chosen", "is_absent", "order_of"]

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

Kind = tuple[str | None, str | None]


def order_of(value: str | None, order: Sequence[str]) -> int:
    """Place in an order; what is not in it comes last."""
    return order.index(value) if value in order else len(order)


def is_absent(row: Row) -> bool:
    """Whether a measurement says that the part is gone: its sizes are 0, not unknown."""
    return bool(row["reason"] == Code.ABSENT)


def chosen(measurements: Iterable[Row], compartment: str) -> dict[tuple[str, int], Row]:
    """(lesion, time point) -> the one measurement that counts.

    All are of one kind of image, as changes are (`docs/concepts/tables.md`): the modality, in MR the
    sequence too, that covers most dates. A part that is gone is gone in every kind.
    """
    rows = [m for m in measurements if m["compartment"] == compartment and m["lesion"] is not None]
    dates: dict[Kind, set[int]] = defaultdict(set)
    for row in rows:
        if not is_absent(row):
            dates[_kind(row)].add(row["timepoint"])
    if not dates:
        return {}
    kind = min(dates, key=lambda k: (-len(dates[k]), *_preference(k)))
    found: dict[tuple[str, int], Row] = {}
    for row in sorted(rows, key=lambda m: (is_absent(m), m["mask_key"] or "")):
        if is_absent(row) or _kind(row) == kind:
            found.setdefault((row["lesion"], row["timepoint"]), row)
    return found


def _kind(row: Row) -> Kind:
    return row["modality"], row["contrast"] if row["modality"] == Modality.MR else None


def _preference(kind: Kind) -> tuple[int, int, str]:
    modality, contrast = kind
    return order_of(modality, MODALITY_ORDER), order_of(contrast, CONTRAST_ORDER), f"{modality} {contrast}"
