"""What `oncometry growth` looks at: a long table, or the sizes of a cohort, measured from its images or read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oncometry.api import Cohort
from oncometry.cli.retest_table import read_retest_table
from oncometry.core import PROGRAM, Code, NothingFoundError, SettingsError
from oncometry.prediction.growth import GrowthColumns, SeriesRead, read_series

if TYPE_CHECKING:
    from oncometry.report.tables import Row, Tables

__all__ = ["CohortSizes", "from_cohort", "from_table"]

Excluded = Mapping[str, Mapping[str, str]]
"""Patient -> lesions that a person decided to be none, and why."""


@dataclass(frozen=True, eq=False)
class CohortSizes:
    """Courses of a cohort's lesions.

    Attributes:
        reader: whose sizes they are; 'oncometry' is what was measured from images.
    """

    read: SeriesRead
    reader: str


def from_table(path: Path, columns: GrowthColumns) -> SeriesRead:
    """The courses of a CSV file.

    Raises:
        NothingFoundError, SettingsError: as reading the table does.
    """
    rows, _ = read_retest_table(path)
    try:
        return read_series(rows, columns)
    except SettingsError as error:
        raise SettingsError(error.code, error.what, path=path, advice=error.advice) from error


def from_cohort(place: Path, database: str | None, reader: str | None = None) -> CohortSizes:
    """The sizes of a cohort's lesions by one source.

    Args:
        reader: whose; None takes what was measured from images, else the only reader.

    Raises:
        NothingFoundError, StoreError: no cohort there; `NOTHING_FOUND`, it has no sizes, or no such reader.
        SettingsError: `READER_AMBIGUOUS`, several read, and none is named.
    """
    from oncometry.report.lesion_names import excluded_lesions  # noqa: PLC0415 -- data frames, only for a cohort
    from oncometry.report.tables import Tables  # noqa: PLC0415

    with Cohort.open(place, database) as cohort:
        tables = Tables(cohort.table)
        readers = sorted({row["reader"] for row in tables.rows("readings")} - {PROGRAM})
        chosen = _source(reader, [*([PROGRAM] if tables.rows("measurements") else []), *readers], place)
        excluded = {who: excluded_lesions(rows) for who, rows in tables.by_patient("lesions").items()}
        return _measured(tables, excluded) if chosen == PROGRAM else _read(tables, excluded, chosen)


def _source(asked: str | None, there: Sequence[str], place: Path) -> str:
    if not there:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "no lesion of the cohort has a size: none was measured from images, and there are no manual reads.",
            path=place,
            advice="Run it on images with masks, or with --reads, or give sizes as a table: oncometry growth sizes.csv",
        )
    if asked is not None and asked not in there:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"there is no reader {asked!r}.",
            path=place,
            advice=f"There are {', '.join(there)}.",
        )
    if asked is None and there[0] != PROGRAM and len(there) > 1:
        raise SettingsError(
            Code.READER_AMBIGUOUS,
            f"{len(there)} readers measured the lesions of the cohort, and a course is of one.",
            path=place,
            advice=f"Name one with --reader: {', '.join(there)}.",
        )
    return asked or there[0]


def _measured(tables: Tables, excluded: Excluded) -> CohortSizes:
    """The longest diameters, of images."""
    from oncometry.report.counted import hands_of  # noqa: PLC0415
    from oncometry.report.growth_series import cohort_series  # noqa: PLC0415
    from oncometry.report.lesion_names import without  # noqa: PLC0415

    counted: dict[str, dict[str, list[Row]]] = defaultdict(dict)
    for name in ("measurements", "observations"):
        for who, rows in tables.by_patient(name).items():
            counted[name][who] = without(rows, excluded.get(who, {}))
    hands = hands_of(tables.rows("segmentations"))
    series, left_out = cohort_series(counted["measurements"], counted["observations"], hands)
    return CohortSizes(SeriesRead(tuple(series), tuple(left_out)), PROGRAM)


def _read(tables: Tables, excluded: Excluded, reader: str) -> CohortSizes:
    """What a reader said."""
    from oncometry.report.growth_reads import read_courses, reads_by_lesion  # noqa: PLC0415

    lesions = reads_by_lesion(tables.rows("readings"), reader, excluded)
    series, left_out = read_courses(lesions)
    return CohortSizes(SeriesRead(tuple(series), tuple(left_out)), reader)
