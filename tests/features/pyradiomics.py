"""PyRadiomics' test cases and its baselines of features, which ONCOMETRY_DATA holds."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.features.region import Levels

from .regions import levels_of

DATA = os.environ.get("ONCOMETRY_DATA")
needs_data = pytest.mark.skipif(DATA is None, reason="set ONCOMETRY_DATA to the folder of reference data")

CASES = ("brain1", "brain2", "breast1")


@cache
def baseline(family: str) -> dict[str, dict[str, float]]:
    """Column -> PyRadiomics' name of a feature -> value."""
    assert DATA
    with (Path(DATA) / "reference" / "pyradiomics-baseline" / f"baseline_{family}.csv").open() as file:
        names, *rows = csv.reader(file)
    start = f"original_{family}_"
    features = [row for row in rows if row[0].startswith(start)]
    return {
        column: {row[0].removeprefix(start): float(row[c]) for row in features if row[c]}
        for c, column in enumerate(names)
        if c > 0
    }


@cache
def case_levels(case: str, bin_width: float = 25, bin_count: int | None = None) -> Levels:
    """A case discretized as PyRadiomics does."""
    assert DATA
    folder = Path(DATA) / "imaging" / "pyradiomics"
    image = sitk.GetArrayFromImage(sitk.ReadImage(folder / f"{case}_image.nrrd")).astype(float)
    mask = sitk.GetArrayFromImage(sitk.ReadImage(folder / f"{case}_label.nrrd")) == 1
    box = tuple(slice(at.min(), at.max() + 1) for at in np.nonzero(mask))
    image, mask = image[box], mask[box]
    values = image[mask]
    if bin_count is None:
        low = np.floor(values.min() / bin_width) * bin_width
        levels = np.floor((image - low) / bin_width).astype(int) + 1
    else:
        edges = np.histogram_bin_edges(values, bin_count)
        levels = np.digitize(image, edges[1:-1]) + 1
    return levels_of(np.where(mask, levels, 0))
