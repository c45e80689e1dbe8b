"""What `oncometry growth` looks at: a long table, or the measurements of a cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from oncometry.api import Cohort
from oncometry.cli.retest_table import read_retest_table
from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.prediction.growth import GrowthColumns, SeriesRead, read_series

__all__ = ["from_cohort", "from_table"]


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


def from_cohort(place: Path, database: str | None) -> tuple[SeriesRead, Mapping[tuple[str, str], list[str]]]:
    """The longest diameters of a cohort's lesions, and of each lesion the value_ids of its measurements.

    Raises:
        NothingFoundError, StoreError: no cohort there; `NOTHING_FOUND`, it has no measurements.
    """
    from oncometry.report.counted import hands_of  # noqa: PLC0415 -- data frames, only for a cohort
    from oncometry.report.growth_series import cohort_series, lesion_sources  # noqa: PLC0415
    from oncometry.report.lesion_names import excluded_lesions, without  # noqa: PLC0415
    from oncometry.report.tables import Row, Tables  # noqa: PLC0415

    with Cohort.open(place, database) as cohort:
        tables = Tables(cohort.table)
        if not tables.rows("measurements"):
            raise NothingFoundError(
                Code.NOTHING_FOUND,
                "no lesion of the cohort is measured from its images; manual reads are not forecast.",
                path=place,
                advice="Run it on images with masks, or give sizes as a table: oncometry growth sizes.csv",
            )
        excluded = {who: excluded_lesions(rows) for who, rows in tables.by_patient("lesions").items()}
        counted: dict[str, dict[str, list[Row]]] = defaultdict(dict)
        for name in ("measurements", "observations"):
            for who, rows in tables.by_patient(name).items():
                counted[name][who] = without(rows, excluded.get(who, {}))
        hands = hands_of(tables.rows("segmentations"))
        series, left_out = cohort_series(counted["measurements"], counted["observations"], hands)
        sources: dict[tuple[str, str], list[str]] = {}
        for who, rows in counted["measurements"].items():
            sources |= lesion_sources(who, rows, hands)
    return SeriesRead(tuple(series), tuple(left_out)), sources
