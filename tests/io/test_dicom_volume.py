"""DICOM series made to order: sorted by position, held against what a volume needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from oncometry.core import Code, Contrast, OncometryError, Unit
from oncometry.io import CurateSettings, read_image, read_volume
from oncometry.io.dicom_header import read_header
from oncometry.io.dicom_series import DicomFile, build_series
from oncometry.io.manifest import SeriesRecord

Maker = Callable[..., Path]
MR = {
    "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4",
    "Modality": "MR",
    "RescaleIntercept": None,
    "RescaleSlope": None,
}


def _build(folder: Path) -> tuple[list[SeriesRecord], dict[str, Code]]:
    files = [DicomFile(p, p.name, read_header(p)) for p in sorted(folder.rglob("*.dcm"))]
    records, aside = build_series(files, CurateSettings())
    return records, {item.path.name: item.code for item in aside}


def _one(folder: Path) -> SeriesRecord:
    records, aside = _build(folder)
    assert not aside
    (record,) = records
    return record


def test_slices_are_sorted_by_position_never_by_number(tmp_path: Path, make_slice: Maker) -> None:
    heights = [7.0, -5.0, 1.0, 4.0, -2.0]
    for n, z in enumerate(heights):
        make_slice(f"{n}.dcm", z, np.full((3, 4), n, np.int16), InstanceNumber=n)
    record = _one(tmp_path)
    image = read_image(record)
    assert image.array[0, 0].tolist() == [n - 1024 for n in np.argsort(heights)]
    assert record.geometry.spacing_mm == (0.8, 0.5, 3.0)
    assert record.geometry.shape == (4, 3, 5)
    assert record.geometry.origin_lps_mm == (10, 20, -5)
    assert record.geometry.frame_of_reference_uid == "1.2.3.7"
    assert (image.unit, image.contrast, image.array.dtype) == (Unit.HU, Contrast.CT, np.int16)
    assert image.array.flags.f_contiguous


def test_pixels_keep_their_place_in_the_plane(tmp_path: Path, make_slice: Maker) -> None:
    pixels = np.arange(12, dtype=np.int16).reshape(3, 4)
    make_slice("0.dcm", 0.0, pixels)
    make_slice("1.dcm", 3.0, pixels)
    image = read_image(_one(tmp_path))
    np.testing.assert_array_equal(image.array[:, :, 0], pixels.T - 1024)
    np.testing.assert_allclose(image.geometry.to_world([3, 2, 1]), [10 + 3 * 0.8, 20 + 2 * 0.5, 3.0])


@pytest.mark.parametrize(
    ("heights", "code"),
    [
        ([0, 3, 6, 12, 15], Code.SLICE_MISSING),
        ([0, 3, 6, 15, 18, 24], Code.SLICE_MISSING),
        ([0, 3, 6, 10, 15], Code.SLICES_INCONSISTENT),
        ([0, 3, 3, 6], Code.SLICES_INCONSISTENT),
    ],
)
def test_uneven_positions_are_refused(
    tmp_path: Path, make_slice: Maker, heights: list[float], code: Code
) -> None:
    for n, z in enumerate(heights):
        make_slice(f"{n}.dcm", float(z), AcquisitionNumber=None)
    records, aside = _build(tmp_path)
    assert not records
    assert set(aside.values()) == {code}
    assert len(aside) == len(heights)


def test_positions_rounded_to_a_tenth_are_accepted(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(20):
        make_slice(f"{n}.dcm", round(n * 0.625, 1))
    assert _one(tmp_path).geometry.spacing_mm[2] == pytest.approx(0.625, abs=0.01)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"ImagePositionPatient": None}, Code.GEOMETRY_MISSING),
        ({"ImageOrientationPatient": None}, Code.GEOMETRY_MISSING),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, Code.GEOMETRY_MISSING),
        ({"ImageOrientationPatient": [2, 0, 0, 0, 1, 0]}, Code.GEOMETRY_MISSING),
        ({"PixelSpacing": None}, Code.SPACING_INVALID),
        ({"PixelSpacing": [0, 1]}, Code.SPACING_INVALID),
        ({"PixelSpacing": [-1, 1]}, Code.SPACING_INVALID),
        ({"PixelSpacing": [1]}, Code.SPACING_INVALID),
        ({"SeriesInstanceUID": None}, Code.GEOMETRY_MISSING),
        ({"PatientID": "P2"}, Code.PATIENT_CONFLICT),
        ({"PixelSpacing": [0.5, 0.9]}, Code.SLICES_INCONSISTENT),
    ],
)
def test_one_bad_slice(tmp_path: Path, make_slice: Maker, attributes: dict[str, object], code: Code) -> None:
    for n in range(3):
        make_slice(f"{n}.dcm", 3.0 * n)
    make_slice("bad.dcm", 9.0, **attributes)
    _, aside = _build(tmp_path)
    assert aside["bad.dcm"] is code


@pytest.mark.parametrize("text", [b"nan\\1.0 ", b"0,5\\0,5 "])
def test_spacing_that_is_no_number(tmp_path: Path, make_slice: Maker, text: bytes) -> None:
    path = make_slice("a.dcm", 0.0, PixelSpacing=[1.125, 1.25])
    raw = path.read_bytes()
    assert raw.count(b"1.125\\1.25") == 1
    path.write_bytes(raw.replace(b"1.125\\1.25", text.ljust(10)))
    assert _build(tmp_path)[1] == {"a.dcm": Code.SPACING_INVALID}


def test_pixels_cut_short_or_too_long_are_refused(tmp_path: Path, make_slice: Maker) -> None:
    path = make_slice("a.dcm", 0.0)
    path.write_bytes(path.read_bytes()[:-6])
    with pytest.raises(OncometryError, match="TRUNCATED"):
        read_header(path)
    long = make_slice("b.dcm", 0.0, PixelData=bytes(100))
    with pytest.raises(OncometryError, match="HEADER_INCONSISTENT"):
        read_header(long)


def test_one_slice_of_known_thickness_is_a_volume(tmp_path: Path, make_slice: Maker) -> None:
    make_slice("a.dcm", 0.0, SpacingBetweenSlices=4.0)
    assert _one(tmp_path).geometry.spacing_mm == (0.8, 0.5, 4.0)
    make_slice("a.dcm", 0.0, SliceThickness=None)
    assert _build(tmp_path)[1] == {"a.dcm": Code.GEOMETRY_MISSING}


def test_localizers_are_set_aside(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(3):
        make_slice(f"{n}.dcm", 3.0 * n)
    make_slice("scout.dcm", 99.0, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    records, aside = _build(tmp_path)
    assert len(records) == 1
    assert aside == {"scout.dcm": Code.NOT_A_VOLUME}


def test_interleaved_echoes_become_two_volumes(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(3):
        for echo, te in enumerate((10.0, 90.0)):
            pixels = np.full((3, 4), 100 * echo + n, np.int16)
            make_slice(f"{n}-{echo}.dcm", 3.0 * n, pixels, EchoTime=te, RepetitionTime=3000.0, **MR)
    records, aside = _build(tmp_path)
    assert not aside
    assert {r.key for r in records} == {"1.2.3.5", "1.2.3.5#2"}
    values = sorted(read_image(r).array[0, 0].tolist() for r in records)
    assert values == [[0, 1, 2], [100, 101, 102]]
    assert {r.contrast for r in records} == {Contrast.PD, Contrast.T2}
    assert all(Code.SPLIT_4D in {n.code for n in r.notices} for r in records)


def test_dynamic_phases_are_told_apart_by_time(tmp_path: Path, make_slice: Maker) -> None:
    for phase in range(3):
        for n in range(4):
            pixels = np.full((3, 4), 10 * phase + n, np.int16)
            make_slice(f"{phase}-{n}.dcm", 3.0 * n, pixels, TemporalPositionIdentifier=phase + 1, **MR)
    records, _ = _build(tmp_path)
    assert sorted(read_image(r).array[0, 0].tolist() for r in records) == [
        [0, 1, 2, 3],
        [10, 11, 12, 13],
        [20, 21, 22, 23],
    ]


def test_two_orientations_become_two_volumes(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(3):
        make_slice(f"a{n}.dcm", 3.0 * n)
        make_slice(
            f"c{n}.dcm",
            0.0,
            ImageOrientationPatient=[1, 0, 0, 0, 0, -1],
            ImagePositionPatient=[0.0, 2.0 * n, 0.0],
        )
    records, aside = _build(tmp_path)
    assert not aside
    assert sorted(r.geometry.spacing_mm[2] for r in records) == [2.0, 3.0]


def test_keys_do_not_depend_on_file_names(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(3):
        for echo, te in enumerate((10.0, 90.0)):
            make_slice(f"{n}-{echo}.dcm", 3.0 * n, EchoTime=te, SOPInstanceUID=f"1.9.{n}.{echo}", **MR)
    before = {r.key: r.acquisition["echo_time_ms"] for r in _build(tmp_path)[0]}
    for number, path in enumerate(sorted(tmp_path.glob("*.dcm"), reverse=True)):
        path.rename(tmp_path / f"renamed{number}.dcm")
    assert {r.key: r.acquisition["echo_time_ms"] for r in _build(tmp_path)[0]} == before


def test_a_tilted_gantry_is_resampled_upright(tmp_path: Path, make_slice: Maker) -> None:
    """A cylinder along z, scanned in planes that shift by tan(15 degrees): it stays where it is in space."""
    angle, count, size = np.radians(15), 21, 64
    row, column = np.array([1.0, 0, 0]), np.array([0, np.cos(angle), np.sin(angle)])
    for n in range(count):
        origin = np.array([-32.0, -32.0, 2.0 * n])
        jj, ii = np.mgrid[0:size, 0:size]
        world = origin + ii[..., None] * row + jj[..., None] * column
        inside = (world[..., 0] ** 2 + world[..., 1] ** 2) < 15**2
        make_slice(
            f"{n}.dcm",
            0.0,
            (inside * 1000).astype(np.int16),
            ImagePositionPatient=[float(v) for v in origin],
            ImageOrientationPatient=[float(v) for v in (*row, *column)],
            PixelSpacing=[1.0, 1.0],
            RescaleIntercept=0,
        )
    record = _one(tmp_path)
    image = read_image(record)
    assert Code.TILT in {n.code for n in record.notices}
    assert "15.00 degrees" in record.notices[0].what
    assert record.geometry.is_orthogonal
    world = record.geometry.to_world(np.moveaxis(np.indices(image.array.shape), 0, -1))
    radius = np.hypot(world[..., 0], world[..., 1])
    covered = (world[..., 2] > 12) & (world[..., 2] < 28) & (np.abs(world[..., 1]) < 20)
    assert (image.array[covered & (radius < 13)] > 990).all()
    assert (image.array[covered & (radius > 17)] < 10).all()


def test_slopes_that_vary_are_applied_slice_by_slice(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(3):
        make_slice(
            f"{n}.dcm", 3.0 * n, np.full((3, 4), 10, np.int16), RescaleSlope=0.5 + n, RescaleIntercept=n
        )
    image = read_image(_one(tmp_path))
    np.testing.assert_allclose(image.array[0, 0], [5, 16, 27])
    assert image.array.dtype == np.float32


def test_a_folder_with_two_volumes_needs_a_choice(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(2):
        make_slice(f"a{n}.dcm", 3.0 * n)
        make_slice(f"b{n}.dcm", 3.0 * n, SeriesInstanceUID="1.2.3.55")
    with pytest.raises(OncometryError, match="SPLIT_4D"):
        read_volume(tmp_path)
    assert read_volume(tmp_path, volume=1).key == "1.2.3.55"


Frame = tuple[float, str, tuple[float, float, float] | None]


def _enhanced(make_slice: Maker, frames: list[Frame]) -> Path:
    """An enhanced MR of frames at a height, in a stack, with a direction of the diffusion gradient."""
    measures, orientation = Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [1.0, 1.0], 3.0
    orientation.ImageOrientationPatient = [1.0, 0, 0, 0, 1, 0]
    shared = Dataset()
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    items = []
    for z, stack, direction in frames:
        position, content, item = Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient, content.StackID = [0.0, 0.0, z], stack
        item.PlanePositionSequence, item.FrameContentSequence = [position], [content]
        if direction is not None:
            diffusion, gradient = Dataset(), Dataset()
            gradient.DiffusionGradientOrientation = list(direction)
            diffusion.DiffusionBValue = 1000.0
            diffusion.DiffusionGradientDirectionSequence = [gradient]
            item.MRDiffusionSequence = [diffusion]
        items.append(item)
    pixels = (np.arange(len(frames))[:, None, None] * np.ones((1, 3, 4))).astype("<i2")
    changes = {
        **MR,
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4.1",
        "ImagePositionPatient": None,
        "ImageOrientationPatient": None,
        "PixelSpacing": None,
        "NumberOfFrames": len(frames),
        "SharedFunctionalGroupsSequence": [shared],
        "PerFrameFunctionalGroupsSequence": items,
        "PixelData": pixels.tobytes(),
    }
    return make_slice("enhanced.dcm", 0.0, **changes)


def test_frames_left_out_of_a_file_that_is_used_are_said(tmp_path: Path, make_slice: Maker) -> None:
    good: list[Frame] = [(3.0 * n, "1", None) for n in range(4)]
    gap: list[Frame] = [(z, "2", None) for z in (90.0, 93.0, 99.0, 102.0, 105.0)]
    _enhanced(make_slice, [*good, *gap])
    record = _one(tmp_path)
    (lost,) = (n for n in record.notices if n.code is Code.SLICE_MISSING)
    assert lost.what.startswith("5 frames left out")


@pytest.mark.parametrize("there", [3, 5])
def test_other_frames_described_than_there_are(tmp_path: Path, make_slice: Maker, there: int) -> None:
    path = _enhanced(make_slice, [(3.0 * n, "1", None) for n in range(4)])
    made = pydicom.dcmread(path)
    made.NumberOfFrames, made.PixelData = there, bytes(there * 24)
    made.save_as(path)
    records, aside = _build(tmp_path)
    assert (records, list(aside.values())) == ([], [Code.HEADER_INCONSISTENT])


def test_directions_of_an_enhanced_diffusion_scan_are_volumes(tmp_path: Path, make_slice: Maker) -> None:
    _enhanced(make_slice, [(3.0 * n, "1", d) for d in ((1, 0, 0), (0, 1, 0), (0, 0, 1)) for n in range(4)])
    records, aside = _build(tmp_path)
    assert not aside
    assert [read_image(r).array[0, 0].tolist() for r in records] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
    ]


def test_frames_of_reference_are_not_mixed(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(6):
        make_slice(f"{n}.dcm", 3.0 * n, FrameOfReferenceUID="1.2.3.7" if n < 3 else "1.2.3.8")
    records, _ = _build(tmp_path)
    assert sorted(str(r.geometry.frame_of_reference_uid) for r in records) == ["1.2.3.7", "1.2.3.8"]
    assert all(r.geometry.shape[2] == 3 for r in records)


@pytest.mark.parametrize(("degrees", "records"), [(0.05, 1), (0.5, 0), (2.3, 0)])
def test_a_slice_turned_against_the_others_is_refused(
    tmp_path: Path, make_slice: Maker, degrees: float, records: int
) -> None:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    for n in range(6):
        turned = {"ImageOrientationPatient": [c, s, 0, -s, c, 0]} if n == 4 else {}
        make_slice(f"{n}.dcm", 3.0 * n, **turned)
    found, aside = _build(tmp_path)
    assert len(found) == records
    assert set(aside.values()) == ({Code.SLICES_INCONSISTENT} if not records else set())


def test_phases_a_second_apart_are_two_volumes(tmp_path: Path, make_slice: Maker) -> None:
    for phase in range(2):
        for n in range(4):
            pixels = np.full((3, 4), 10 * phase + n, np.int16)
            make_slice(f"{phase}-{n}.dcm", 3.0 * n, pixels, AcquisitionTime=f"10001{phase}.0", **MR)
    records, aside = _build(tmp_path)
    assert not aside
    assert sorted(read_image(r).array[0, 0].tolist() for r in records) == [[0, 1, 2, 3], [10, 11, 12, 13]]


def test_the_time_of_each_slice_makes_no_volumes(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(8):
        make_slice(f"{n}.dcm", 3.0 * (n % 4), AcquisitionTime=f"10001{n}.0", **MR)
    records, aside = _build(tmp_path)
    assert not records
    assert set(aside.values()) == {Code.SLICES_INCONSISTENT}


@pytest.mark.parametrize(
    ("step", "attributes", "told"),
    [
        (2.0, {"SpacingBetweenSlices": 1.0, "SliceThickness": 1.0}, "only one of 2"),
        (9.0, {"SpacingBetweenSlices": 3.0, "SliceThickness": 2.0}, "only one of 3"),
        (6.0, {"SpacingBetweenSlices": 1.0, "SliceThickness": 5.0}, None),  # the gap, as some write it
        (3.0, {"SpacingBetweenSlices": 3.0, "SliceThickness": 1.5}, None),
        (2.5, {"SpacingBetweenSlices": 1.0}, None),
        (6.0, {"SliceThickness": 3.0, "numbers": 2}, "only one of 2"),
        (3.0, {"SliceThickness": 3.0, "numbers": 2}, None),  # interleaved with another echo
        (6.0, {"SliceThickness": 3.0, "numbers": 1}, None),  # a gap as wide as a slice
    ],
)
def test_every_second_slice_lost_is_said(
    tmp_path: Path, make_slice: Maker, step: float, attributes: dict[str, float], told: str | None
) -> None:
    by = int(attributes.get("numbers", 0))
    stated = {name: value for name, value in attributes.items() if name != "numbers"}
    for n in range(5):
        make_slice(f"{n}.dcm", n * step, InstanceNumber=1 + n * by, **stated)
    said = [n.what for n in _one(tmp_path).notices if n.code is Code.SLICE_MISSING]
    assert len(said) == (1 if told else 0)
    assert all(told is None or told in what for what in said)


@pytest.mark.parametrize(("keyword", "other"), [("StudyInstanceUID", "1.2.3.66"), ("Modality", "PT")])
def test_two_studies_or_modalities_are_no_volume(
    tmp_path: Path, make_slice: Maker, keyword: str, other: str
) -> None:
    for n in range(6):
        make_slice(f"{n}.dcm", 3.0 * n, **({keyword: other} if n > 2 else {}))
    records, _ = _build(tmp_path)
    assert [record.geometry.shape[2] for record in records] == [3, 3]
    assert all(Code.SPLIT_4D in [n.code for n in record.notices] for record in records)


@pytest.mark.parametrize(
    ("keyword", "one", "two", "conflict"),
    [
        ("PatientName", "A^B", "C^D", True),
        ("PatientBirthDate", "19500101", "19600101", True),
        ("PatientName", "DOE^JANE", "Doe^Jane^^", False),
        ("PatientName", "A^B", "", False),
    ],
)
def test_two_people_without_an_id(
    tmp_path: Path, make_slice: Maker, keyword: str, one: str, two: str, conflict: bool
) -> None:
    for n in range(4):
        make_slice(f"{n}.dcm", 3.0 * n, PatientID="", **{keyword: two if n > 1 else one})
    records, aside = _build(tmp_path)
    assert set(aside.values()) == ({Code.PATIENT_CONFLICT} if conflict else set())
    assert len(records) == (0 if conflict else 1)
