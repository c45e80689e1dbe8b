"""DICOM files and series: numbers that do not hold, slices that do not belong together, objects that are no images."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ImplicitVRLittleEndian

from oncometry.io import CurateSettings

from .good_patient import write_good_patient
from .make_dicom import MR, ROOT, compress, dataset, put, raw_number, save, series
from .row import BadInput, Outcome, Row

__all__ = ["DICOM_ROWS", "write_enhanced"]


def _slice(name: str, code: str, *told: str, **attributes: object) -> BadInput:
    """One slice of which something is wrong."""
    return BadInput(name, lambda f: put(f, **attributes), code, told=told)  # type: ignore[arg-type]


def _spacing(text: bytes) -> BadInput:
    def make(folder: Path) -> None:
        raw_number(put(folder), "PixelSpacing", text)

    return BadInput(f"`{text.decode()}`", make, "SPACING_INVALID", told=("PixelSpacing",))


def _one_of(name: str, code: str, *told: str, **attributes: object) -> BadInput:
    """A series of five of which the third is otherwise."""

    def make(folder: Path) -> None:
        for n in range(5):
            put(folder, f"{n}.dcm", 3.0 * n, **(attributes if n == 2 else {}))  # type: ignore[arg-type]

    return BadInput(name, make, code, told=told)


def _series(
    name: str, code: str | None, outcome: Outcome, make: Callable[[Path], object], *told: str
) -> BadInput:
    return BadInput(name, make, code, outcome, told)


def _changed_bytes(folder: Path, old: bytes, new: bytes) -> None:
    path = put(folder)
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


def _cut(share: float) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        path = put(folder)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return make


def _undefined_length(folder: Path) -> None:
    """The length of the pixel data is 0xFFFFFFFE."""
    path = put(folder)
    data = path.read_bytes()
    at = data.index(b"\xe0\x7f\x10\x00OW\0\0") + 8
    path.write_bytes(data[:at] + b"\xfe\xff\xff\xff" + data[at + 4 :])


def _compressed(kind: str, count: int = 1, side: int = 8, **stated: object) -> Callable[[Path], object]:
    """Slices of zeros, compressed, of whose headers something is changed afterwards."""

    def make(folder: Path) -> None:
        zeros = np.zeros((side, side), np.int16)
        for path in series(folder, [3.0 * n for n in range(count)], array=zeros):
            made = pydicom.dcmread(compress(path, kind))
            for keyword, value in stated.items():
                setattr(made, keyword, value)
            save(made, path)

    return make


def _deflated_bomb(folder: Path) -> None:
    """A data set that inflates a thousand times: 96 MiB of zeros."""
    path = save(dataset(), folder / "a.dcm")
    made = pydicom.dcmread(path)
    made.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    head = Dataset()
    head.file_meta = made.file_meta
    save(made, path)
    data = path.read_bytes()
    meta = 132 + 12 + int.from_bytes(data[140:144], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = zlib.decompress(data[meta:], -15)
    big = b"\xe1\x7f\x10\x00OB\0\0" + (96 << 20).to_bytes(4, "little")
    pieces = [packer.compress(body + big)]
    pieces += [packer.compress(bytes(1 << 20)) for _ in range(96)]
    path.write_bytes(data[:meta] + b"".join(pieces) + packer.flush())


def _deep(folder: Path) -> None:
    """A hundred thousand sequences, one in the other."""
    path = put(folder)
    data = path.read_bytes()
    at = data.index(b"\xe0\x7f\x10\x00OW\0\0")
    nested = (b"\x09\x00\x10\x10SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * 100_000
    path.write_bytes(data[:at] + b"\x09\x00\x10\x00LO\x04\x00DEEP" + nested + data[at:])


def _long_text(folder: Path) -> None:
    made = dataset(SeriesDescription="x" * (5 << 20))
    made.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian  # explicit lengths end at 64 KiB
    save(made, folder / "a.dcm")


def _two_echoes(folder: Path) -> None:
    for number, echo in enumerate((10.0, 90.0), 1):
        series(folder, start=f"e{number}", SOPClassUID=MR, Modality="MR", EchoTime=echo, EchoNumbers=number)


def _phases(folder: Path) -> None:
    for number in (1, 2, 3):
        series(
            folder,
            start=f"p{number}",
            SOPClassUID=MR,
            Modality="MR",
            TemporalPositionIdentifier=number,
            AcquisitionTime=f"1200{number:02d}",
        )


def _b_values(folder: Path) -> None:
    for number, b in enumerate((0.0, 1000.0), 1):
        series(folder, start=f"b{number}", SOPClassUID=MR, Modality="MR", DiffusionBValue=b)


def _tilted(folder: Path) -> None:
    for n in range(6):
        put(
            folder,
            f"{n}.dcm",
            ImagePositionPatient=[-4.0, -4.0 + n * 0.8, 3.0 * n],
            InstanceNumber=n,
            SOPInstanceUID=f"{ROOT}.9.{n}",
        )


def _backward(folder: Path) -> None:
    series(folder, InstanceNumber=(5, 2, 4, 1, 3))


def write_enhanced(folder: Path, described: int = 4) -> None:
    made = dataset(
        array=np.arange(4 * 64, dtype=np.int16).reshape(4, 8, 8), SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1"
    )
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"):
        delattr(made, keyword)
    made.NumberOfFrames = 4
    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    measures.PixelSpacing, measures.SliceThickness = [1.0, 1.0], 3.0
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = Items([orientation]), Items([measures])
    made.SharedFunctionalGroupsSequence = Items([shared])
    frames = []
    for z in (9.0, 0.0, 6.0, 3.0):
        frame, place = Dataset(), Dataset()
        place.ImagePositionPatient = [-4.0, -4.0, z]
        frame.PlanePositionSequence = Items([place])
        frames.append(frame)
    made.PerFrameFunctionalGroupsSequence = Items(frames[:described])
    save(made, folder / "enhanced.dcm")


def _with_localizer(folder: Path) -> None:
    series(folder)
    put(folder, "scout.dcm", 40, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], SOPInstanceUID=f"{ROOT}.99")


def _with_capture(folder: Path) -> None:
    series(folder)
    put(
        folder,
        "capture.dcm",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.7",
        SOPInstanceUID=f"{ROOT}.98",
        Modality="OT",
    )


def _gap(folder: Path) -> None:
    series(folder, positions=(0, 3, 6, 12, 15))


def _out_of_line(which: int) -> tuple[list[int], ...]:
    """Places of five slices, of which one is 5 mm beside the others."""
    return tuple([1 if n == which else -4, -4, 3 * n] for n in range(5))


def _two_patients(folder: Path) -> None:
    series(folder, PatientID=("BAD", "BAD", "OTHER", "BAD", "BAD"))


def _copies(folder: Path) -> None:
    for path in series(folder):
        shutil.copy(path, folder / f"copy of {path.name}")


def _conflict(folder: Path) -> None:
    series(folder)
    uid = pydicom.dcmread(folder / "s2.dcm").SOPInstanceUID
    put(folder, "other.dcm", 6, SOPInstanceUID=uid, array=np.ones((8, 8), np.int16))


def _stray(folder: Path) -> None:
    """The last slice bears another series, as if a digit of its UID had been damaged."""
    series(folder, SeriesInstanceUID=(*[f"{ROOT}.5"] * 4, f"{ROOT}.4"))


def _stray_within(folder: Path) -> None:
    series(folder, positions=(0, 3, 6), SeriesInstanceUID=(f"{ROOT}.5", f"{ROOT}.4", f"{ROOT}.5"))


def _seg(**changed: object) -> Callable[[Path], object]:
    """A SEG without its images, of which the orientation or the measures of pixels are changed."""

    def make(folder: Path) -> None:
        good = write_good_patient(folder / "good")
        made = pydicom.dcmread(good / "mask.dcm")
        shutil.rmtree(good)
        made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.96"
        made.PatientID = "BAD"
        shared = made.SharedFunctionalGroupsSequence[0]
        for keyword, value in changed.items():
            item = shared.PixelMeasuresSequence[0]
            if "Orientation" in keyword:
                item = shared.PlaneOrientationSequence[0]
            setattr(item, keyword, value)
        save(made, folder / "mask.dcm")

    return make


def _seg_edited(edit: Callable[[pydicom.FileDataset], object]) -> Callable[[Path], object]:
    """A SEG without its images, of which something is changed."""

    def make(folder: Path) -> None:
        _seg()(folder)
        made = pydicom.dcmread(folder / "mask.dcm")
        edit(made)
        save(made, folder / "mask.dcm")

    return make


def _renumbered(made: pydicom.FileDataset) -> None:
    made.SegmentSequence[0].SegmentNumber = 7


def _segment_twice(made: pydicom.FileDataset) -> None:
    made.SegmentSequence.append(made.SegmentSequence[0])


def _spaced_otherwise(made: pydicom.FileDataset) -> None:
    shared = made.SharedFunctionalGroupsSequence[0]
    measures = shared.PixelMeasuresSequence[0]
    del shared.PixelMeasuresSequence
    for n, frame in enumerate(made.PerFrameFunctionalGroupsSequence):
        own = Dataset()
        own.PixelSpacing = [1, 1] if n else measures.PixelSpacing
        own.SliceThickness = measures.SliceThickness
        frame.PixelMeasuresSequence = Items([own])


def _huge_label_map(made: pydicom.FileDataset) -> None:
    """4 kB that declare 50,000 x 50,000 pixels."""
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = STORAGE + "66.7"
    made.SegmentationType, made.Rows, made.Columns, made.NumberOfFrames = "LABELMAP", 50_000, 50_000, 1
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelData = 8, 8, 7, bytes(64)
    made.PerFrameFunctionalGroupsSequence = made.PerFrameFunctionalGroupsSequence[:1]


def _dose(folder: Path) -> None:
    """A dose with half of its pixels."""
    made = dataset(SOPClassUID=STORAGE + "481.2", Modality="RTDOSE", NumberOfFrames=2)
    made.GridFrameOffsetVector, made.DoseUnits = [0.0, 3.0], "GY"
    save(made, folder / "dose.dcm")


def _object(name: str, sop_class: str, modality: str, code: str = "NOT_RADIOLOGY") -> BadInput:
    def make(folder: Path) -> None:
        made = dataset(SOPClassUID=sop_class, Modality=modality, SOPInstanceUID=f"{ROOT}.97")
        for keyword in (
            "PixelData",
            "Rows",
            "Columns",
            "ImagePositionPatient",
            "ImageOrientationPatient",
            "PixelSpacing",
        ):
            delattr(made, keyword)
        save(made, folder / "object.dcm")

    return BadInput(name, make, code, Outcome.ASIDE)


LONGEST_RUN = CurateSettings(slices="longest-run")
STORAGE = "1.2.840.10008.5.1.4.1.1."
TURNED = [0.9993908, 0.0348995, 0.0, -0.0348995, 0.9993908, 0.0]
"""By two degrees."""

DICOM_ROWS = (
    Row(
        "DICOM PixelSpacing `0`, `-1`, `nan`, one value, `0,5`, absent",
        (
            *map(_spacing, (b"0\\0", b"-1\\-1", b"1\\-1", b"nan\\1.0", b"0,5\\0,5", b"0.5", b"", b"1\\1\\1")),
            BadInput("`-1` in a SEG", _seg(PixelSpacing=[-1, 1]), "SPACING_INVALID", told=("-1",)),
            _slice("absent", "SPACING_INVALID", "absent", PixelSpacing=None),
        ),
    ),
    Row(
        "DICOM cut short",
        (
            BadInput("within its pixels", _cut(0.95), "TRUNCATED", told=("bytes",)),
            BadInput("within its header", _cut(0.5), "TRUNCATED"),
            BadInput("before its pixels", lambda f: _changed_length(f), "TRUNCATED"),
        ),
    ),
    Row(
        "rows, columns or frames that the pixels do not have; pixel data too long; a length of 0xFFFFFFFE",
        (
            _slice("twice the rows", "HEADER_INCONSISTENT", "16 x 8", Rows=16),
            _slice("half the rows", "HEADER_INCONSISTENT", "4 x 8", Rows=4),
            _slice("pixel data too long", "HEADER_INCONSISTENT", "128 bytes, not 160", PixelData=bytes(160)),
            _slice(
                "65000 x 65000 x 1000", "HEADER_INCONSISTENT", Rows=65000, Columns=65000, NumberOfFrames=1000
            ),
            _slice("no rows", "EMPTY", Rows=0),
            BadInput("a length of 0xFFFFFFFE", _undefined_length, "HEADER_INCONSISTENT"),
            *(
                BadInput(f"a SEG with {name}", _seg_edited(edit), "HEADER_INCONSISTENT", told=told)
                for name, edit, told in (
                    ("half its rows", lambda made: setattr(made, "Rows", 12), ("12 x 24",)),
                    ("pixel data too long", lambda made: setattr(made, "PixelData", bytes(4000)), ("4000",)),
                    (
                        "a frame less described",
                        lambda made: made.PerFrameFunctionalGroupsSequence.pop(),
                        ("described",),
                    ),
                    ("50,000 x 50,000 in 4 kB", _huge_label_map, ("50000 x 50000",)),
                    ("frames of no segment", _renumbered, ("not described",)),
                    ("two segments of one number", _segment_twice, ("one number",)),
                )
            ),
            BadInput(
                "frames that are not described",
                lambda f: write_enhanced(f, described=3),
                "HEADER_INCONSISTENT",
                told=("3 frames are described, 4 are there",),
            ),
            BadInput("a dose of half its frames", _dose, "HEADER_INCONSISTENT", told=("8 x 8 x 2",)),
        ),
    ),
    Row(
        "compressed pixels that cannot be what the header declares",
        (
            BadInput(
                "9000 x 9000 in 1 kB of RLE",
                _compressed("RLELossless", 3, Rows=9000, Columns=9000),
                "TOO_LARGE",
                told=("9000 x 9000 x 1", "64 times"),
            ),
            BadInput(
                "4224 x 4224 zeros in JPEG 2000",
                _compressed("JPEG2000Lossless", side=4224),
                "TOO_LARGE",
                told=("4224 x 4224 x 1", "200 times"),
            ),
            *(
                BadInput(
                    f"twice the rows, in {name}",
                    _compressed(kind, Rows=16),
                    "HEADER_INCONSISTENT",
                    told=("16 x 8", "8 lines of 8"),
                )
                for name, kind in (
                    ("JPEG", "JPEGLosslessProcess14_1"),
                    ("JPEG-LS", "JPEGLSLossless"),
                    ("JPEG 2000", "JPEG2000Lossless"),
                )
            ),
            BadInput(
                "two frames in one piece",
                _compressed("JPEGLSLossless", NumberOfFrames=2),
                "HEADER_INCONSISTENT",
                told=("2 frames", "of 1"),
            ),
            *(
                _series(f"512 x 512 zeros in {name}", None, Outcome.ACCEPTED, _compressed(kind, 3, 512))
                for name, kind in (
                    ("RLE", "RLELossless"),
                    ("JPEG", "JPEGLosslessProcess14_1"),
                    ("JPEG-LS", "JPEGLSLossless"),
                    ("JPEG 2000", "JPEG2000Lossless"),
                )
            ),
        ),
    ),
    Row(
        "a deflated data set that unpacks a thousandfold; 100,000 nested sequences; an attribute of megabytes",
        (
            BadInput("deflated", _deflated_bomb, "BOMB"),
            BadInput("nested", _deep, "TOO_DEEP"),
            BadInput("a description of 5 MiB", _long_text, "TOO_LARGE", told=("(0008,103E)",)),
        ),
    ),
    Row(
        "orientation not orthonormal; orientation, position or Series Instance UID missing",
        (
            _slice(
                "not of unit length", "GEOMETRY_MISSING", "2.0", ImageOrientationPatient=[2.0, 0, 0, 0, 1, 0]
            ),
            _slice(
                "not perpendicular",
                "GEOMETRY_MISSING",
                "0.5",
                ImageOrientationPatient=[1, 0, 0, 0.5, 0.866, 0],
            ),
            _slice("five cosines", "GEOMETRY_MISSING", ImageOrientationPatient=[1, 0, 0, 0, 1]),
            BadInput(
                "of a SEG",
                _seg(ImageOrientationPatient=[1, 0, 0.5, 0, 1, 0]),
                "GEOMETRY_MISSING",
                told=("0.5",),
            ),
            _slice("no orientation", "GEOMETRY_MISSING", "absent", ImageOrientationPatient=None),
            _slice("no position", "GEOMETRY_MISSING", "absent", ImagePositionPatient=None),
            BadInput(
                "a position that is no number",
                lambda f: raw_number(put(f), "ImagePositionPatient", b"0\\nan\\0"),
                "GEOMETRY_MISSING",
                told=("nan",),
            ),
            _slice("no Series Instance UID", "GEOMETRY_MISSING", "SeriesInstanceUID", SeriesInstanceUID=None),
            _slice("one slice of unknown thickness", "GEOMETRY_MISSING", "thickness", SliceThickness=None),
        ),
    ),
    Row(
        "two orientations or spacings, a missing slice, two slices in one place in a series",
        (
            _one_of(
                "a slice turned by two degrees",
                "SLICES_INCONSISTENT",
                "2.00 degrees",
                ImageOrientationPatient=TURNED,
            ),
            _one_of("another pixel spacing", "SLICES_INCONSISTENT", "0.9", PixelSpacing=[0.9, 0.9]),
            BadInput(
                "SEG frames of two pixel spacings",
                _seg_edited(_spaced_otherwise),
                "SLICES_INCONSISTENT",
                told=("2.0",),
            ),
            _series(
                "uneven steps",
                "SLICES_INCONSISTENT",
                Outcome.REFUSED,
                lambda f: series(f, positions=(0, 3, 4.2, 9, 12)),
                "no even grid",
            ),
            _series(
                "a slice out of line",
                "SLICES_INCONSISTENT",
                Outcome.REFUSED,
                lambda f: series(f, ImagePositionPatient=_out_of_line(2)),
                "mm off",
            ),
            _series(
                "two slices in one place",
                "SLICES_INCONSISTENT",
                Outcome.REFUSED,
                lambda f: (series(f), series(f, positions=(6,), start="t")),
                "in the place",
            ),
            _series(
                "a missing slice",
                "SLICE_MISSING",
                Outcome.REFUSED,
                _gap,
                "1 of 6 slices are missing",
                "Export",
            ),
            BadInput(
                "a missing slice, `longest-run` stated",
                _gap,
                "SLICE_MISSING",
                Outcome.SHORTENED,
                ("the 3 slices at 0.00 to 6.00 mm", "2 of 5 are left out (at 12.00 to 15.00 mm)"),
                LONGEST_RUN,
            ),
            BadInput(
                "a slice out of line, `longest-run` stated",
                lambda f: series(f, (0, 3, 6, 9, 12), ImagePositionPatient=_out_of_line(1)),
                "SLICES_INCONSISTENT",
                Outcome.SHORTENED,
                ("the 3 slices at 6.00 to 12.00 mm", "at 0.00 to 3.00 mm"),
                LONGEST_RUN,
            ),
            BadInput(
                "two runs of one length, `longest-run` stated",
                lambda f: series(f, positions=(0, 3, 6, 12, 15, 18)),
                "SLICE_MISSING",
                settings=LONGEST_RUN,
            ),
            _series("slices numbered against their order", None, Outcome.ACCEPTED, _backward),
            _series(
                "the last slice under another series",
                "SLICE_MISSING",
                Outcome.NOTICED,
                _stray,
                "another Series Instance UID",
            ),
            _series(
                "every second slice",
                "SLICE_MISSING",
                Outcome.NOTICED,
                lambda f: series(f, (0, 2, 4, 6), SpacingBetweenSlices=1.0, SliceThickness=1.0),
                "only one of 2",
            ),
            _series(
                "a slice between them under another series",
                "SLICE_MISSING",
                Outcome.NOTICED,
                _stray_within,
                "another Series Instance UID",
            ),
            _series(
                "a tenth of a millimeter off the grid",
                "SLICES_INCONSISTENT",
                Outcome.NOTICED,
                lambda f: series(f, positions=(0, 3.04, 6, 9, 12)),
                "0.04 mm",
            ),
            _series(
                "pixels that are not square",
                "PIXELS_NOT_SQUARE",
                Outcome.NOTICED,
                lambda f: series(f, PixelSpacing=[1.0, 1.7]),
                "1.7",
            ),
        ),
    ),
    Row("gantry tilt", (_series("15 degrees", "TILT", Outcome.NOTICED, _tilted, "14.9"),)),
    Row(
        "localizer or capture among slices; two echoes; interleaved dynamic or diffusion; enhanced multi-frame",
        (
            _series("localizer", "NOT_A_VOLUME", Outcome.NOTICED, _with_localizer, "localizer"),
            _series("secondary capture", "NOT_A_VOLUME", Outcome.NOTICED, _with_capture, "capture"),
            _series("two echoes", "SPLIT_4D", Outcome.SEPARATED, _two_echoes, "echo time"),
            _series("three phases", "SPLIT_4D", Outcome.SEPARATED, _phases, "temporal position"),
            _series("two b-values", "SPLIT_4D", Outcome.SEPARATED, _b_values, "b-value"),
            _series(
                "two studies",
                "SPLIT_4D",
                Outcome.SEPARATED,
                lambda f: series(f, (0, 3, 6, 9), StudyInstanceUID=("1.2", "1.2", "1.3", "1.3")),
                "study",
            ),
            _series(
                "two modalities",
                "SPLIT_4D",
                Outcome.SEPARATED,
                lambda f: series(f, (0, 3, 6, 9), Modality=("CT", "CT", "PT", "PT")),
                "modality",
            ),
            _series("enhanced, frames out of order", None, Outcome.ACCEPTED, write_enhanced),
            _series(
                "a localizer alone",
                "NOT_A_VOLUME",
                Outcome.ASIDE,
                lambda f: put(f, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]),
            ),
            _slice(
                "colors",
                "UNSUPPORTED_TYPE",
                "RGB",
                SamplesPerPixel=3,
                PhotometricInterpretation="RGB",
                PixelData=bytes(384),
                PlanarConfiguration=0,
            ),
        ),
    ),
    Row(
        "one series of two patients",
        (
            _series("one slice of another", "PATIENT_CONFLICT", Outcome.REFUSED, _two_patients, "OTHER"),
            _series(
                "without IDs, of two names",
                "PATIENT_CONFLICT",
                Outcome.REFUSED,
                lambda f: series(f, (0, 3, 6, 9), PatientID=None, PatientName=("A^B", "A^B", "C^D", "C^D")),
                "patient names",
            ),
        ),
    ),
    Row(
        "the same SOP Instance UID twice",
        (
            _series("with the same bytes", None, Outcome.DUPLICATE, _copies),
            _series("with other bytes", "DUPLICATE_CONFLICT", Outcome.REFUSED, _conflict, "SOPInstanceUID"),
        ),
    ),
    Row(
        "slide microscopy, PDF, waveform, report, plan and presentation objects; radiographs",
        (
            _object("slide microscopy", STORAGE + "77.1.6", "SM"),
            _object("PDF", STORAGE + "104.1", "DOC"),
            _object("waveform", STORAGE + "9.1.1", "ECG"),
            _object("structured report", STORAGE + "88.33", "SR"),
            _object("RT plan", STORAGE + "481.5", "RTPLAN"),
            _object("presentation state", STORAGE + "11.1", "PR"),
            _object("a class that nobody knows", "1.2.3.4.5", "XX"),
            _object("radiograph", STORAGE + "1.1", "DX", "NOT_A_VOLUME"),
        ),
    ),
)


def _changed_length(folder: Path) -> None:
    """A file that ends where its pixels would begin."""
    path = put(folder)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\xe0\x7f\x10\x00OW\0\0")])
