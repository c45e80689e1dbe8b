"""The Python face: a cohort as data frames, images and regions.

cohort = oncometry.Cohort.open("cohort")
cohort.table("measurements")
cohort.voxels("DEMO-001", "L1", timepoint=1, contrast="T1c")
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    Image,
    LabelError,
    Modality,
    Segmentation,
    StoreError,
    Unit,
)
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.image import Voxels
from oncometry.core.segmentation import Mask
from oncometry.io import read_mask_file, read_volume
from oncometry.measurement import MeasurementSettings, Regions, lesion_masks, region_voxels
from oncometry.measurement import region as region_of
from oncometry.pipeline import CohortFolder
from oncometry.store import AnalyzedReliability, Finding, Store, Trace, export
from oncometry.store.growth_result import StoredForecast
from oncometry.store.provenance import StepRecord

__all__ = ["Cohort"]

MOST_NAMED = 12


class Cohort:
    """What `oncometry run` filled, open for reading.

    Use as a context manager, or call `close`.
    """

    def __init__(self, folder: CohortFolder, store: Store) -> None:
        self.path = folder.path
        self._folder = folder
        self._store = store

    @classmethod
    def open(cls, path: str | Path, database: str | None = None) -> Cohort:
        """Open a cohort.

        Args:
            path: its folder.
            database: URL with password, where the cohort's database is a server.

        Raises:
            NothingFoundError, StoreError: no cohort there, or a schema of another version.
        """
        folder = CohortFolder.open(Path(path), database)
        return cls(folder, folder.store(database))

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def __enter__(self) -> Cohort:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables (docs/concepts/tables.md)."""
        return tuple(self._store.tables())

    def table(self, name: str) -> pd.DataFrame:
        """One table as a data frame; units are in the column names.

        Raises:
            LabelError: there is no such table.
        """
        if name not in self.tables:
            raise LabelError(
                Code.LABEL_ABSENT, f"there is no table {name!r}; there are {', '.join(self.tables)}."
            )
        return self._store.table(name)

    def why(self, value_id: str) -> Trace:
        """Where a number comes from: mask, images, parameters, version."""
        return self._store.why(value_id)

    def image(self, series_key: str, derivation: str = "native") -> Image:
        """An image of the cohort, 'native' or 'preprocessed'; preprocessed values have no unit.

        Raises:
            LabelError: there is no such series or derivation.
        """
        row = self._one("volumes", series_key=series_key, derivation=derivation)
        series = self._one("series", series_key=series_key)
        unit = Unit(series["unit"]) if derivation == "native" else Unit.ARBITRARY
        return replace(
            read_volume(self.path / row["path"]),
            modality=Modality(series["modality"]),
            contrast=Contrast(series["contrast"]),
            unit=unit,
            key=series_key,
        )

    def segmentation(self, mask_key: str) -> Segmentation:
        """A mask of the cohort, in the label scheme it was measured with."""
        row = self._one("segmentations", mask_key=mask_key)
        found = read_mask_file(self.path / row["path"], scheme=row["scheme"])
        return replace(found, key=mask_key)

    def voxels(
        self,
        patient_id: str,
        lesion: str,
        timepoint: int,
        *,
        contrast: str | None = None,
        compartment: str = "whole",
        series_key: str | None = None,
    ) -> Voxels:
        """The raw voxel values of a region, (n,), in the image's unit, in raster order.

        Args:
            patient_id, lesion, timepoint: as in the `observations` table.
            contrast: 'T1c', 'CT' ...: which image; or `series_key`. By default the one the mask was drawn on.
            compartment: part of the lesion.

        Raises:
            LabelError: no such observation, image or part, or several: more has to be said.
            StoreError: `STORE`, the region found in the cohort's mask is not the one that was measured.
        """
        region = (patient_id, lesion, timepoint, compartment)
        found = self._seen_in(region, contrast, series_key)
        mask_key, key = str(found["mask_key"]), str(found["series_key"])
        start, inside = self._region(mask_key, int(found["mask_lesion"]), Compartment(compartment))
        if int(inside.sum()) != int(found["voxels"]):
            raise StoreError(
                Code.STORE,
                f"{region} has {int(inside.sum())} voxels in the cohort's mask, {found['voxels']} were measured.",
                advice="It was drawn as contours that voxels cannot hold apart; read the source mask instead.",
            )
        between = self.between(key, str(found["drawn_on"]))
        return region_voxels(self.image(key), start, inside, self.segmentation(mask_key).geometry, between)

    def _seen_in(
        self, region: tuple[str, str, int, str], contrast: str | None, series_key: str | None
    ) -> dict[str, Any]:
        """The one mask and image that a region is asked in, with the voxels that were measured."""
        names = ["patient_id", "lesion", "timepoint", "compartment"]
        measured = self.table("measurements")[[*names, "mask_key", "series_key", "voxels"]]
        measured = measured.rename(columns={"series_key": "drawn_on"})
        images = self.table("intensities")
        images = images[[*names, "mask_key", "mask_lesion", "series_key", "contrast"]].drop_duplicates()
        rows = measured.merge(images, on=[*names, "mask_key"])
        own = rows.loc[rows["patient_id"] == region[0], names[1:]].drop_duplicates()
        there = [" ".join(map(str, row)) for row in own.head(MOST_NAMED).itertuples(index=False)]
        for name, value in zip(names, region, strict=True):
            rows = rows[rows[name] == value]
        if series_key is not None:
            rows = rows[rows["series_key"] == series_key]
        elif contrast is not None:
            rows = rows[rows["contrast"] == contrast]
        else:
            rows = rows[rows["series_key"] == rows["drawn_on"]]
        known = (
            f"Of {region[0]!r} there is: {', '.join(there)}."
            if there
            else f"There is no patient {region[0]!r}."
        )
        return _only(rows, f"image with {region}", known)

    def _region(self, mask_key: str, lesion: int, compartment: Compartment) -> tuple[Index, Mask]:
        """First voxel and box of a region, by the settings that it was measured with."""
        return region_of(self.segmentation(mask_key), lesion, compartment, self._measured_by(mask_key))

    def regions(self, mask_key: str) -> list[Regions]:
        """The lesions of a mask with their compartments, on its grid, by the settings that they were measured with."""
        return lesion_masks(self.segmentation(mask_key), self._measured_by(mask_key))

    def _measured_by(self, mask_key: str) -> MeasurementSettings:
        mask = self._one("segmentations", mask_key=mask_key)
        artifact = self._one("artifacts", path=mask["path"])
        step = self._one("steps", key=artifact["step_key"])
        return MeasurementSettings(**json.loads(step["parameters"])["measurement"])

    def check(self) -> list[Finding]:
        """What does not hold: files that changed or are gone, rows that no longer say what they said."""
        return self._store.check()

    def export(self, directory: str | Path, formats: set[str]) -> list[Path]:
        """Write every table; formats are 'csv', 'parquet', 'xlsx'."""
        with self._store.at_one_moment():
            return export(self._store, Path(directory), formats)

    def keep_reliability(self, analyzed: AnalyzedReliability) -> int:
        """Keep how far features can be relied on; gives the number of rows added. Nobody else writes meanwhile."""
        return self._store.add_reliability(analyzed)

    def keep_growth(self, forecasts: Sequence[StoredForecast], step: StepRecord) -> int:
        """Make these the cohort's forecasts of lesions; gives the number of rows added. Nobody else writes meanwhile."""
        return self._store.add_growth(forecasts, step)

    def between(self, image_key: str, mask_series: str) -> FloatArray:
        """(4, 4), LPS mm of an image to those of the series that the mask was drawn on."""
        rows = self.table("registrations")
        rows = rows[rows["scope"] == "sequence"].set_index("moving_key")

        def from_reference(key: str) -> FloatArray:
            if key not in rows.index:
                return np.eye(4)
            return np.asarray(json.loads(str(rows.loc[key, "matrix"]))).reshape(4, 4)

        if image_key == mask_series:
            return np.eye(4)
        return np.asarray(from_reference(mask_series) @ np.linalg.inv(from_reference(image_key)))

    def _one(self, name: str, **where: object) -> dict[str, Any]:
        """The row of a table in which all columns hold the given values."""
        rows = self.table(name)
        for column, value in where.items():
            rows = rows[rows[column] == value]
        asked = ", ".join(f"{column} {value!r}" for column, value in where.items())
        return _only(rows, f"row of the table {name!r} with {asked}")


def _only(rows: pd.DataFrame, asked: str, advice: str | None = None) -> dict[str, Any]:
    """The one row that there must be.

    Args:
        advice: what there is.

    Raises:
        LabelError: `LABEL_ABSENT`, there is none, or more than one.
    """
    if len(rows) != 1:
        what = f"there is no {asked}." if rows.empty else f"there are {len(rows)} of {asked}: say which."
        raise LabelError(Code.LABEL_ABSENT, what, advice=advice)
    return {str(k): v for k, v in rows.iloc[0].to_dict().items()}
