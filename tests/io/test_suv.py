"""SUV: taken where stated, computed where all is there, never guessed."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from oncometry.core import Code, Unit
from oncometry.io.suv import pet_scale

HALF_LIFE = 6586.2


def _header(**changes: object) -> Dataset:
    tracer = Dataset()
    tracer.RadionuclideTotalDose = 370e6
    tracer.RadionuclideHalfLife = HALF_LIFE
    tracer.RadiopharmaceuticalStartTime = "090000"
    dataset = Dataset()
    values: dict[str, object] = {
        "Units": "BQML",
        "CorrectedImage": ["ATTN", "DECY", "SCAT"],
        "DecayCorrection": "START",
        "PatientWeight": 80.0,
        "SeriesDate": "20200102",
        "SeriesTime": "100000",
        "AcquisitionDate": "20200102",
        "AcquisitionTime": "100500",
        "RadiopharmaceuticalInformationSequence": [tracer],
    }
    for keyword, value in {**values, **changes}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def test_dose_is_decayed_to_the_start_of_the_scan() -> None:
    scale = pet_scale([_header()])
    assert scale.unit is Unit.SUV_BW
    assert scale.factor == pytest.approx(80_000 / (370e6 * 2 ** (-3600 / HALF_LIFE)))


def test_administration_needs_no_decay() -> None:
    assert pet_scale([_header(DecayCorrection="ADMIN")]).factor == pytest.approx(80_000 / 370e6)


def test_injection_before_midnight() -> None:
    header = _header(SeriesTime="003000", AcquisitionTime="003000")
    header.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "233000"
    assert pet_scale([header]).factor == pytest.approx(80_000 / (370e6 * 2 ** (-3600 / HALF_LIFE)))


@pytest.mark.parametrize("kind", [None, "BW"])
def test_stated_suv_is_taken_as_it_is(kind: str | None) -> None:
    scale = pet_scale([_header(Units="GML", SUVType=kind)])
    assert (scale.factor, scale.unit, scale.notices) == (1.0, Unit.SUV_BW, ())


@pytest.mark.parametrize(
    ("changes", "unit"),
    [
        ({"PatientWeight": None}, Unit.BQML),
        ({"PatientWeight": 0.0}, Unit.BQML),
        ({"RadiopharmaceuticalInformationSequence": None}, Unit.BQML),
        ({"DecayCorrection": "NONE"}, Unit.BQML),
        ({"CorrectedImage": ["ATTN"]}, Unit.BQML),
        ({"SeriesTime": "100900"}, Unit.BQML),
        ({"SeriesTime": None}, Unit.BQML),
        ({"Units": "GML", "SUVType": "LBM"}, Unit.ARBITRARY),
        ({"Units": "CNTS"}, Unit.ARBITRARY),
        ({"Units": None}, Unit.ARBITRARY),
    ],
)
def test_what_is_missing_is_said(changes: dict[str, object], unit: Unit) -> None:
    scale = pet_scale([_header(**changes)])
    assert (scale.factor, scale.unit) == (1.0, unit)
    assert [n.code for n in scale.notices] == [Code.UNIT_UNKNOWN]


def test_vendor_factor_for_counts() -> None:
    header = _header(Units="CNTS")
    header.add_new((0x7053, 0x0010), "LO", "Philips PET Private Group")
    header.add_new((0x7053, 0x1000), "DS", "0.00075")
    assert pet_scale([header]).factor == pytest.approx(0.00075)
