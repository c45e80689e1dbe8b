"""Headers mutated by the thousand: only coded errors come, and what is declared is never allocated."""

from __future__ import annotations

import os
import resource
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.config import disable_value_validation

from oncometry.core import OncometryError
from oncometry.io.dicom_frame import planes_of
from oncometry.io.dicom_header import coded, header_of
from oncometry.io.manifest import FileKind
from oncometry.io.read import parse_volume_file
from oncometry.io.rtstruct import read_structures
from oncometry.io.seg import read_seg
from oncometry.io.volume_file import check_size

from .damage import geometry_bytes
from .good_patient import write_good_patient
from .make_dicom import dataset, save, structures
from .make_nifti import nifti_bytes, nrrd_bytes
from .mask_rows import circle
from .volume_rows import NOISE

SMALL = NOISE[:4, :4, :3]
TIMES = int(os.environ.get("ONCOMETRY_FUZZ", "1"))
Parser = Callable[[bytes, Path], object]


def _volume(kind: FileKind) -> Parser:
    def parse(data: bytes, path: Path) -> object:
        path.write_bytes(data)
        header = parse_volume_file(path, kind)
        check_size(header, 2.0)
        return header.geometry

    return parse


def _dicom(data: bytes, path: Path) -> object:
    header = header_of(data, path)
    with disable_value_validation(), coded(path):
        return planes_of(header.dataset(path), path)


def _mask(read: Callable[[Path], object]) -> Parser:
    """The header as curation scans it, then the whole object, pixels or contours too."""

    def parse(data: bytes, path: Path) -> object:
        header_of(data, path)
        path.write_bytes(data)
        return read(path)

    return parse


def _mutated(data: bytes, rng: np.random.Generator, end: int) -> bytes:
    """One to four changes in the header: a byte, a run of one byte, bytes taken out, put in or repeated."""
    found = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        at, size = int(rng.integers(min(end, len(found)))), int(rng.integers(1, 9))
        kind = rng.integers(5)
        if kind == 0:
            found[at] ^= int(rng.integers(1, 256))
        elif kind == 1:
            found[at : at + size] = bytes([int(rng.choice([0, 0xFF, 0x7F, 0x80, 0x30, 0x5C]))]) * size
        elif kind == 2:
            del found[at : at + size]
        elif kind == 3:
            found[at:at] = rng.bytes(size)
        else:
            found[at:at] = found[at : at + size * 8]
    return bytes(found)


def _sources(folder: Path) -> dict[str, tuple[bytes, Parser]]:
    good = write_good_patient(folder / "good")
    rtstruct = save(structures([circle(5, z) for z in (0, 3)]), folder / "rt.dcm")
    return {
        "nifti-1": (nifti_bytes(SMALL), _volume(FileKind.NIFTI)),
        "nifti-2": (nifti_bytes(SMALL, two=True), _volume(FileKind.NIFTI)),
        "nrrd": (nrrd_bytes(SMALL), _volume(FileKind.NRRD)),
        "slice": (save(dataset(), folder / "s.dcm").read_bytes(), _dicom),
        "seg": ((good / "mask.dcm").read_bytes(), _mask(read_seg)),
        "rtstruct": (rtstruct.read_bytes(), _mask(read_structures)),
    }


SHARES = {"nifti-1": 3500, "nifti-2": 1000, "nrrd": 2500, "slice": 2000, "seg": 500, "rtstruct": 500}
"""Ten thousand in all."""


def fuzz(name: str, times: int, folder: Path, seed: int = 0) -> Counter[str]:
    """Codes that so many mutations gave; 'accepted' where none; anything else that is raised goes through."""
    data, parse = _sources(folder)[name]
    end = geometry_bytes(Path("a.nii"), data)[0] if name != "nifti-2" else 544
    rng, found = np.random.default_rng(seed), Counter[str]()
    for _ in range(times):
        changed = _mutated(data, rng, end)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parse(changed, folder / "fuzzed")
            found["accepted"] += 1
        except OncometryError as error:
            found[str(error.code)] += 1
    return found


@pytest.mark.parametrize("name", SHARES)
def test_mutated_headers_give_codes(name: str, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = fuzz(name, SHARES[name] * TIMES, tmp_path)
    assert found.total() == SHARES[name] * TIMES
    assert "INTERNAL" not in found
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 * 1024  # KiB


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.parametrize("name", SHARES)
def test_many_more(name: str, seed: int, tmp_path: Path) -> None:
    fuzz(name, SHARES[name], tmp_path, seed)


@settings(max_examples=300)
@given(
    dim=st.lists(st.integers(-32768, 32767), min_size=8, max_size=8),
    pixdim=st.lists(st.floats(width=32), min_size=8, max_size=8),
    rows=st.lists(st.floats(width=32), min_size=12, max_size=12),
    quaternion=st.lists(st.floats(width=32), min_size=6, max_size=6),
    codes=st.tuples(st.integers(-2, 5), st.integers(-2, 5)),
    offset=st.floats(width=32),
    slope=st.tuples(st.floats(width=32), st.floats(width=32)),
    datatype=st.integers(-32768, 32767) | st.sampled_from([2, 4, 8, 16, 64, 256, 512, 768]),
    units=st.integers(0, 255),
)
def test_any_nifti_header_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, **fields: object
) -> None:
    """Every field drawn at random, finite or not: a grid that holds, or a code."""
    values: dict[str, object] = {
        "dim": fields["dim"], "pixdim": fields["pixdim"], "vox_offset": fields["offset"],
        "datatype": fields["datatype"], "xyzt_units": fields["units"],
    }  # fmt: skip
    values |= {f"srow_{axis}": fields["rows"][n * 4 : n * 4 + 4] for n, axis in enumerate("xyz")}  # type: ignore[index]
    names = ("quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z")
    values |= dict(zip(names, fields["quaternion"], strict=True))  # type: ignore[call-overload]
    values |= dict(zip(("sform_code", "qform_code"), fields["codes"], strict=True))  # type: ignore[call-overload]
    values |= dict(zip(("scl_slope", "scl_inter"), fields["slope"], strict=True))  # type: ignore[call-overload]
    path = tmp_path_factory.getbasetemp() / "drawn.nii"
    path.write_bytes(nifti_bytes(SMALL, **values))  # type: ignore[arg-type]
    with suppress(OncometryError):
        header = parse_volume_file(path, FileKind.NIFTI)
        check_size(header, 2.0)
        grid = header.geometry
        assert np.isfinite(grid.affine).all()
        assert grid.voxel_volume_mm3 > 0
