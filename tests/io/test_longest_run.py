"""`slices: longest-run`: the longer side of a gap is the volume, where it is; anything less than clear is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code
from oncometry.io import CurateSettings, FileStatus, Manifest, curate, read_image
from oncometry.io.dicom_frame import Plane
from oncometry.io.dicom_volume import Refused, StackedVolume, stack
from oncometry.io.longest_run import shortened

from ..bad_input.make_dicom import series

LONGEST = CurateSettings(slices="longest-run")
TURNED = np.array([0.9993908, 0.0348995, 0.0]), np.array([-0.0348995, 0.9993908, 0.0])
"""By two degrees."""


def _plane(place: np.ndarray, **changed: object) -> Plane:
    given_ = {
        "path": Path(f"{place.tolist()}.dcm"), "frame": 0, "position": place, "along_i": np.array([1.0, 0, 0]),
        "along_j": np.array([0, 1.0, 0]), "spacing": (1.0, 1.0), "shape": (8, 8), "thickness": 3.0, "step": None,
        "slope": 1.0, "intercept": 0.0,
    }  # fmt: skip
    return Plane(**{**given_, **changed})  # type: ignore[arg-type]


def _planes(heights: list[float]) -> list[Plane]:
    return [_plane(np.array([-4.0, -4.0, z])) for z in heights]


def _run(planes: list[Plane]) -> StackedVolume | None:
    refused = stack(planes, None)
    assert isinstance(refused, Refused)
    found = shortened(refused, None)
    if found is None:
        return None
    assert len(found.volume.planes) + len(found.left.planes) == len(planes)
    return found.volume


def _heights(volume: StackedVolume) -> list[float]:
    return [float(plane.position[2]) for plane in volume.planes]


@given(st.integers(5, 40), st.data(), st.floats(0.5, 10.0), st.floats(-500, 500), st.floats(0, 1))
def test_without_slice_k_the_longer_side_is_the_volume(
    count: int, data: st.DataObject, step: float, start: float, drift: float
) -> None:
    k = data.draw(st.integers(1, count - 2))
    places = [np.array([-4.0 + drift * n, -4.0, start + step * n]) for n in range(count)]
    planes = [_plane(place) for n, place in enumerate(places) if n != k]
    below, above = places[:k], places[k + 1 :]
    longer = max(below, above, key=len)

    volume = _run(data.draw(st.permutations(planes)))

    if len(below) == len(above) or len(longer) < 3:
        assert volume is None
        return
    assert volume is not None
    np.testing.assert_array_equal([plane.position for plane in volume.planes], longer)
    np.testing.assert_allclose(volume.native[:3, 2], [drift, 0, step], atol=1e-9)
    assert volume.notices[0].code is Code.SLICE_MISSING


@pytest.mark.parametrize(
    ("heights", "taken"),
    [
        ([0, 3, 6, 9, 12, 12, 15, 18], [0, 3, 6, 9]),
        ([0, 3, 6, 6.5, 9, 12, 15, 18], [9, 12, 15, 18]),
        ([0, 3, 6, 9, 15, 21, 27, 33, 39], [9, 15, 21, 27, 33, 39]),
        ([0, 3, 6, 9, 10.5, 10.5, 12, 15], [0, 3, 6, 9, 12, 15]),
        ([0, 3, 6, 6, 9, 12], None),
        ([0, 3, 6, 12, 15, 18], None),
        ([0, 3, 7, 12, 13], None),
        ([0, 0, 3, 3, 6, 6], None),
    ],
    ids=str,
)
def test_what_lies_evenly_and_is_longest(heights: list[float], taken: list[float] | None) -> None:
    """Slices in one place belong to no run; two runs of one length, or of two slices, are none."""
    volume = _run(_planes(heights))
    assert (volume and _heights(volume)) == taken


@pytest.mark.parametrize(
    "changed",
    [{"along_i": TURNED[0], "along_j": TURNED[1]}, {"spacing": (0.9, 0.9)}],
    ids=["turned", "wider"],
)
def test_a_plane_that_is_otherwise_ends_a_run(changed: dict[str, object]) -> None:
    planes = _planes([0, 3, 6, 9, 12, 15])
    planes[1] = _plane(planes[1].position, **changed)
    volume = _run(planes)
    assert volume is not None
    assert _heights(volume) == [6, 9, 12, 15]
    assert volume.notices[0].code is Code.SLICES_INCONSISTENT


def test_a_slice_of_unknown_thickness_stays_refused() -> None:
    assert _run([_plane(np.zeros(3), thickness=None)]) is None


def _curated(tmp_path: Path, settings: CurateSettings, heights: tuple[float, ...]) -> Manifest:
    values = tuple(np.full((8, 8), int(z), np.int16) for z in heights)
    series(tmp_path / "in", heights, array=values, RescaleIntercept=0)
    return curate([tmp_path / "in"], settings, workspace=tmp_path / "workspace")


def test_the_run_is_read_and_the_rest_is_set_aside_with_its_range(tmp_path: Path) -> None:
    manifest = _curated(tmp_path, LONGEST, (0, 3, 9, 12, 15, 18, 24))
    (record,) = manifest.series
    assert read_image(record).array[0, 0].tolist() == [9, 12, 15, 18]
    assert record.geometry.origin_lps_mm == (-4, -4, 9)
    told = str(record.notices[0])
    assert told.startswith("SLICE_MISSING")
    assert "3 of 7 are left out (at 0.00 to 3.00 mm and at 24.00 mm)" in told
    aside = [f for f in manifest.files if f.status is FileStatus.QUARANTINED]
    assert [(f.path.name, f.code) for f in aside] == [
        (name, Code.SLICE_MISSING) for name in ("s0.dcm", "s1.dcm", "s6.dcm")
    ]


def test_the_refusal_names_the_setting_where_it_would_help(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    helps = _curated(tmp_path / "a", CurateSettings(), (0, 3, 9, 12, 15, 18))
    assert not helps.series
    assert "the 4 of 6 slices that lie evenly: `oncometry run --slices longest-run`" in helps.files[0].detail
    equal = _curated(tmp_path / "b", CurateSettings(), (0, 3, 6, 12, 15, 18))
    assert "longest-run" not in equal.files[0].detail
