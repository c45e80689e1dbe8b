"""One call gives every reference value of IBSI's digital phantom."""

from __future__ import annotations

import csv

import pytest

from oncometry.convert import as_image, as_segmentation
from oncometry.features import extract, profile_named
from oncometry.features.ibsi_families import NO_CONSENSUS

from .regions import REFERENCE, agrees

FOLDER = REFERENCE / "ibsi_1"


@pytest.mark.filterwarnings("ignore:LABELS_GUESSED")
def test_the_digital_phantom() -> None:
    image, mask = as_image(FOLDER / "phantom.nii.gz"), as_segmentation(FOLDER / "mask.nii.gz")
    values = {v.tag: v for v in extract(image, mask, profile_named("ibsi-phantom"))[0].values}
    with (FOLDER / "ibsi_1_dig_phantom.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert {row["tag"] for row in rows} == set(values)
    assert {row["tag"] for row in rows if not row["reference value"]} == NO_CONSENSUS
    wrong = [
        (row["tag"], values[row["tag"]].value, row["reference value"])
        for row in rows
        if row["reference value"]
        and not agrees(values[row["tag"]].value, row["reference value"], float(row["tolerance"]))
    ]
    assert not wrong


def test_every_value_has_its_name_and_id() -> None:
    image, mask = (
        as_image(FOLDER / "phantom.nii.gz"),
        as_segmentation(FOLDER / "mask.nii.gz", scheme="binary"),
    )
    values = extract(image, mask, profile_named("ibsi-phantom"))[0].values
    assert all(len(v.ibsi_id) == 4 and v.name.startswith(v.family.value) for v in values)
    assert len({v.tag for v in values}) == len(values) == 487
