"""A sphere with a known place: its picture shows it there, whatever the grid."""

from __future__ import annotations

import base64
import re
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.report.build import CENTER, circle, sphere_image

from oncometry.core import Geometry, Image
from oncometry.report.checkerboard import checkerboard_picture
from oncometry.report.display_plane import plane_through
from oncometry.report.gray_window import GrayWindow, window_for
from oncometry.report.picture import Drawn, field_of_view_mm, slice_picture
from oncometry.report.png import png_bytes
from oncometry.report.series_space import Bridge, between
from oncometry.report.settings import ReportSettings

WINDOW = GrayWindow(0.0, 250.0, False, "")


def decoded(png: bytes) -> NDArray[np.uint8]:
    """Gray levels of a PNG whose rows are stored as differences from the row above."""
    columns, rows = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    lines = np.frombuffer(zlib.decompress(png[41 : 41 + length]), np.uint8).reshape(rows, columns + 1)
    assert (lines[:, 0] == 2).all()
    return np.cumsum(lines[:, 1:], axis=0, dtype=np.uint8)


def shown(svg: str) -> NDArray[np.uint8]:
    """The gray levels of a picture."""
    found = re.search(r"data:image/png;base64,([^\"]+)", svg)
    assert found is not None
    return decoded(base64.b64decode(found[1]))


def test_png_keeps_every_gray_level() -> None:
    gray = np.random.default_rng(1).integers(0, 256, (17, 31)).astype(np.uint8)
    assert (decoded(png_bytes(gray)) == gray).all()


@pytest.mark.parametrize("flip", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
@pytest.mark.parametrize("spacing_mm", [(1.0, 1.0, 3.0), (0.6, 1.5, 3.0)])
def test_sphere_is_round_and_in_place_on_any_grid(
    flip: tuple[int, int], spacing_mm: tuple[float, float, float]
) -> None:
    image = turned(sphere_image(15.0, spacing_mm), flip)
    plane = plane_through(image.geometry, CENTER + np.array([10.0, 5.0, 0.0]))
    drawn = Drawn([np.asarray(circle(15.0))])
    svg = slice_picture(image, plane, 100.0, WINDOW, drawn, "a sphere", Bridge(np.eye(4)))
    assert svg is not None
    bright = shown(svg) > 0.65 * 255
    pixel_mm = 100.0 / bright.shape[0]
    rows, columns = np.nonzero(bright)
    assert columns.mean() * pixel_mm - 50 == pytest.approx(-10.0, abs=0.8)
    assert rows.mean() * pixel_mm - 50 == pytest.approx(-5.0, abs=0.8)
    assert np.ptp(columns) * pixel_mm == pytest.approx(30.0, abs=2.0)
    assert np.ptp(rows) * pixel_mm == pytest.approx(30.0, abs=2.0)
    assert svg.count('class="outline"') == 1
    assert "20 mm" in svg


def turned(image: Image, flip: tuple[int, int]) -> Image:
    """The same voxels stored in another order, their places unchanged."""
    array, affine = image.array[:: flip[0], :: flip[1]], image.geometry.affine.copy()
    for axis, sign in enumerate(flip):
        if sign < 0:
            affine[:3, 3] += affine[:3, axis] * (image.geometry.shape[axis] - 1)
            affine[:3, axis] *= -1
    return Image(array, Geometry(image.geometry.shape, affine))


def test_the_patients_left_is_on_the_right() -> None:
    image = sphere_image(2.0)
    plane = plane_through(image.geometry, np.array([0.0, 0.0, 20.0]))
    svg = slice_picture(image, plane, 80.0, WINDOW, Drawn(), "head", Bridge(np.eye(4)))
    gray = shown(str(svg)).astype(float)
    assert gray[:, -20:].mean() > gray[:, :20].mean()


def test_a_registered_image_is_shown_at_the_same_place() -> None:
    image = sphere_image(15.0)
    moved = np.eye(4)
    moved[:3, 3] = (4.0, -6.0, 3.0)
    other = Image(image.array, Geometry(image.geometry.shape, moved @ image.geometry.affine))
    rows = [
        {"scope": "sequence", "fixed_key": "A", "moving_key": "B", "matrix": moved.ravel(), "notices": []}
    ]
    plane = plane_through(image.geometry, CENTER)
    there, back = between("A", "B", rows), between("B", "A", rows)
    assert there is not None
    assert back is not None
    pictures = [
        shown(str(slice_picture(picture, plane, 80.0, WINDOW, Drawn(), "", bridge)))
        for picture, bridge in ((image, Bridge(np.eye(4))), (other, there))
    ]
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 1
    assert back.matrix @ there.matrix == pytest.approx(np.eye(4))


def test_a_poor_registration_is_not_used() -> None:
    poor = [{"code": "REGISTRATION_POOR", "what": "quality 0.01"}]
    row = {
        "scope": "sequence",
        "fixed_key": "A",
        "moving_key": "B",
        "matrix": list(range(16)),
        "notices": poor,
    }
    bridge = between("A", "B", [row])
    assert bridge is not None
    assert not bridge.trusted
    assert bridge.matrix == pytest.approx(np.eye(4))


def test_series_that_nothing_connects_are_not_put_side_by_side() -> None:
    assert between("A", "B", []) is None


def test_lengths_stand_only_where_millimeters_can_be_believed() -> None:
    image = sphere_image(15.0)
    plane = plane_through(image.geometry, CENTER)
    ends = np.stack([CENTER - np.array([15, 0, 0]), CENTER + np.array([15, 0, 0])])
    bridge = Bridge(np.eye(4))
    measured = Drawn(longest=ends, longest_mm=30.0)
    withheld = Drawn(longest=ends, scale=False)
    assert "30.0 mm" in str(slice_picture(image, plane, 80.0, WINDOW, measured, "", bridge))
    assert "mm<" not in str(slice_picture(image, plane, 80.0, WINDOW, withheld, "", bridge))


def test_an_image_elsewhere_gives_no_picture() -> None:
    image = sphere_image(5.0)
    plane = plane_through(image.geometry, CENTER)
    far = np.eye(4)
    far[:3, 3] = 1000.0
    assert slice_picture(image, plane, 80.0, WINDOW, Drawn(), "", Bridge(far)) is None


def test_windows_by_modality() -> None:
    voxels = np.zeros((20, 20, 20))
    voxels[5:15, 5:15, 5:15] = np.linspace(100, 300, 1000).reshape(10, 10, 10)
    settings = ReportSettings()
    ct, pet = window_for("CT", "HU", voxels, settings), window_for("PT", "SUVbw", voxels, settings)
    mr = window_for("MR", "arbitrary", voxels, settings)
    assert (ct.low, ct.high, ct.inverted) == (-160.0, 240.0, False)
    assert (pet.low, pet.high, pet.inverted) == (0.0, 10.0, True)
    assert (mr.low, mr.high) == pytest.approx((20.0, 480.0), rel=0.1)
    inside = np.array([True, True, False])
    assert pet.gray(np.array([0.0, 20.0, 5.0]), inside).tolist() == [255, 0, 255]
    assert window_for("MR", "arbitrary", np.zeros((4, 4, 4)), settings).high == 1.0


def test_one_field_of_view_holds_the_largest_date() -> None:
    assert field_of_view_mm([10.0]) == 60.0
    assert field_of_view_mm([10.0, 44.0]) == 130.0


def test_gray_of_tissue_does_not_hang_on_gain_fat_or_a_bright_lesion() -> None:
    tissue = np.zeros((30, 30, 30))
    tissue[3:27, 3:27, 3:27] = np.random.default_rng(5).normal(300, 20, (24, 24, 24))
    settings, inside = ReportSettings(), np.array([True])
    with_fat = tissue.copy()
    with_fat[3:27, 3:27, 3:6] = 1200.0
    brighter = 7.5 * tissue
    grays = [
        int(window_for("MR", "arbitrary", voxels, settings).gray(np.array([value]), inside)[0])
        for voxels, value in ((tissue, 300.0), (with_fat, 300.0), (brighter, 7.5 * 300.0))
    ]
    assert max(grays) - min(grays) <= 5
    assert 70 < grays[0] < 130


def test_a_way_leads_through_the_reference_images_of_two_dates() -> None:
    def pull(scope: str, fixed: str, moving: str, x_mm: float, notices: list[object]) -> dict[str, object]:
        matrix = np.eye(4)
        matrix[0, 3] = x_mm
        row = {"scope": scope, "fixed_key": fixed, "moving_key": moving, "matrix": matrix.ravel()}
        return row | {"notices": notices}

    rows = [
        pull("sequence", "T1c-1", "FLAIR-1", 1.0, []),
        pull("date", "T1c-1", "T1c-2", 10.0, []),
        pull("sequence", "T1c-2", "FLAIR-2", 100.0, []),
    ]
    bridge = between("FLAIR-1", "FLAIR-2", rows)
    assert bridge is not None
    assert bridge.trusted
    assert bridge.carry(np.zeros(3)).tolist() == [109.0, 0.0, 0.0]
    poor = [{"code": "REGISTRATION_POOR", "what": "quality 0.01"}]
    rows[1] = pull("date", "T1c-1", "T1c-2", 10.0, poor)
    across, within = between("FLAIR-1", "FLAIR-2", rows), between("T1c-2", "FLAIR-2", rows)
    assert across is not None
    assert not across.trusted
    assert within is not None
    assert within.trusted


def test_tiles_of_another_contrast_are_brought_to_its_gray_levels() -> None:
    image = sphere_image(15.0)
    other = Image((image.array * 0.4 + 20.0 * (image.array > 0)).astype(np.float32), image.geometry)
    shown_as = [
        shown(
            str(
                checkerboard_picture(
                    (image, WINDOW), (second, WINDOW), Bridge(np.eye(4)), CENTER, "", match=True
                )
            )
        )
        for second in (image, other)
    ]
    apart = np.abs(shown_as[0].astype(int) - shown_as[1])[shown_as[0] > 0]
    assert np.percentile(apart, 95) <= 4  # all but the edges, where a voxel is part air
