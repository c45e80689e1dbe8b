"""Measured on real label maps and slices: laws that hold whatever the truth is."""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Compartment, Geometry, Segment, Segmentation, scheme_named
from oncometry.measurement import measure

DATA = os.environ.get("ONCOMETRY_DATA")
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(DATA is None, reason="ONCOMETRY_DATA does not name the data folder"),
]


def labels_of(path):
    data = gzip.decompress(path.read_bytes())
    shape = struct.unpack_from("<8h", data, 40)[1:4]
    kind = {2: np.uint8, 16: np.float32, 64: np.float64}[struct.unpack_from("<h", data, 70)[0]]
    start = int(struct.unpack_from("<f", data, 108)[0])
    return np.frombuffer(data, kind, int(np.prod(shape)), start).reshape(shape, order="F")


@pytest.mark.parametrize("number", [0, 31, 62])
def test_glioma_label_maps(number):
    folder = Path(DATA) / "imaging" / "msd-brats-labels" / "labelsTr"
    labels = labels_of(sorted(folder.glob("*.nii.gz"))[number])
    scheme = scheme_named("msd-brain-tumour")
    segments = tuple(Segment.from_mask(v, n, c, labels == v) for v, (n, c) in scheme.labels.items())
    found = measure(Segmentation(Geometry(labels.shape, np.eye(4)), segments, scheme.name))
    voxels = sum(x.whole.voxels for x in found.lesions) + sum(p.voxels for p in found.small_parts)
    assert voxels == np.count_nonzero(labels)
    for lesion in found.lesions:
        for m in (m for m in lesion.measurements if not m.absent):
            low, high = np.array(m.box_lps_mm)
            span = np.linalg.norm(high - low)
            assert 0 < m.perpendicular_mm <= m.longest_diameter_mm <= m.diameter_3d_mm + 1e-9
            assert m.diameter_3d_mm <= span + 1
            assert m.longest_diameter_mm >= 2 * np.sqrt(_outline_area(m) / np.pi) * 0.95
            assert m.surface_mm2 >= 0.98 * (36 * np.pi) ** (1 / 3) * (m.volume_ml * 1000) ** (2 / 3)
            assert m.compartment is not Compartment.OTHER


def _outline_area(m):
    """Of the measured slice; no flat region of a diameter has more than its circle."""
    area = 0.0
    for polygon in m.outline_lps_mm:
        x, y = polygon[:, 0], polygon[:, 1]
        area += float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    return abs(area)
