"""SEG and SR go by STOW-RS into a real Orthanc and come back by QIDO-RS and WADO-RS as they were."""

from __future__ import annotations

import email
import email.policy
import io
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset
from tests.dicom_peers import private_orthanc

from oncometry.core import LesionStatus
from oncometry.core.reading import LesionReading, Quantity
from oncometry.io import MaskTags, derived_uid, read_mask_file, write_seg
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.read_sr import read_sr
from oncometry.io.write_sr import write_sr

BOUNDARY = "oncometry-parts"


@pytest.fixture(scope="module")
def dicom_web() -> Iterator[str]:
    with private_orthanc() as url:
        yield url


def _store(url: str, files: list[Path]) -> None:
    parts = [
        b"--" + BOUNDARY.encode() + b"\r\nContent-Type: application/dicom\r\n\r\n" + p.read_bytes()
        for p in files
    ]
    body = b"\r\n".join([*parts, b"--" + BOUNDARY.encode() + b"--"])
    kind = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    headers = {"Content-Type": kind, "Accept": "application/dicom+json"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{url}/studies", body, headers), timeout=60
    ) as answer:
        stored = json.load(answer)
    assert not stored.get("00081198", {}).get("Value"), stored["00081198"]
    assert len(stored["00081199"]["Value"]) == len(files)


def _query(url: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(url, headers={"Accept": "application/dicom+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def _retrieve(url: str) -> FileDataset:
    wanted = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
    with urllib.request.urlopen(urllib.request.Request(url, headers=wanted), timeout=60) as answer:
        head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + answer.read(), policy=email.policy.HTTP)
    (part,) = message.iter_parts()
    return pydicom.dcmread(io.BytesIO(part.get_payload(decode=True)))


def test_there_and_back(dicom_web: str, made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    seg, sr = tmp_path / "seg.dcm", tmp_path / "sr.dcm"
    write_seg(made_study.segmentation, made_study.slices, seg, mask_tags)
    reading = LesionReading(
        "P1",
        "1",
        0,
        "",
        "L1",
        None,
        LesionStatus.MEASURED,
        {Quantity.VOLUME_ML: 7.1},
        tracking_uid=derived_uid("L1"),
    )
    tags = replace(
        mask_tags, sop_instance_uid=derived_uid("sr"), series_instance_uid=derived_uid("sr series")
    )
    write_sr([LesionDrawing(reading, segment_number=1)], made_study.slices, sr, tags, seg)
    _store(dicom_web, [*made_study.slices, seg, sr])
    study = pydicom.dcmread(sr).StudyInstanceUID
    modalities = {series["00080060"]["Value"][0] for series in _query(f"{dicom_web}/studies/{study}/series")}
    assert modalities == {"MR", "SEG", "SR"}
    for path in (seg, sr):
        sent = pydicom.dcmread(path)
        where = f"{dicom_web}/studies/{study}/series/{sent.SeriesInstanceUID}/instances/{sent.SOPInstanceUID}"
        back = _retrieve(where)
        assert back == sent
        back.save_as(path.with_suffix(".back"), enforce_file_format=True)
    came = read_mask_file(seg.with_suffix(".back"), made_study.image.geometry)
    for segment in made_study.segmentation:
        np.testing.assert_array_equal(came.mask(segment.number), made_study.segmentation.mask(segment.number))
    assert read_sr(sr.with_suffix(".back")).drawings[0].reading.values == reading.values
