"""Cases that judge networks: the demo cohort, and the few real images with masks of the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from made_heads import Examination
from oncometry.convert import as_segmentation
from oncometry.core import Contrast, Geometry, Image, Segmentation
from oncometry.core.segmentation import Mask
from oncometry.io import read_volume
from oncometry.synthesis import DemoSettings, write_demo

__all__ = ["demo_cases", "real_cases"]

SEQUENCES = (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)
LOST_SPACING_MM = (0.9, 0.9, 6.5)
"""Of brain-tumor-progression, whose headers say 1 x 1 x 1: what makes its heads as large as heads are."""
REGIONS = {"WT": (1, 2, 3), "TC": (1, 3), "ET": (3,)}


def demo_cases(folder: Path, patients: int, dates: int) -> Iterator[Examination]:
    """Visits of a demo cohort in which something is drawn; sequences as scanned, moved by up to millimeters."""
    write_demo(folder, DemoSettings(patients=patients, dates=dates, seed=77))
    for visit in sorted(place for place in (folder / "dicom").glob("*/*") if place.is_dir()):
        patient, day = visit.parent.name, visit.name
        there = [*visit.glob("SEG/*"), *visit.glob("RTSTRUCT/*"), *folder.glob(f"masks/{patient}/*{day}*")]
        if there:
            images = {c: replace(read_volume(visit / c.value), contrast=c) for c in SEQUENCES}
            grid = images[Contrast.T1C].geometry
            drawn = as_segmentation(there[0], image_geometry=grid, scheme="brats-2023")
            yield Examination(f"{patient} {day}", images, _regions(drawn))


def real_cases(data: Path) -> Iterator[Examination]:
    """T1c of patients with one mask of the tumor; which part of it was drawn nobody says, so it judges every region."""
    for name in ("brain1", "brain2"):
        place = data / "imaging/pyradiomics"
        image = read_volume(place / f"{name}_image.nrrd")
        yield _one_mask(name, image, read_volume(place / f"{name}_label.nrrd", interpolation="nearest"))
    for visit in ("01/Pre", "01/Post", "02/Pre", "02/Post"):
        place = data / "imaging/brain-tumor-progression"
        image, mask = (
            _respaced(read_volume(place / f"{visit}_{what}.nii.gz", "sform")) for what in ("Scan_T1", "Mask")
        )
        yield _one_mask(f"progression {visit}", image, mask)


def _one_mask(name: str, image: Image, mask: Image) -> Examination:
    drawn = np.asarray(mask.array) > 0
    return Examination(
        name, {Contrast.T1C: replace(image, contrast=Contrast.T1C)}, dict.fromkeys(REGIONS, drawn)
    )


def _respaced(image: Image) -> Image:
    old = image.geometry
    direction = old.affine[:3, :3] / np.array(old.spacing_mm)
    return replace(
        image, geometry=Geometry.from_parts(old.shape, LOST_SPACING_MM, old.affine[:3, 3], direction)
    )


def _regions(drawn: Segmentation) -> dict[str, Mask]:
    there = {segment.number for segment in drawn}
    none = np.zeros(drawn.geometry.shape, bool, order="F")
    chosen = {name: [n for n in numbers if n in there] for name, numbers in REGIONS.items()}
    return {name: drawn.mask(*numbers) if numbers else none for name, numbers in chosen.items()}
