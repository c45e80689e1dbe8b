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
        ({"SeriesTime": "150000", "AcquisitionDate": ""}, Unit.BQML),
        (
            {"SeriesTime": "150000", "AcquisitionDate": "", "SeriesDate": "", "StudyDate": "20200102"},
            Unit.BQML,
        ),
        ({"AcquisitionTime": ""}, Unit.BQML),
        ({"SeriesDate": ""}, Unit.BQML),
        ({"PatientWeight": 80_000.0}, Unit.BQML),
        ({"Units": "GML", "SUVType": "LBM"}, Unit.ARBITRARY),
        ({"Units": "CNTS"}, Unit.ARBITRARY),
        ({"Units": None}, Unit.ARBITRARY),
    ],
)
def test_what_is_missing_is_said(changes: dict[str, object], unit: Unit) -> None:
    scale = pet_scale([_header(**changes)])
    assert (scale.factor, scale.unit) == (1.0, unit)
    assert [n.code for n in scale.notices] == [Code.UNIT_UNKNOWN]


@pytest.mark.parametrize("changes", [{"AcquisitionDate": ""}, {"SeriesDate": "", "StudyDate": "20200102"}])
def test_an_empty_date_is_that_of_the_study(changes: dict[str, object]) -> None:
    assert pet_scale([_header(**changes)]).factor == pytest.approx(
        80_000 / (370e6 * 2 ** (-3600 / HALF_LIFE))
    )


@pytest.mark.parametrize(
    ("keyword", "value", "nuclide"),
    [
        ("RadionuclideTotalDose", 370.0, None),
        ("RadionuclideTotalDose", 3.7e14, None),
        ("RadionuclideHalfLife", 109.77, None),
        ("RadionuclideHalfLife", 1221.7, "^18^Fluorine"),
        ("RadionuclideHalfLife", HALF_LIFE, "C-11"),
    ],
)
def test_a_dose_or_half_life_in_another_unit_gives_no_suv(
    keyword: str, value: float, nuclide: str | None
) -> None:
    header = _header()
    tracer = header.RadiopharmaceuticalInformationSequence[0]
    setattr(tracer, keyword, value)
    if nuclide:
        code = Dataset()
        code.CodeMeaning = nuclide
        tracer.RadionuclideCodeSequence = [code]
    scale = pet_scale([header])
    assert (scale.factor, scale.unit) == (1.0, Unit.BQML)
    assert keyword in scale.evidence or "half-lives" in scale.evidence


@pytest.mark.parametrize("nuclide", ["^18^Fluorine", "F-18", "18F", "a tracer of our own"])
def test_a_half_life_that_is_the_nuclides_own(nuclide: str) -> None:
    header = _header()
    code = Dataset()
    code.CodeMeaning = nuclide
    header.RadiopharmaceuticalInformationSequence[0].RadionuclideCodeSequence = [code]
    assert pet_scale([header]).unit is Unit.SUV_BW


@pytest.mark.parametrize(("stored", "unit"), [(b"0.00075 ", Unit.SUV_BW), (b"\xff\x00", Unit.ARBITRARY)])
def test_a_vendor_factor_whose_creator_was_stripped(stored: bytes, unit: Unit) -> None:
    header = _header(Units="CNTS")
    header.add_new((0x7053, 0x1000), "UN", stored)
    scale = pet_scale([header])
    assert scale.unit is unit
    assert scale.factor == pytest.approx(0.00075 if unit is Unit.SUV_BW else 1.0)


def test_vendor_factor_for_counts() -> None:
    header = _header(Units="CNTS")
    header.add_new((0x7053, 0x0010), "LO", "Philips PET Private Group")
    header.add_new((0x7053, 0x1000), "DS", "0.00075")
    assert pet_scale([header]).factor == pytest.approx(0.00075)
