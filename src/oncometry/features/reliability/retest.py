"""Reliability from a table of features of subjects who were scanned more than once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.features.reliability.icc import IccKind
from oncometry.features.reliability.known_names import feature_named
from oncometry.features.reliability.repeated import reliabilities
from oncometry.features.reliability.result import FeatureReliability, NamedFeature, RepeatedRegion, Source

__all__ = ["TableColumns", "retest"]

Row = Mapping[str, str]


@dataclass(frozen=True)
class TableColumns:
    """What a table's columns are.

    Attributes:
        subject: names the subject.
        repeat: tells a subject's scans apart; they come in the order of its text.
        group: structures that are judged apart; None makes all one.
        subject_pattern: the part of the subject's column that names the subject; a regular expression.
    """

    subject: str
    repeat: str
    group: str | None = None
    subject_pattern: str = ".+"


def retest(
    rows: Sequence[Row], columns: TableColumns, kind: IccKind = IccKind.ONE_WAY
) -> tuple[FeatureReliability, ...]:
    """Reliability of each column that is a feature's (`feature_named`), in each group.

    Args:
        rows: one for each scan of each subject and group; a cell that holds no finite number is missing.

    Raises:
        SettingsError: `SETTINGS`: no such column, no column of features, a subject that the pattern does not find, or
            two rows of one scan.
    """
    _check(rows, columns)
    features = {name: feature for name in rows[0] if (feature := feature_named(name)) is not None}
    if not features:
        raise SettingsError(
            Code.SETTINGS,
            f"no column is a feature's; there are {_some(rows[0])}.",
            advice="Columns are known by IBSI's tags (cm_joint_entr_3D_comb) or PyRadiomics' names (original_glcm_Idm).",
        )
    scans: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for number, row in enumerate(rows, start=2):
        where = (row[columns.group] if columns.group else "", _subject(row, columns, number))
        repeat = row[columns.repeat]
        if repeat in scans[where]:
            raise SettingsError(
                Code.SETTINGS,
                f"row {number}: subject {where[1]!r} has a second row with {columns.repeat} {repeat!r}"
                + (f" and {columns.group} {where[0]!r}." if columns.group else "."),
                advice="Name the column that tells scans apart with --repeat, and one of structures with --group.",
            )
        scans[where][repeat] = row
    regions = [_region(group, found, features) for (group, _), found in sorted(scans.items())]
    return reliabilities(regions, Source.TEST_RETEST, kind)


def _check(rows: Sequence[Row], columns: TableColumns) -> None:
    if not rows:
        raise SettingsError(Code.SETTINGS, "the table has no rows.")
    for name in (columns.subject, columns.repeat, columns.group):
        if name is not None and name not in rows[0]:
            raise SettingsError(
                Code.SETTINGS, f"the table has no column {name!r}; there are {_some(rows[0])}."
            )


def _some(row: Row) -> str:
    """Names of columns: those that are no feature's first."""
    names = sorted(row, key=lambda name: feature_named(name) is not None)
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _subject(row: Row, columns: TableColumns, number: int) -> str:
    try:
        found = re.search(columns.subject_pattern, row[columns.subject])
    except re.error as error:
        raise SettingsError(
            Code.SETTINGS, f"--subject-pattern {columns.subject_pattern!r} cannot be read: {error}."
        ) from error
    if found is None or not found[0]:
        raise SettingsError(
            Code.SETTINGS,
            f"row {number}: {columns.subject} {row[columns.subject]!r} names no subject"
            f" (pattern {columns.subject_pattern!r}).",
        )
    return found[0]


def _region(group: str, scans: Mapping[str, Row], features: Mapping[str, NamedFeature]) -> RepeatedRegion:
    values = [[_number(row[name]) for name in features] for _, row in sorted(scans.items())]
    return RepeatedRegion(group, tuple(features.values()), np.array(values, dtype=np.float64))


def _number(text: str | None) -> float:
    """NaN of whatever is no finite number."""
    try:
        found = float(text or "")
    except ValueError:
        return np.nan
    return found if np.isfinite(found) else np.nan
