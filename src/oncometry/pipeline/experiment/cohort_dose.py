"""Columns `dose.*` of a cohort: what structures got, and what published models say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from oncometry.core import Code
from oncometry.features.columns import wide_name
from oncometry.pipeline.experiment.cohort_columns import CohortColumns, plain_word, some
from oncometry.pipeline.stored_rows import Row, plain_rows
from oncometry.store import Store

__all__ = ["add_dose", "dose_columns"]

TABLES = ("dvhs", "dvh_metrics", "ntcp_values", "dose_features")
OF_STRUCTURE = ("volume_cc", "mean_gy", "max_gy")
PHYSICAL = "PHYSICAL"


def add_dose(columns: CohortColumns, store: Store) -> None:
    """`dose.STRUCTURE.NAME_UNIT`, `.ntcp.SET` and `.feature.TAG`.

    Of another quantity than physical dose, `dose.STRUCTURE.QUANTITY.NAME_UNIT`.
    """
    there = set(store.tables())
    dose_columns(columns, {name: plain_rows(store.table(name)) for name in TABLES if name in there})


def dose_columns(columns: CohortColumns, tables: Mapping[str, Sequence[Row]]) -> None:
    """The columns of rows of those tables.

    A patient of whom several doses or masks say different things of a structure has no value: nothing tells which counts.
    """
    found: dict[str, dict[str, set[float]]] = defaultdict(lambda: defaultdict(set))
    days: dict[str, dict[str, float]] = defaultdict(dict)
    for name, row, value in _values(tables):
        if row["patient_id"] not in columns.place or value is None:
            continue
        found[name][row["patient_id"]].add(float(value))
        day = columns.visit_days.get((row["patient_id"], row["timepoint"] or 0))
        if day is not None:
            days[name][row["patient_id"]] = max(days[name].get(row["patient_id"], float(day)), float(day))
    differing: set[str] = set()
    for name, of_patient in sorted(found.items()):
        differing |= {patient for patient, values in of_patient.items() if len(values) > 1}
        one = {patient: next(iter(values)) for patient, values in of_patient.items() if len(values) == 1}
        columns.add(name, one, days=days[name])
    if differing:
        columns.tell(
            Code.SOURCE_DIFFERS,
            f"dose: of {len(differing)} patients several doses or masks say different things of a structure "
            f"({some(differing)}): missing there.",
        )


def _values(tables: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Row, float | None]]:
    for row in tables.get("dvhs", ()):
        for name in OF_STRUCTURE:
            yield f"{_stem(row, is_size=name == 'volume_cc')}.{name}", row, row[name]
    for row in tables.get("dvh_metrics", ()):
        unit = f"_{row['unit'].casefold()}" if row["unit"] else ""
        yield f"{_stem(row)}.{row['name']}{unit}", row, row["value"]
    for row in tables.get("ntcp_values", ()):
        yield f"dose.{plain_word(row['structure'])}.ntcp.{row['ntcp_set']}", row, row["value"]
    for row in tables.get("dose_features", ()):
        yield f"{_stem(row)}.feature.{wide_name(row['filter'], row['tag'])}", row, row["value"]


def _stem(row: Row, *, is_size: bool = False) -> str:
    """'dose.parotid_l', with the quantity behind it where that is not physical dose."""
    structure = f"dose.{plain_word(row['structure'])}"
    is_physical = is_size or row["quantity"] in (PHYSICAL, None)
    return structure if is_physical else f"{structure}.{plain_word(row['quantity'])}"
