"""Masks that do not lie on their image, whose values mean something else, or whose contours are hard to fill.

Each variant writes `mask` (any suffix) and, where it needs one, `image`; the door is `oncometry measure`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset

from oncometry.core import Geometry

from .make_dicom import ROOT, save, series, structures
from .make_nifti import RAS, ball, nifti, nrrd
from .row import BadInput, Outcome, Row

__all__ = ["MASK_ROWS", "TRUE_ML"]

SHAPE = (40, 40, 16)
IMAGE = np.random.default_rng(3).integers(1, 900, SHAPE).astype(np.int16)
BALL = ball(SHAPE, 7.0)
BALL_ML = float(BALL.sum()) * 2 / 1000
TRUE_ML: dict[str, float] = {}
"""Variant -> the volume that it has, where it is measured."""


def _pair(mask: np.ndarray, affine: np.ndarray = RAS, image: np.ndarray = RAS) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        nifti(folder / "image.nii.gz", IMAGE, image)
        nifti(folder / "mask.nii.gz", mask, affine)

    return make


def _shifted(mm: float, axis: int = 0) -> np.ndarray:
    moved = RAS.copy()
    moved[axis, 3] += mm
    return moved


def _measured(name: str, code: str | None, make: Callable[[Path], object], ml: float, *told: str) -> BadInput:
    TRUE_ML[name] = ml
    return BadInput(name, make, code, Outcome.NOTICED if code else Outcome.ACCEPTED, told)


def _values(name: str, value: float, kind: type, code: str | None = "LABELS_GUESSED") -> BadInput:
    return _measured(name, code, _pair((BALL * np.array(value, kind)).astype(kind)), BALL_ML)


def _refused(name: str, code: str, make: Callable[[Path], object], *told: str) -> BadInput:
    return BadInput(name, make, code, told=told)


def _coarse(folder: Path) -> None:
    """The same ball on voxels twice as long in plane: half as many, in the same place."""
    nifti(folder / "image.nii.gz", IMAGE)
    affine = RAS @ np.diag([2.0, 2.0, 1.0, 1.0])
    affine[:2, 3] = [-0.5, -0.5]
    nifti(folder / "mask.nii.gz", BALL[::2, ::2].copy(), affine)


def _beside(folder: Path) -> None:
    """A slice less than the image, and 26.4 mm away: 22 of 1452 voxels are within it."""
    nifti(folder / "image.nii.gz", IMAGE)
    nifti(folder / "mask.nii.gz", ball((40, 40, 15), 7.0), _shifted(-26.4))


COARSE_ML = float(BALL[::2, ::2].sum()) * 8 / 1000


def circle(radius: float, z: float, center: tuple[float, float] = (20.3, 19.6)) -> np.ndarray:
    """(180, 3) LPS mm."""
    t = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    return np.column_stack([center[0] + radius * np.cos(t), center[1] + radius * np.sin(t), np.full(180, z)])


def disk_ml(radius: float, planes: int, step: float = 3.0) -> float:
    """Volume of a stack of the polygons of `circle`."""
    return 0.5 * 180 * np.sin(2 * np.pi / 180) * radius**2 * planes * step / 1000


PLANES = tuple(3.0 * n for n in range(2, 7))
SLICES = tuple(3.0 * n for n in range(9))


def _structures(
    contours: list[np.ndarray],
    *,
    orientation: list[float] | None = None,
    images: tuple[str, ...] = (),
    frame: str = f"{ROOT}.7",
    geometric: str = "CLOSED_PLANAR",
    pixels: int = 40,
    spacing: float = 1.0,
) -> Callable[[Path], object]:
    """An RTSTRUCT on nine slices 3 mm apart, the first pixel at the origin."""
    cosines = orientation or [1.0, 0, 0, 0, 1, 0]
    normal = np.cross(cosines[:3], cosines[3:])

    def make(folder: Path) -> None:
        places = tuple((z * normal).tolist() for z in SLICES)
        array = np.full((pixels, pixels), 700, np.int16)
        series(
            folder / "image",
            positions=SLICES,
            array=array,
            ImagePositionPatient=places,
            ImageOrientationPatient=cosines,
            PixelSpacing=[spacing, spacing],
        )
        made = structures(contours, images=images, frame=frame, geometric=geometric)
        save(made, folder / "mask.dcm")

    return make


OBLIQUE = Geometry.from_parts(
    (1, 1, 1),
    (1, 1, 1),
    (0, 0, 0),
    [[1, 0, 0], [0, np.cos(0.5), -np.sin(0.5)], [0, np.sin(0.5), np.cos(0.5)]],
)


def _turned(contour: np.ndarray) -> np.ndarray:
    return contour @ OBLIQUE.direction.T


def _keyhole(z: float) -> np.ndarray:
    outer, inner = circle(12, z), circle(6, z)
    return np.concatenate([outer, outer[:1], inner[::-1], inner[-1:]])


def _square(low: float, high: float, z: float) -> np.ndarray:
    return np.array([[low, low, z], [high, low, z], [high, high, z], [low, high, z]])


def _strip(z: float) -> np.ndarray:
    """1.6 mm wide, 140 mm long, between the centers of pixels of 4 mm."""
    return np.array([[4.0, 9.2, z], [144, 9.2, z], [144, 10.8, z], [4, 10.8, z]])


def _box(low: tuple[int, int, int], high: tuple[int, int, int]) -> np.ndarray:
    mask = np.zeros(SHAPE, np.uint8)
    mask[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = 1
    return mask


def _constant(folder: Path) -> None:
    nifti(folder / "image.nii.gz", np.where(BALL > 0, 100, IMAGE).astype(np.int16))
    nifti(folder / "mask.nii.gz", BALL)


def _damaged(folder: Path, text: bytes) -> None:
    _structures([circle(9, z) for z in PLANES])(folder)
    path = folder / "mask.dcm"
    data = path.read_bytes()
    at = data.index(b"29.3\\")
    path.write_bytes(data[:at] + text.ljust(4) + data[at + 4 :])


def _lost_point(folder: Path) -> None:
    made = structures([circle(9, z) for z in PLANES])
    item = made.ROIContourSequence[0].ContourSequence[0]
    item.ContourData = item.ContourData[:-3]
    _structures([circle(9, 6.0)])(folder)
    save(made, folder / "mask.dcm")


def _edited(edit: Callable[[FileDataset], object]) -> Callable[[Path], object]:
    """Five round contours of region 1, of which something is changed."""

    def make(folder: Path) -> None:
        _structures([circle(9, 6.0)])(folder)
        made = structures([circle(9, z) for z in PLANES])
        edit(made)
        save(made, folder / "mask.dcm")

    return make


def _in_two_items(made: FileDataset) -> None:
    first = made.ROIContourSequence[0]
    second = copy.deepcopy(first)
    first.ContourSequence, second.ContourSequence = first.ContourSequence[:3], first.ContourSequence[3:]
    made.ROIContourSequence.append(second)


def _of_no_region(made: FileDataset) -> None:
    _in_two_items(made)
    made.ROIContourSequence[1].ReferencedROINumber = 2


def _twice_numbered(made: FileDataset) -> None:
    made.StructureSetROISequence.append(copy.deepcopy(made.StructureSetROISequence[0]))


def _in_two_frames(made: FileDataset) -> None:
    _twice_numbered(made)
    other = made.StructureSetROISequence[1]
    other.ROINumber, other.ROIName, other.ReferencedFrameOfReferenceUID = 2, "PET", "1.2.3"
    drawn = copy.deepcopy(made.ROIContourSequence[0])
    drawn.ReferencedROINumber = 2
    made.ROIContourSequence.append(drawn)


HOLE_ML = disk_ml(12, 5) - disk_ml(6, 5)
MASK_ROWS = (
    Row(
        "mask grid at most 0.001 mm off its image",
        (_measured("0.0008 mm", None, _pair(BALL, _shifted(0.0008)), BALL_ML),),
    ),
    Row(
        "mask in the same space on another grid",
        (_measured("voxels twice as wide", "REGRIDDED", _coarse, COARSE_ML, "2 x 2 x 2 mm"),),
    ),
    Row(
        "mask elsewhere, flipped, in another frame of reference, drawn in another orientation",
        (
            _refused(
                "100 mm away",
                "GEOMETRY_MISMATCH",
                _pair(BALL, _shifted(100)),
                "Mask: 40x40x16",
                "Image: 40x40x16",
            ),
            _refused("two voxels off", "GEOMETRY_MISMATCH", _pair(BALL, _shifted(2)), "mm from"),
            _refused("but for its edge outside the image", "GEOMETRY_MISMATCH", _beside, "1.5%"),
            _refused(
                "flipped about the origin",
                "GEOMETRY_MISMATCH",
                _pair(BALL, np.diag([1.0, 1, 2, 1])),
                "different places",
            ),
            _refused(
                "contours in another frame of reference",
                "GEOMETRY_MISMATCH",
                _structures([circle(9, z) for z in PLANES], frame="1.2.3"),
                "frame of reference 1.2.3",
            ),
            _refused(
                "contours outside the image",
                "GEOMETRY_MISMATCH",
                _structures([circle(9, z) + 300 for z in PLANES]),
                "outside the image",
            ),
            _refused(
                "contours across the slices",
                "GEOMETRY_MISMATCH",
                _structures([_turned(circle(9, z)) for z in PLANES]),
                "another orientation",
            ),
        ),
    ),
    Row(
        "mask values 255, 0.0039, 2^32-29, -1, fractions, bool",
        (
            _values("255", 255, np.uint8),
            _values("0.0039", 0.0039, np.float32),
            _values("2^32-29", 2**32 - 29, np.uint32),
            _values("-1", -1, np.int16),
            _values("1.0 as float", 1.0, np.float32, None),
            _measured(
                "a NRRD of 255",
                "LABELS_GUESSED",
                lambda f: nrrd(f / "mask.nrrd", BALL * np.uint8(255)),
                BALL_ML,
            ),
            _refused(
                "several that are no labels",
                "LABEL_UNKNOWN",
                _pair((BALL * 2.5 + ball(SHAPE, 3.0) * 1.25).astype(np.float32)),
                "3.75",
            ),
            _refused("an image as mask", "LABEL_UNKNOWN", _pair(IMAGE), "not a mask"),
        ),
    ),
    Row(
        "empty mask; contours of points alone",
        (
            _refused("empty", "MASK_EMPTY", _pair(BALL * np.uint8(0)), "encloses nothing"),
            _refused(
                "points alone",
                "MASK_EMPTY",
                _structures([circle(5, 6.0)[:1]], geometric="POINT"),
                "closed contour",
            ),
        ),
    ),
    Row(
        "RTSTRUCT with holes, keyholes, oblique planes, contours on the edge or between pixels, damaged points",
        (
            _measured(
                "holes",
                None,
                _structures([c for z in PLANES for c in (circle(12, z), circle(6, z))]),
                HOLE_ML,
            ),
            _measured(
                "holes by exclusion",
                None,
                _structures(
                    [c for z in PLANES for c in (circle(12, z), circle(6, z))], geometric="CLOSEDPLANAR_XOR"
                ),
                HOLE_ML,
            ),
            _measured("keyholes", None, _structures([_keyhole(z) for z in PLANES]), HOLE_ML),
            _measured(
                "oblique planes",
                None,
                _structures(
                    [_turned(circle(10, z)) for z in PLANES],
                    orientation=[*OBLIQUE.direction[:, 0], *OBLIQUE.direction[:, 1]],
                ),
                disk_ml(10, 5),
            ),
            _measured(
                "a contour along the edge of the image",
                None,
                _structures([_square(-0.5, 20.5, z) for z in PLANES]),
                21 * 21 * 15 / 1000,
            ),
            _measured(
                "a contour beyond the edge",
                "REGRIDDED",
                _structures([circle(9, z, (2, 19.6)) for z in PLANES]),
                disk_ml(9, 5),
                "extended",
            ),
            _refused(
                "between the pixels",
                "CONTOUR_VOLUME",
                _structures([_strip(z) for z in SLICES[:8]], spacing=4.0),
                "2 %",
            ),
            _refused("a point that is no number", "CORRUPT", lambda f: _damaged(f, b"nan"), "finite"),
            _refused(
                "a point less than is stated",
                "HEADER_INCONSISTENT",
                lambda f: _lost_point(f),
                "says that it has 180",
            ),
            _refused(
                "contours of a region that is not declared",
                "HEADER_INCONSISTENT",
                _edited(_of_no_region),
                "2 contours are of region 2",
            ),
            _refused("two regions of one number", "HEADER_INCONSISTENT", _edited(_twice_numbered)),
            _measured("a region in two items", None, _edited(_in_two_items), disk_ml(9, 5)),
            _measured(
                "a region in another frame of reference",
                "GEOMETRY_MISMATCH",
                _edited(_in_two_frames),
                disk_ml(9, 5),
                "PET",
            ),
        ),
    ),
    Row(
        "RTSTRUCT that refers to images that are not there",
        (
            BadInput(
                "absent",
                _structures([circle(9, z) for z in PLANES], images=(f"{ROOT}.55.1",)),
                "REFERENCES_ABSENT",
                Outcome.NOTICED,
                ("none of the 1 images",),
            ),
        ),
    ),
    Row(
        "region at the border of the image; of one or two voxels; of one value",
        (
            BadInput("at the border", _pair(_box((0, 5, 5), (4, 9, 9))), "BORDER", Outcome.WITHHELD),
            BadInput("one voxel", _pair(_box((9, 9, 9), (10, 10, 10))), "TOO_SMALL", Outcome.WITHHELD),
            BadInput("two voxels", _pair(_box((9, 9, 9), (11, 10, 10))), "TOO_SMALL", Outcome.WITHHELD),
            BadInput("of one value", lambda f: _constant(f), "CONSTANT", Outcome.WITHHELD),
        ),
    ),
)
