"""A cohort small enough to run in seconds: two patients, two dates each, every kind of mask, a sheet.

P1 has SEG, then RTSTRUCT: a lesion that shrinks, and at the second date a new one. P2 has NIfTI label maps:
a lesion, and then none. Balls, so that volumes are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pydicom
from pydicom.config import disable_value_validation

from oncometry.core import Geometry, Image, Modality, Segment, Segmentation, scheme_named
from oncometry.io import (
    MaskTags,
    PatientTags,
    SeriesTags,
    derived_uid,
    write_dicom_series,
    write_rtstruct,
    write_seg,
    write_volume,
)

GRID = Geometry.from_parts((44, 48, 12), (3.2, 3.2, 8), (-70, -75, -44), np.eye(3))
DAYS = (date(2020, 1, 1), date(2020, 3, 1))
CENTER, SECOND = (20.0, 12.0, 0.0), (-30.0, -20.0, 10.0)
P1, P2 = "P 1/α", "0002"
"""An id that no file can be named by, and one that a spreadsheet would turn into a number."""


@dataclass(frozen=True)
class Ball:
    """A lesion with a necrotic middle, LPS mm."""

    center_mm: tuple[float, float, float]
    radius_mm: float


LESIONS: dict[tuple[str, int], tuple[Ball, ...]] = {
    (P1, 0): (Ball(CENTER, 24),),
    (P1, 1): (Ball(CENTER, 18), Ball(SECOND, 14)),
    (P2, 0): (Ball(CENTER, 20),),
    (P2, 1): (),
}


def write_small_cohort(folder: Path, visits: tuple[int, ...] = (0, 1), maker: str = "") -> Path:
    """Write the visits numbered from 0 under `folder`, and `clinical.csv` beside them; gives the folder."""
    for patient, visit in LESIONS:
        if visit in visits:
            _write_visit(folder / "scans", patient, visit, maker)
    (folder / "clinical.csv").write_text(
        "patient_id,date,response,kps\n"
        f"{P1},2020-03-01,PR,90\n"
        f"{P2},2020-03-01,CR,80\n"
        "0003,2020-03-01,SD,70\n",
        encoding="utf-8",
    )
    return folder


def write_two_visits(folder: Path, names: tuple[str, str], date: str) -> Path:
    """A patient whose first visit states `date`, each visit in a folder of that name."""
    made = write_small_cohort(folder.parent / f"made for {folder.name}") / "scans" / "one"
    visits = sorted(path for path in made.iterdir() if path.is_dir())
    folder.mkdir()
    for visit, name in zip(visits, names, strict=True):
        visit.rename(folder / name)
    with disable_value_validation():
        for path in (folder / names[0]).rglob("*.dcm"):
            dataset = pydicom.dcmread(path)
            for element in [e for e in dataset if e.VR == "DA"]:
                element.value = date
            dataset.save_as(path)
    return folder


def labels_of(patient: str, visit: int) -> np.ndarray:
    """(ni, nj, nk) BraTS 2023 labels: 1 necrosis, 3 enhancing."""
    labels = np.zeros(GRID.shape, np.uint8)
    for ball in LESIONS[patient, visit]:
        far = _distance_mm(ball.center_mm)
        labels[far < ball.radius_mm] = 3
        labels[far < ball.radius_mm / 2] = 1
    return labels


def volume_ml(patient: str, visit: int) -> list[float]:
    """Of each lesion, by its voxels, the largest first."""
    voxel_ml = GRID.voxel_volume_mm3 / 1000
    balls = LESIONS[patient, visit]
    sizes = [float((_distance_mm(b.center_mm) < b.radius_mm).sum()) * voxel_ml for b in balls]
    return sorted(sizes, reverse=True)


def _distance_mm(center_mm: tuple[float, float, float]) -> np.ndarray:
    places = GRID.to_world(np.stack(np.indices(GRID.shape), axis=-1).reshape(-1, 3))
    return np.linalg.norm(places - center_mm, axis=1).reshape(GRID.shape)


def _picture(patient: str, visit: int, scale: float) -> np.ndarray:
    """A head of ellipsoids: the same at both dates but for the lesions and the noise."""
    i, j, k = (np.indices(GRID.shape) / np.reshape(GRID.shape, (3, 1, 1, 1)) - 0.5) * 2
    skull = (i**2 + j**2 + 0.6 * k**2) < 0.85
    inner = ((i - 0.2) ** 2 + (j + 0.3) ** 2 + k**2) < 0.1
    stripes = 60 * np.sin(9 * i + 4 * j) + 40 * np.sin(7 * j - 5 * k)
    rng = np.random.default_rng([visit, int(scale), len(patient)])
    values = skull * (400 + stripes + 150 * inner) * scale + rng.normal(0, 5, GRID.shape)
    values[labels_of(patient, visit) == 3] += 200
    return np.clip(values, 0, 4000).astype(np.int16)


def _write_visit(folder: Path, patient: str, visit: int, maker: str) -> None:
    day = DAYS[visit]
    place = folder / ("one" if patient == P1 else "two") / day.isoformat()
    grid = Geometry(GRID.shape, GRID.affine, derived_uid("small", patient, visit, "frame"))
    slices: tuple[Path, ...] = ()
    for number, (name, agent, scale) in enumerate(((("T1 gd"), "Gadobutrol", 1.0), ("T1", None, 0.8)), 1):
        tags = SeriesTags(
            derived_uid("small", patient, visit),
            derived_uid("small", patient, visit, name),
            number,
            f"{name} SE axial",
            day,
            manufacturer=maker,
            repetition_time_ms=500.0,
            echo_time_ms=10.0,
            contrast_agent=agent,
        )
        image = Image(_picture(patient, visit, scale), grid, Modality.MR)
        written = write_dicom_series(image, place / name.replace(" ", ""), PatientTags(patient), tags)
        slices = slices or written
    _write_mask(place, patient, visit, slices, grid)


def _write_mask(place: Path, patient: str, visit: int, slices: tuple[Path, ...], grid: Geometry) -> None:
    labels = labels_of(patient, visit)
    if patient == P2:
        write_volume(Image(labels, grid), place / f"{P2}_{DAYS[visit].isoformat()}_T1gd_seg.nii.gz")
        return
    named = scheme_named("brats-2023").labels
    segments = tuple(Segment.from_mask(n, *named[n], labels == n) for n in (1, 3))
    tags = MaskTags(
        derived_uid("small", patient, visit, "masks"),
        derived_uid("small", patient, visit, "mask"),
        9,
        "tumor",
        DAYS[visit],
    )
    write = write_rtstruct if visit else write_seg
    write(Segmentation(grid, segments, "brats-2023"), slices, place / "mask.dcm", tags)
