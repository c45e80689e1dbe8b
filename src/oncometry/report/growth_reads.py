"""The courses of lesions as a reader measured them: of manual reads, as `growth_series` is of what images were measured for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from oncometry.core import Code, Compartment, LesionStatus, Notice, Quantity, SettingsError
from oncometry.prediction.growth import SizeSeries, SizeUnit, size_series
from oncometry.report.lesion_names import in_order
from oncometry.report.tables import Row

__all__ = ["read_courses", "reads_by_lesion", "sources_of_reads"]

OF_LESIONS = (Quantity.LONGEST_DIAMETER_MM, Quantity.VOLUME_ML)
OF_NODES = (Quantity.SHORT_AXIS_MM, *OF_LESIONS)
"""A lymph node is followed by its short axis (RECIST 1.1, 4.3.1, doi:10.1016/j.ejca.2008.10.026)."""

Lesions = Mapping[tuple[str, str], Sequence[Row]]
"""(patient, lesion as the reader names it) -> rows of the table `readings`."""


def reads_by_lesion(reads: Iterable[Row], reader: str, excluded: Mapping[str, Iterable[str]]) -> Lesions:
    """What a reader said of whole lesions.

    Args:
        reads: rows of the table `readings`.
        excluded: patient -> lesions of the ledger that a person decided to be none.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in reads:
        who = row["patient_id"]
        is_none = row["ledger_lesion"] is not None and row["ledger_lesion"] in excluded.get(who, ())
        if row["reader"] == reader and row["compartment"] == Compartment.WHOLE and not is_none:
            found[who, row["lesion"]].append(row)
    return found


def read_courses(lesions: Lesions) -> tuple[list[SizeSeries], list[Notice]]:
    """Courses, and why a lesion is none.

    A course is of one quantity: the first that the reader gives of the lesion, of the longest diameter and the volume, before
    them of a node the short axis. A lesion that is absent after it was measured has size 0.
    """
    found: list[SizeSeries] = []
    left_out: list[Notice] = []
    undated: dict[str, int] = defaultdict(int)
    for (patient, lesion), rows in sorted(
        lesions.items(), key=lambda item: (item[0][0], in_order(item[0][1]))
    ):
        quantity = _quantity(rows)
        sized = _sized(rows, quantity)
        undated[patient] += sum(row["day"] is None for row, _ in sized)
        dated = [(int(row["day"]), size) for row, size in sized if row["day"] is not None]
        if quantity is None or not dated:
            continue
        days, sizes = zip(*dated, strict=True)
        unit = SizeUnit.ML if quantity is Quantity.VOLUME_ML else SizeUnit.MM
        try:
            found.append(size_series(patient, lesion, days, sizes, unit))
        except SettingsError as error:
            left_out.append(Notice(error.code, error.told))
    told = [
        Notice(Code.DATE_MISSING, f"{patient}: {count} reading{' has' if count == 1 else 's have'} no day.")
        for patient, count in undated.items()
        if count
    ]
    return found, [*told, *left_out]


def sources_of_reads(lesions: Lesions) -> dict[tuple[str, str], list[str]]:
    """(patient, lesion) -> value_ids of the dated readings that its course is made of."""
    return {
        who: [row["value_id"] for row, _ in _sized(rows, _quantity(rows)) if row["day"] is not None]
        for who, rows in lesions.items()
    }


def _quantity(rows: Sequence[Row]) -> Quantity | None:
    wanted = OF_NODES if any(row["is_node"] for row in rows) else OF_LESIONS
    return next((q for q in wanted if any(row[q.value] is not None for row in rows)), None)


def _sized(rows: Sequence[Row], quantity: Quantity | None) -> list[tuple[Row, float]]:
    """Readings with a size, in the order of their days; of those that find the lesion gone, what follows a size."""
    if quantity is None:
        return []
    found: list[tuple[Row, float]] = []
    for row in sorted(rows, key=lambda r: (r["day"] is None, r["day"] or 0)):
        if row["status"] == LesionStatus.ABSENT:
            if found:
                found.append((row, 0.0))
        elif row[quantity.value] is not None:
            found.append((row, float(row[quantity.value])))
    return found
