"""The radiomics columns of an experiment once more, of the same regions with their voxels shuffled (see `shuffled_region`)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from oncometry.core import Code, NothingFoundError
from oncometry.core.geometry import FloatArray
from oncometry.core.processes import Processes, first_done
from oncometry.features import FeatureSpec, profile_named
from oncometry.measurement import MeasurementSettings
from oncometry.pipeline.experiment.cohort_columns import CohortColumns, some
from oncometry.pipeline.experiment.cohort_features import VANISHED, ChosenRegion, chosen_regions
from oncometry.pipeline.experiment.cohort_sheet import begun_columns
from oncometry.pipeline.experiment.cohort_sizes import add_deltas
from oncometry.pipeline.progress import Reporter
from oncometry.pipeline.respond import lesion_readings
from oncometry.pipeline.shuffled_region import ShuffledRegion, ShufflingTask
from oncometry.pipeline.stored_rows import Row, plain_rows
from oncometry.prediction.sheet import PatientSheet
from oncometry.store import Store

__all__ = ["shuffled_sheet"]

PREFIX = "radiomics."
Place = tuple[str, int, str]
"""Mask, lesion in it, compartment."""


def shuffled_sheet(
    store: Store, names: Sequence[str], seed: int, jobs: int, reporter: Reporter
) -> PatientSheet:
    """The columns `names` of `cohort_sheet`, of shuffled regions; NaN where the real one is missing or could not be made.

    What was computed before with the same seed is read from the cohort; so is what another experiment needed.

    Args:
        names: of columns `radiomics. ...@K` and `delta.radiomics. ...@K`; others are left away.
        seed: of the shuffling.
        jobs: processes.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, no name is of such a column, or the cohort has no such region.
    """
    asked = [n for n in names if n.removeprefix("delta.").startswith(PREFIX) and f".{VANISHED}@" not in n]
    needed = {n for name in asked for n in _behind(name)}
    columns = begun_columns(store, sorted(needed))
    readings = {p: of[""] for p, of in lesion_readings(store).items() if "" in of and p in columns.place}
    groups = {(name.rpartition(".")[0], name.rpartition("@")[2]) for name in needed}
    regions = [
        region
        for region in chosen_regions(columns, store, readings)
        if (f"{PREFIX}{region.name}", str(region.visit)) in groups
    ]
    tasks = _tasks(store, regions, seed)
    if not tasks:
        raise NothingFoundError(
            Code.NOTHING_FOUND, "the cohort has no region whose voxels could be shuffled.", path=store.cohort
        )
    found = _all(tasks, jobs, reporter)
    _fill(columns, regions, found, needed)
    add_deltas(columns, PREFIX)
    missing = np.full(len(columns.patients), np.nan)
    kept = {name: columns.columns.get(name, missing) for name in asked}
    days = {name: columns.days[name] for name in asked if name in columns.days}
    origin = (("shuffled voxels, seed", str(seed)),)
    return PatientSheet(columns.patients, kept, days, tuple(columns.notices), origin)


def _behind(name: str) -> list[str]:
    """The columns of visits that a column is made from."""
    if not name.startswith("delta."):
        return [name]
    stem, _, number = name.removeprefix("delta.").rpartition("@")
    return [f"{stem}@1", f"{stem}@{number}"]


def _fill(
    columns: CohortColumns,
    regions: Sequence[ChosenRegion],
    found: Mapping[tuple[str, Place], ShuffledRegion],
    needed: set[str],
) -> None:
    cells: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    lost = []
    for region in regions:
        place = (region.mask_key, region.mask_lesion, region.compartment)
        made = found.get((region.series_key, place))
        if made is None or not made.names:
            lost.append(region.patient)
            continue
        for name, value in zip(made.names, made.values, strict=True):
            column = f"{PREFIX}{region.name}.{name}@{region.visit}"
            if column in needed and value is not None:
                cell = cells.setdefault(column, np.full(len(columns.patients), np.nan))
                cell[columns.place[region.patient]] = value
    for column, values in cells.items():
        columns.put(column, values, columns.day_of_visit(int(column.rpartition("@")[2])))
    if lost:
        columns.tell(
            Code.GEOMETRY_MISMATCH,
            f"shuffled voxels: {len(lost)} regions left out ({some(lost)}): the image cuts them off, or the voxels of "
            "the cohort's mask do not tell them as they were measured.",
        )


def _all(
    tasks: Sequence[ShufflingTask], jobs: int, reporter: Reporter
) -> dict[tuple[str, Place], ShuffledRegion]:
    found: dict[tuple[str, Place], ShuffledRegion] = {}
    reporter.stage("shuffling voxels", len(tasks))

    def keep(task: ShufflingTask, made: tuple[ShuffledRegion, ...]) -> None:
        for region in made:
            found[task.series_key, (task.mask_key, region.lesion, region.compartment)] = region
        reporter.advance(task.patient)

    if jobs == 1 or len(tasks) == 1:
        for task in tasks:
            keep(task, task.run())
        return found
    with Processes(min(jobs, len(tasks))) as pool:
        waiting = {pool.submit(task.run): task for task in tasks}
        while waiting:
            for future in first_done(waiting):
                keep(waiting.pop(future), future.result())
    return found


def _tasks(store: Store, regions: Sequence[ChosenRegion], seed: int) -> list[ShufflingTask]:
    """One a mask and image, of the regions that are of a spec which is known here."""
    sources = _Sources(store)
    groups: dict[tuple[str, str, str, str], list[ChosenRegion]] = defaultdict(list)
    for region in regions:
        if region.spec_sha256 in sources.specs:
            groups[region.patient, region.mask_key, region.series_key, region.spec_sha256].append(region)
    return [
        sources.task(patient, mask, series, spec, own, seed)
        for (patient, mask, series, spec), own in groups.items()
    ]


@dataclass(frozen=True, eq=False)
class _Sources:
    """The tables that tell where images and masks are and how they were measured, each read once."""

    store: Store

    @cached_property
    def specs(self) -> dict[str, FeatureSpec]:
        """Hash -> spec, of the steps that computed features."""
        found: dict[str, FeatureSpec] = {}
        for row in self.steps.values():
            if row["name"] == "features":
                data = json.loads(row["parameters"])["spec"]
                spec = type(profile_named(data["profile"])).model_validate(data)
                found[spec.hash] = spec
        return found

    @cached_property
    def steps(self) -> dict[str, Row]:
        return {row["key"]: row for row in plain_rows(self.store.table("steps"))}

    @cached_property
    def volumes(self) -> dict[str, Row]:
        rows = plain_rows(self.store.table("volumes"))
        return {row["series_key"]: row for row in rows if row["derivation"] == "native"}

    @cached_property
    def series(self) -> dict[str, Row]:
        return {row["series_key"]: row for row in plain_rows(self.store.table("series"))}

    @cached_property
    def masks(self) -> dict[str, Row]:
        return {row["mask_key"]: row for row in plain_rows(self.store.table("segmentations"))}

    @cached_property
    def made_by(self) -> dict[str, str]:
        """Path of a file -> key of the step that wrote it."""
        return {row["path"]: row["step_key"] for row in plain_rows(self.store.table("artifacts"))}

    @cached_property
    def voxels(self) -> dict[tuple[str, Place], int]:
        """(image, region) -> voxels that were measured."""
        table = self.store.table("intensities")
        rows = table[table["name"] == "voxels"]
        names = ["series_key", "mask_key", "mask_lesion", "compartment", "value"]
        return {(s, (m, int(n), c)): int(v) for s, m, n, c, v in rows[names].dropna().itertuples(index=False)}

    @cached_property
    def moves(self) -> dict[str, FloatArray]:
        """Image -> (4, 4) from the visit's reference."""
        table = self.store.table("registrations")
        rows = table[table["scope"] == "sequence"]
        return {
            str(key): np.asarray(json.loads(matrix)).reshape(4, 4)
            for key, matrix in zip(rows["moving_key"], rows["matrix"], strict=True)
        }

    def between(self, image_key: str, mask_series: str) -> FloatArray:
        """(4, 4), LPS mm of an image to those of the image that the mask was drawn on."""
        if image_key == mask_series:
            return np.eye(4)
        still = np.eye(4)
        moved = self.moves.get(mask_series, still) @ np.linalg.inv(self.moves.get(image_key, still))
        return np.asarray(moved)

    def task(
        self, patient: str, mask: str, series: str, spec: str, regions: Sequence[ChosenRegion], seed: int
    ) -> ShufflingTask:
        drawn, volume, about = self.masks[mask], self.volumes[series], self.series[series]
        step: Any = json.loads(self.steps[self.made_by[drawn["path"]]]["parameters"])
        wanted = sorted({(r.mask_lesion, r.compartment) for r in regions})
        return ShufflingTask(
            cohort=self.store.cohort,
            patient=patient,
            series_key=series,
            mask_key=mask,
            image_path=volume["path"],
            image_sha256=volume["sha256"],
            mask_path=drawn["path"],
            mask_sha256=drawn["sha256"],
            scheme=drawn["scheme"],
            modality=about["modality"],
            contrast=about["contrast"],
            unit=about["unit"],
            matrix=self.between(series, str(drawn["series_key"])),
            measured=MeasurementSettings(**step["measurement"]),
            spec=self.specs[spec],
            regions=tuple((n, c, self.voxels.get((series, (mask, n, c)), -1)) for n, c in wanted),
            seed=seed,
        )
