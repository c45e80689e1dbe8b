"""SEG written and read back on grids that lie any way in space: voxels exact, geometry to what a decimal string holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from oncometry.core import Compartment, Geometry, Image, Modality, Segment, Segmentation
from oncometry.io import (
    MaskTags,
    PatientTags,
    SeriesTags,
    derived_uid,
    read_mask_file,
    write_dicom_series,
    write_seg,
)

SHAPE = (9, 7, 5)
SERIES = SeriesTags(
    derived_uid("study"),
    derived_uid("series"),
    1,
    "T1",
    date(2020, 1, 2),
    repetition_time_ms=500.0,
    echo_time_ms=10.0,
)
TAGS = MaskTags(derived_uid("mask series"), derived_uid("mask"), 9, "tumor", date(2020, 1, 2))


@st.composite
def directions(draw: st.DrawFn) -> NDArray[np.float64]:
    """Any rotation, or one of the 24 along the axes with their negated cosines."""
    if draw(st.booleans()):
        quaternion = np.array(draw(st.lists(st.floats(-1, 1), min_size=4, max_size=4)))
        if np.linalg.norm(quaternion) > 0.1:
            return np.asarray(Rotation.from_quat(quaternion).as_matrix())
    return np.asarray(draw(st.sampled_from(tuple(Rotation.create_group("O").as_matrix())))).round(9)


@st.composite
def grids(draw: st.DrawFn) -> Geometry:
    lengths = draw(st.tuples(*[st.floats(0.3, 7)] * 3))
    origin = draw(st.tuples(*[st.floats(-400, 400)] * 3))
    return Geometry.from_parts(SHAPE, lengths, origin, draw(directions()), derived_uid("frame"))


def _overlapping(grid: Geometry, seed: int) -> Segmentation:
    """Three random segments that share voxels."""
    rng = np.random.default_rng(seed)
    masks = [rng.random(SHAPE) < share for share in (0.1, 0.3, 0.5)]
    parts = (
        Segment.from_mask(
            n,
            f"lesion {n}",
            Compartment.WHOLE,
            mask,
            tracking_uid=derived_uid("lesion", n),
            tracking_id=f"L{n}",
        )
        for n, mask in enumerate(masks, start=1)
    )
    return Segmentation(grid, tuple(parts))


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(grid=grids(), seed=st.integers(0, 1000))
def test_voxels_tracking_and_place_come_back(grid: Geometry, seed: int, tmp_path: Path) -> None:
    wanted = _overlapping(grid, seed)
    image = Image(np.zeros(SHAPE, np.int16), grid, Modality.MR)
    slices = write_dicom_series(image, tmp_path / "image", PatientTags("P1"), SERIES)
    write_seg(wanted, slices, tmp_path / "seg.dcm", TAGS)
    on_image = read_mask_file(tmp_path / "seg.dcm", grid)
    assert on_image.geometry is grid
    for before, after in zip(wanted, on_image, strict=True):
        np.testing.assert_array_equal(on_image.mask(after.number), wanted.mask(before.number))
        assert (after.tracking_uid, after.tracking_id) == (before.tracking_uid, before.tracking_id)
    _lies_where_it_was(read_mask_file(tmp_path / "seg.dcm"), wanted)


def _lies_where_it_was(alone: Segmentation, wanted: Segmentation) -> None:
    """On a grid of the SEG's own frames every voxel's center is where it was, to 0.01 mm."""
    for before, after in zip(wanted, alone, strict=True):
        here = alone.geometry.to_world(np.argwhere(alone.mask(after.number)))
        there = wanted.geometry.to_world(np.argwhere(wanted.mask(before.number)))
        order = [np.lexsort(points.round(2).T) for points in (here, there)]
        np.testing.assert_allclose(here[order[0]].mean(axis=0), there[order[1]].mean(axis=0), atol=1e-3)
        assert len(here) == len(there)
        nearest = np.abs(here[:, None] - there[None]).sum(axis=2).min(axis=1)
        assert nearest.max() < 1e-2


@pytest.mark.parametrize("levels", [255])
def test_fractions_come_back_to_one_level(levels: int, tmp_path: Path) -> None:
    """A SEG holds fractions in 255 steps: those come back exactly, others to half a step."""
    grid = Geometry.from_parts(SHAPE, (1, 1, 3), (0, 0, 0), np.diag([-1.0, -1.0, 1.0]), derived_uid("frame"))
    whole = np.arange(np.prod(SHAPE)).reshape(SHAPE) % (levels + 1) / levels
    for field, step in ((whole, 1e-6), (np.random.default_rng(0).random(SHAPE), 0.5 / levels + 1e-6)):
        segment = Segment((1), "lesion", Compartment.WHOLE, (0, 0, 0), field >= 0.5, field.astype(np.float32))
        image = Image(np.zeros(SHAPE, np.int16), grid, Modality.MR)
        slices = write_dicom_series(image, tmp_path / "image", PatientTags("P1"), SERIES)
        write_seg(Segmentation(grid, (segment,)), slices, tmp_path / "f.dcm", TAGS)
        read = read_mask_file(tmp_path / "f.dcm", grid)[1]
        assert read.probability is not None
        full = np.zeros(SHAPE, np.float32)
        full[read.box] = read.probability
        inside = np.zeros(SHAPE, bool)
        inside[read.box] = True
        assert np.abs(full - field)[inside].max() <= step
        assert (field[~inside] < 0.5).all()
