"""Masks, series, files and steps as nodes of a trace."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from oncometry.store.queries.query import Query
from oncometry.store.tables import (
    ArtifactRow,
    InputFile,
    Instance,
    ParameterSet,
    RunStep,
    SegmentationRow,
    Series,
    SeriesReading,
    Software,
    StepInputRow,
    VolumeRow,
    table_of,
)
from oncometry.store.trace import Trace

__all__ = ["file_trace", "mask_trace", "rows_of", "series_trace", "step_trace"]


def rows_of(connection: Connection, query: Query) -> list[RowMapping]:
    """All rows, by column name."""
    return list(connection.execute(query).mappings())


def file_trace(connection: Connection, *hashes: str) -> list[Trace]:
    """Input files with these bytes, duplicates left out."""
    f = table_of(InputFile)
    query = select(f).where(f.c.sha256.in_(hashes), f.c.is_current, f.c.status != "duplicate")
    return [
        Trace("file", r["shown"], {"sha256": r["sha256"], "size_bytes": r["size"], "status": r["status"]})
        for r in rows_of(connection, query)
    ]


def mask_trace(connection: Connection, mask: RowMapping) -> Trace:
    """A mask, the file it came from, and the image it was drawn on."""
    names = ("kind", "scheme", "scheme_source", "linked_by", "path", "sha256", "geometry_trusted")
    made = ("network", "network_version", "network_sha256", "backend") if mask["network"] else ()
    facts = {name: mask[name] for name in (*names, *made)} | {"source_sha256": mask["source_sha256"]}
    sources = file_trace(connection, mask["source_sha256"])
    if mask["series_id"] is not None:
        key = connection.scalar(select(Series.series_key).where(Series.id == mask["series_id"]))
        sources.append(series_trace(connection, str(key)))
    return Trace("mask", mask["mask_key"], facts, tuple(sources))


def series_trace(connection: Connection, key: str) -> Trace:
    """A series, its copy in the cohort, and its instances with their files."""
    r = table_of(SeriesReading)
    query = select(r).join(Series, Series.id == r.c.series_id).where(Series.series_key == key, r.c.is_current)
    readings = rows_of(connection, query)
    if not readings:
        return Trace("series", key, {})
    found = readings[0]
    v = table_of(VolumeRow)
    copies = select(v).where(v.c.series_id == found["series_id"], v.c.is_current)
    volumes = [
        Trace(
            "volume", c["path"], {"derivation": c["derivation"], "sha256": c["sha256"], "steps": c["steps"]}
        )
        for c in rows_of(connection, copies)
    ]
    names = ("modality", "contrast", "evidence", "unit", "series_instance_uid", "frame_of_reference_uid")
    facts = {name: found[name] for name in names}
    return Trace("series", key, facts, (*volumes, *_instances(connection, found["id"])))


def _instances(connection: Connection, reading_id: int) -> list[Trace]:
    i = table_of(Instance)
    rows = rows_of(connection, select(i).where(i.c.series_reading_id == reading_id).order_by(i.c.position))
    shown = _shown(connection, {row["sha256"] for row in rows})
    return [
        Trace(
            "instance",
            row["sop_instance_uid"] or shown.get(row["sha256"], row["sha256"]),
            {"sha256": row["sha256"], "file": shown.get(row["sha256"])},
        )
        for row in rows
    ]


def _shown(connection: Connection, hashes: Iterable[str]) -> dict[str, str]:
    f = InputFile
    query = select(f.sha256, f.shown).where(f.sha256.in_(set(hashes)), f.is_current, f.status != "duplicate")
    return {row.sha256: row.shown for row in connection.execute(query)}


def step_trace(
    connection: Connection, step_id: int, seen: frozenset[int] = frozenset(), *, deep: bool = True
) -> Trace:
    """A step: version, parameters, and (`deep`) what it took, back to the first.

    `seen` are the steps above it, which are not told again.
    """
    query = (
        select(table_of(RunStep), Software.version, ParameterSet.parameters)
        .join(Software, Software.id == RunStep.software_id)
        .join(ParameterSet, ParameterSet.id == RunStep.parameter_set_id)
        .where(RunStep.id == step_id)
    )
    found = rows_of(connection, query)[0]
    facts = {
        "key": found["step_key"],
        "version": f"oncometry {found['version']}",
        "parameters": json.loads(found["parameters"]),
        "started": found["started"].isoformat(),
        "seconds": found["seconds"],
    }
    if not deep or step_id in seen or found["name"] == "curate":
        return Trace("step", found["name"], facts)
    taken = select(table_of(StepInputRow)).where(StepInputRow.run_step_id == step_id)
    rows = rows_of(connection, taken.order_by(StepInputRow.position))
    sources = [_taken(connection, row, seen | {step_id}) for row in rows if row["kind"] != "file"]
    return Trace("step", found["name"], facts | _files(rows), tuple(s for s in sources if s is not None))


def _files(rows: list[RowMapping]) -> dict[str, Any]:
    hashes = [row["identity"] for row in rows if row["kind"] == "file"]
    return {"input_files_sha256": hashes} if hashes else {}


def _taken(connection: Connection, row: RowMapping, seen: frozenset[int]) -> Trace | None:
    """What a step took: the step that made it, or the series or mask."""
    kind, identity = row["kind"], row["identity"]
    if kind == "series":
        return Trace("series", identity, {"role": row["role"]})
    if kind == "mask":
        masks = select(SegmentationRow.path).where(SegmentationRow.mask_key == identity)
        return Trace("mask", identity, {"role": row["role"], "path": connection.scalar(masks)})
    if kind == "artifact":
        a = ArtifactRow
        made = select(a.run_step_id, a.path).where(a.sha256 == identity).order_by(a.is_current.desc())
        found = connection.execute(made).first()
        if found is None:
            return Trace("artifact", identity, {"role": row["role"]})
        step = step_trace(connection, found.run_step_id, seen)
        return Trace("artifact", found.path, {"role": row["role"], "sha256": identity}, (step,))
    step_id = connection.scalar(select(RunStep.id).where(RunStep.step_key == identity))
    if step_id is None or step_id in seen:
        return None
    return step_trace(connection, step_id, seen)
