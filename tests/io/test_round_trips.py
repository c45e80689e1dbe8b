"""The tables of what each format keeps, in docs/how-to/exchange-with-other-programs.md, hold."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from oncometry.core import Compartment, LesionStatus, Segment, Segmentation
from oncometry.core.reading import LesionReading, LesionRole, NonTargetState, Quantity
from oncometry.io import MaskTags, derived_uid, read_mask_file, write_rtstruct, write_seg, write_segmentation
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.markups import MarkupsContext, read_markups, write_markups
from oncometry.io.read_sr import read_sr
from oncometry.io.write_sr import write_sr

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "exchange-with-other-programs.md"
LOST = "–"


def _stated(corner: str) -> dict[tuple[str, str], bool]:
    """(row, format) -> whether the page says that it comes back."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"| {corner} |"))
    names = [cell.strip() for cell in lines[first].strip("|").split("|")][1:]
    found = {}
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        row, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        found |= {(row, name): cell != LOST for name, cell in zip(names, cells, strict=True)}
    return found


def _masks(grid: Any) -> Segmentation:
    """Two segments that overlap, of the same probability inside, with contours where they have been drawn."""
    masks = [np.zeros(grid.shape, bool) for _ in range(2)]
    masks[0][10:20, 10:20, 3:6] = True
    masks[1][15:25, 10:20, 3:6] = True
    return Segmentation(
        grid,
        tuple(
            Segment.from_mask(
                n,
                f"tumor {n}",
                Compartment.WHOLE,
                mask,
                tracking_uid=derived_uid("L", n),
                tracking_id=f"L{n}",
            )
            for n, mask in enumerate(masks, start=1)
        ),
    )


def test_masks(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    grid, slices = made_study.image.geometry, made_study.slices
    masks = _masks(grid)
    parts = tuple(replace(s, probability=np.where(s.array, 1, 0).astype(np.float32)) for s in masks)
    fractions = replace(masks, segments=parts)
    write_seg(fractions, slices, tmp_path / "SEG", mask_tags)
    write_rtstruct(masks, slices, tmp_path / "drawn", mask_tags)
    drawn = read_mask_file(tmp_path / "drawn", grid)
    write_rtstruct(drawn, slices, tmp_path / "RTSTRUCT", mask_tags)
    write_segmentation(fractions, tmp_path, Path("BIDS_dseg.nii.gz"))
    files = {"SEG": "SEG", "RTSTRUCT": "RTSTRUCT", "BIDS": "BIDS_dseg.nii.gz"}
    found = {}
    for name, file in files.items():
        read = read_mask_file(tmp_path / file, grid)
        pairs = list(zip(masks, read, strict=True))
        found |= {
            ("voxels", name): all((read.mask(a.number) == masks.mask(a.number)).all() for a, _ in pairs),
            ("probability", name): all(b.probability is not None for _, b in pairs),
            ("contours", name): all(
                b.contours and np.allclose(b.contours[0], c.contours[0], atol=1e-5)
                for c, b in zip(drawn, read, strict=True)
            ),
            ("overlap", name): bool((read.mask(1) & read.mask(2)).any()),
        }
        for field in ("name", "tracking_uid", "tracking_id"):
            found[field, name] = all(getattr(a, field) == getattr(b, field) for a, b in pairs)
    assert found == _stated("mask")


@pytest.fixture
def drawing() -> LesionDrawing:
    reading = LesionReading(
        "P1", "02", 56, "Reader^One", "L1", LesionRole.TARGET, LesionStatus.NOT_EVALUABLE,
        {Quantity.VOLUME_ML: 1.5, Quantity.LONGEST_DIAMETER_MM: 5.0, Quantity.SHORT_AXIS_MM: 2.0},
        {Quantity.VOLUME_ML: 0.1}, NonTargetState.PRESENT, "liver", False, Compartment.CORE,
        5.0, derived_uid("L1"), True, "motion", ("measurement:1",), 2.5, "L7", "L8",
    )  # fmt: skip
    level = 12.5
    return LesionDrawing(
        reading,
        ((0.1, 0, level), (3, 4, level)),
        ((0, 0, level), (1.6, -1.2, level)),
        ((0, 0, level), (3, 4, 17.5)),
        1,
    )


def test_what_a_network_drew_says_so(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    for algorithm, kind in ((None, "MANUAL"), (("starter-tumor", "1.0"), "AUTOMATIC")):
        tags = replace(mask_tags, algorithm=algorithm)
        write_seg(made_study.segmentation, made_study.slices, tmp_path / "seg.dcm", tags)
        write_rtstruct(made_study.segmentation, made_study.slices, tmp_path / "rt.dcm", tags)
        segments = pydicom.dcmread(tmp_path / "seg.dcm").SegmentSequence
        assert {s.SegmentAlgorithmType for s in segments} == {kind}
        assert {s.get("SegmentAlgorithmName") for s in segments} == {algorithm[0] if algorithm else None}
        rois = pydicom.dcmread(tmp_path / "rt.dcm").StructureSetROISequence
        assert {r.ROIGenerationAlgorithm for r in rois} == {kind}


def test_readings(made_study: Any, mask_tags: MaskTags, tmp_path: Path, drawing: LesionDrawing) -> None:
    write_seg(made_study.segmentation, made_study.slices, tmp_path / "seg.dcm", mask_tags)
    tags = replace(mask_tags, sop_instance_uid=derived_uid("sr"))
    write_sr([drawing], made_study.slices, tmp_path / "sr.dcm", tags, tmp_path / "seg.dcm")
    write_markups([drawing], tmp_path / "l.mrk.json")
    nobody = MarkupsContext("", "")
    files = {"SR": read_sr(tmp_path / "sr.dcm"), "markups": read_markups(tmp_path / "l.mrk.json", nobody)}
    found = {}
    for name, read in files.items():
        (back,) = read.drawings
        for field in fields(LesionReading):
            found[field.name, name] = getattr(back.reading, field.name) == getattr(
                drawing.reading, field.name
            )
        for line in ("longest", "perpendicular", "diameter_3d"):
            ends = getattr(back, line)
            found[line, name] = ends is not None and np.allclose(ends, getattr(drawing, line), atol=1e-4)
        found["segment_number", name] = back.segment_number == drawing.segment_number
    assert found == _stated("reading")
