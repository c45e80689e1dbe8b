"""The response maps on which IBSI-2 agreed, within 1 % of their range: the standard's own criterion."""

from __future__ import annotations

import os
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from tests.reference.ibsi_2_filters import CONSENSUS, SPACING_MM

DATA = Path(os.environ.get("ONCOMETRY_DATA", "/nowhere")) / "reference" / "ibsi-2"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        "ONCOMETRY_DATA" not in os.environ, reason="ONCOMETRY_DATA does not name the data folder"
    ),
]

APART = {"8.a.1", "9.a", "9.b.1", "10.b.1", "2.b", "2.c", "4.b.1", "4.b.2", "1.a.3", "2.a"}
"""Maps from which the consensus, an average of several programs, is more than 1e-6 of its range away."""


def voxels(path: Path) -> np.ndarray:
    """(nk, nj, ni)."""
    return np.asarray(nib.load(path).dataobj, dtype=np.float64).T


@pytest.mark.parametrize("test", CONSENSUS)
def test_response_map(test):
    phantom, one = CONSENSUS[test]
    image = voxels(DATA / "phantoms" / "nifti" / phantom / "image" / f"{phantom}.nii.gz")
    expected = voxels(DATA / "response-maps" / f"{test.replace('.', '_')}-ValidCRM.nii.gz")
    difference = np.abs(one.apply(image, SPACING_MM) - expected).max() / np.ptp(expected)
    assert difference < (0.004 if test in APART else 1e-6)
