"""What does not hold in a cohort: files, keys, sums, numbers."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Double, RowMapping, Table, func, select

from oncometry.core import StoreError
from oncometry.io.files import sha256_of
from oncometry.store.row_digests import digest_of, unsealed_columns
from oncometry.store.seals import PARTS, Row, seal_of
from oncometry.store.tables import (
    ArtifactRow,
    ClinicalRowRow,
    InputFile,
    LesionObservation,
    LesionRow,
    Model,
    ParameterSet,
    RowCount,
    SegmentationRow,
    SeriesReading,
    table_of,
)
from oncometry.store.tables.model import Versioned

__all__ = ["Fault", "Finding", "find_faults"]

SEALS_AT_ONCE = 200


class Fault(StrEnum):
    """What can be wrong."""

    FILE_MISSING = "FILE_MISSING"
    FILE_CHANGED = "FILE_CHANGED"
    KEY_BROKEN = "KEY_BROKEN"
    SUM_BROKEN = "SUM_BROKEN"
    NOT_FINITE = "NOT_FINITE"
    ORPHAN = "ORPHAN"
    ROWS_MISSING = "ROWS_MISSING"
    ROWS_FOREIGN = "ROWS_FOREIGN"
    SEAL_BROKEN = "SEAL_BROKEN"


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: a stable code, and what, in one sentence."""

    code: Fault
    what: str
    path: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """For `--json`."""
        return {**asdict(self), "code": self.code.value}


def find_faults(connection: Connection, cohort: Path) -> Iterator[Finding]:
    """Everything that does not hold; files are read whole and hashed."""
    yield from _lost_rows(connection)
    yield from _broken_seals(connection)
    yield from _broken_keys(connection)
    yield from _changed_files(connection, cohort)
    yield from _broken_sums(connection)
    yield from _numbers(connection)
    yield from _orphans(connection)


def _lost_rows(connection: Connection) -> Iterator[Finding]:
    """Tables that hold other rows than they were given, by their number, or else by their digest."""
    c = RowCount
    known = connection.execute(select(c.table_name, c.written, c.digest))
    given = {row.table_name: row for row in known}
    for model in Model.__subclasses__():
        table, row = table_of(model), given.get(table_of(model).name)
        if model is c:
            continue
        there = connection.scalar(select(func.count()).select_from(table)) or 0
        written = row.written if row else 0
        if there != written:
            fault = Fault.ROWS_MISSING if there < written else Fault.ROWS_FOREIGN
            yield Finding(fault, f"{table.name} has {there} rows, {written} were written.")
        elif row and not _is_same(connection, model, row.digest):
            yield Finding(Fault.SEAL_BROKEN, f"{table.name} does not say what was written into it.")


def _is_same(connection: Connection, model: type[Model], digest: str) -> bool:
    columns = unsealed_columns(model)
    if not columns:
        return digest == "0"
    try:
        return f"{digest_of(connection.execute(select(*columns))):x}" == digest
    except (StoreError, ValueError):  # a number or a date that is none
        return False


def _changed_files(connection: Connection, cohort: Path) -> Iterator[Finding]:
    a = ArtifactRow
    for path, sha256, size in connection.execute(select(a.path, a.sha256, a.size).where(a.is_current)):
        file = cohort / path
        if not file.is_file():
            yield Finding(Fault.FILE_MISSING, f"{path} is not there.", path)
        elif file.stat().st_size != size:
            found = file.stat().st_size
            yield Finding(Fault.FILE_CHANGED, f"{path} has {found} bytes, {size} were written.", path)
        elif sha256_of(file) != sha256:
            yield Finding(Fault.FILE_CHANGED, f"{path} has other bytes than were written.", path)


def _broken_keys(connection: Connection) -> Iterator[Finding]:
    """Rows that refer to a row that is not there (possible only if constraints were off)."""
    for table in Model.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            element = constraint.elements[0]
            child, parent = element.parent, element.column.table.alias()
            query = (
                select(func.count())
                .select_from(table.outerjoin(parent, child == parent.c[element.column.name]))
                .where(child.is_not(None), parent.c[element.column.name].is_(None))
            )
            count = connection.scalar(query)
            if count:
                yield Finding(
                    Fault.KEY_BROKEN, f"{count} rows of {table.name} have a {child.name} that does not exist."
                )


def _broken_seals(connection: Connection) -> Iterator[Finding]:
    """Rows that no longer say what they said when they were written."""
    for model in Versioned.__subclasses__():
        table = cast("type[Model]", model)
        try:
            yield from _broken_seals_of(connection, table, model)
        except ValueError as error:  # SQLite gives back whatever was written into a column of dates
            yield Finding(Fault.SEAL_BROKEN, f"{table.__tablename__} cannot be read: {error}.")
    sets = select(ParameterSet.id, ParameterSet.sha256, ParameterSet.parameters)
    for number, sha256, text in connection.execute(sets):
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            yield Finding(
                Fault.SEAL_BROKEN, f"parameter_set {number} is not what it was when it was written."
            )


def _broken_seals_of(connection: Connection, table: type[Model], model: type[Versioned]) -> Iterator[Finding]:
    columns = table_of(table)
    last = 0
    while True:
        query = select(columns).where(columns.c.id > last).order_by(columns.c.id).limit(SEALS_AT_ONCE)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        last = rows[-1]["id"]
        parts = {
            part: _by_parent(connection, part, parent, rows) for part, parent in PARTS.get(model, {}).items()
        }
        for row in rows:
            hanging = {part: found[row["id"]] for part, found in parts.items()}
            if not _is_sealed(model, dict(row), hanging):
                what = f"{columns.name} {row['id']}, or a row that hangs on it, is not what it was when it was written."
                yield Finding(Fault.SEAL_BROKEN, what)


def _is_sealed(model: type[Versioned], row: Row, parts: Mapping[type[Model], Sequence[Row]]) -> bool:
    try:
        return seal_of(model, row, parts) == str(row["content_sha256"])
    except StoreError:  # a number that is none
        return False


def _by_parent(
    connection: Connection, part: type[Model], parent: str, rows: Sequence[RowMapping]
) -> Mapping[int, list[Row]]:
    table = table_of(part)
    found: dict[int, list[Row]] = defaultdict(list)
    query = select(table).where(table.c[parent].in_([row["id"] for row in rows]))
    names = [column.name for column in table.c]
    place = names.index(parent)
    for row in connection.execute(query):
        found[row[place]].append(dict(zip(names, row, strict=True)))
    return found


def _broken_sums(connection: Connection) -> Iterator[Finding]:
    """Files in = used + duplicate + quarantined; a duplicate repeats a file that is there."""
    f = InputFile
    rows = connection.execute(select(f.shown, f.status, f.duplicate_of).where(f.is_current)).all()
    shown = {row.shown for row in rows}
    for row in rows:
        if row.status == "duplicate" and row.duplicate_of not in shown:
            what = f"{row.shown} repeats {row.duplicate_of}, which is not among the files."
            yield Finding(Fault.SUM_BROKEN, what)
    members = set(connection.scalars(select(f.member_of).where(f.is_current, f.status == "used")))
    read = select(SeriesReading.id).where(SeriesReading.is_current).limit(1)
    if connection.scalar(read) is not None and not members - {None}:
        yield Finding(Fault.SUM_BROKEN, "there are series, but no file is part of one.")
    unaccounted = select(func.count()).where(
        ClinicalRowRow.status == "matched", ClinicalRowRow.patient_identifier.is_(None)
    )
    if count := connection.scalar(unaccounted):
        yield Finding(Fault.SUM_BROKEN, f"{count} matched clinical rows name no patient.")


def _numbers(connection: Connection) -> Iterator[Finding]:
    for table in Model.metadata.sorted_tables:
        for name in (c.name for c in table.c if isinstance(c.type, Double)):
            count = _not_finite(connection, table, name)
            if count:
                yield Finding(
                    Fault.NOT_FINITE, f"{count} rows of {table.name} have a {name} that is not finite."
                )


def _not_finite(connection: Connection, table: Table, name: str) -> int:
    column: Any = table.c[name]
    low, high = connection.execute(select(func.min(column), func.max(column))).one()
    if all(bound is None or math.isfinite(bound) for bound in (low, high)):
        return 0
    return sum(not math.isfinite(v) for v in connection.scalars(select(column).where(column.is_not(None))))


def _orphans(connection: Connection) -> Iterator[Finding]:
    """Current lesions without an observation, or seen in a mask that is not current."""
    o = LesionObservation
    seen = select(o.id).where(o.lesion_id == LesionRow.id)
    alone = select(LesionRow.display_id).where(LesionRow.is_current, ~seen.exists())
    for name in connection.scalars(alone):
        yield Finding(Fault.ORPHAN, f"lesion {name} is observed nowhere.")
    stale = (
        select(LesionRow.display_id, SegmentationRow.mask_key)
        .join(o, o.lesion_id == LesionRow.id)
        .join(SegmentationRow, SegmentationRow.id == o.segmentation_id)
        .where(LesionRow.is_current, ~SegmentationRow.is_current)
    )
    for name, mask in connection.execute(stale):
        yield Finding(Fault.ORPHAN, f"lesion {name} is seen in mask {mask}, which was replaced.")
