"""Standardized uptake values from PET headers: taken where stated, computed where all is there.

Computation after the QIBA vendor-neutral pseudo-code, "happy path" and GE variant
(https://qibawiki.rsna.org/index.php/Standardized_Uptake_Value_(SUV)); body-weight SUV.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataset import Dataset

from oncometry.core import Code, Notice, Unit
from oncometry.io.dicom_header import text_of
from oncometry.io.half_life import half_life_of

__all__ = ["PetScale", "pet_scale"]

GE_SCAN_TIME = (0x0009, 0x100D)
PHILIPS_SUV_FACTOR = (0x7053, 0x1000)
GRAMS_PER_KG = 1000.0
WEIGHT_KG, DOSE_BQ, HALF_LIFE_S = (0.2, 500.0), (1e6, 1e11), (60.0, 1e6)
"""What a patient, an injection and a nuclide may be: beyond them another unit was meant."""
LONGEST_UPTAKE = timedelta(hours=24)
MOST_HALF_LIVES = 10.0
"""After which nothing is left to image: a half-life in minutes gives more."""


@dataclass(frozen=True)
class PetScale:
    """What the rescaled values are multiplied by, the unit that gives, and what it rests on."""

    factor: float
    unit: Unit
    evidence: str
    notices: tuple[Notice, ...] = ()


class _MissingError(Exception):
    """An attribute that the computation needs is absent or implausible."""


def pet_scale(datasets: Sequence[Dataset]) -> PetScale:
    """How to turn a PET series into SUVbw; never a silent guess.

    Units GML with SUV type BW (or none) are SUVbw already. BQML is computed. CNTS needs the Philips
    factor. Anything else stays as it is, with an `UNIT_UNKNOWN` notice.
    """
    first = datasets[0]
    units, kind = text_of(first, "Units").upper(), text_of(first, "SUVType").upper()
    if units == "GML" and kind in ("", "BW"):
        return PetScale(1.0, Unit.SUV_BW, f"units GML, SUV type {kind or 'not stated'}: already SUVbw")
    if units == "BQML":
        try:
            factor = _suv_factor(datasets)
        except _MissingError as why:
            return _unknown(Unit.BQML, f"values stay in Bq/ml, SUV cannot be computed: {why}.")
        return PetScale(factor, Unit.SUV_BW, f"units BQML, SUVbw = value x {factor:.6g}")
    if units == "CNTS":
        factor = _number(_private_text(first, PHILIPS_SUV_FACTOR))
        if 0 < factor < float("inf"):
            return PetScale(factor, Unit.SUV_BW, f"units CNTS, vendor SUV factor {factor:.6g}")
    stated = f"{units or 'absent'}{f', SUV type {kind}' if kind else ''}"
    return _unknown(Unit.ARBITRARY, f"PET units are {stated}: values are not SUVbw.")


def _unknown(unit: Unit, what: str) -> PetScale:
    return PetScale(1.0, unit, what, (Notice(Code.UNIT_UNKNOWN, what),))


def _private_text(dataset: Dataset, tag: tuple[int, int]) -> str:
    """A private text; one whose creator was stripped comes as bytes. '' where it is absent."""
    value = dataset[tag].value if tag in dataset else None
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return "" if value is None else str(value).strip(" \0")


def _number(text: str) -> float:
    """0 where it is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _suv_factor(datasets: Sequence[Dataset]) -> float:
    """Weight in g over the dose in Bq at the time to which the image is decay corrected."""
    first = datasets[0]
    corrected = text_of(first, "CorrectedImage").upper().split("\\")
    if not {"ATTN", "DECY"} <= set(corrected):
        raise _MissingError(f"CorrectedImage {corrected} lacks ATTN or DECY")
    weight_kg = _within(first, "PatientWeight", WEIGHT_KG)
    tracers = first.get("RadiopharmaceuticalInformationSequence") or []
    if not tracers:
        raise _MissingError("RadiopharmaceuticalInformationSequence is absent")
    dose = _within(tracers[0], "RadionuclideTotalDose", DOSE_BQ)
    correction = text_of(first, "DecayCorrection").upper()
    if correction == "START":
        passed = _uptake(datasets, tracers[0]).total_seconds() / _half_life(tracers[0])
        if passed > MOST_HALF_LIVES:
            raise _MissingError(f"{passed:.1f} half-lives passed before the scan")
        dose *= 2.0**-passed
    elif correction != "ADMIN":
        raise _MissingError(f"DecayCorrection is {correction or 'absent'}")
    return weight_kg * GRAMS_PER_KG / dose


def _within(dataset: Dataset, keyword: str, limits: tuple[float, float]) -> float:
    value = _number(str(dataset.get(keyword)))
    if not limits[0] <= value <= limits[1]:
        stated = text_of(dataset, keyword) or "absent"
        raise _MissingError(f"{keyword} is {stated}, not within {limits[0]:g} to {limits[1]:g}")
    return value


def _half_life(tracer: Dataset) -> float:
    """Seconds, as stated; held against the nuclide where that is coded."""
    stated = _within(tracer, "RadionuclideHalfLife", HALF_LIFE_S)
    code = (tracer.get("RadionuclideCodeSequence") or [Dataset()])[0]
    known = half_life_of(text_of(code, "CodeMeaning"))
    if known is not None and abs(stated - known) > 0.05 * known:
        name = text_of(code, "CodeMeaning")
        raise _MissingError(f"RadionuclideHalfLife is {stated:g} s, that of {name} is {known:g} s")
    return stated


def _uptake(datasets: Sequence[Dataset], tracer: Dataset) -> timedelta:
    start = _scan_start(datasets)
    stated = _parse(text_of(tracer, "RadiopharmaceuticalStartDateTime"))
    if stated is None:
        clock = text_of(tracer, "RadiopharmaceuticalStartTime")
        stated = _parse(start.strftime("%Y%m%d") + clock) if clock else None
        if stated is not None and stated > start:
            stated -= timedelta(days=1)
    if stated is None:
        raise _MissingError("the time of injection is absent")
    uptake = start - stated
    if not timedelta(0) <= uptake <= LONGEST_UPTAKE:
        raise _MissingError(f"injection {stated} and scan {start} do not fit together")
    return uptake


def _scan_start(datasets: Sequence[Dataset]) -> datetime:
    """Series time, where no slice was acquired before it; else the time GE states apart.

    A series time may be that of a later reconstruction: every slice must say when it was acquired.
    """
    first = datasets[0]
    series = _parse(_day(first, "SeriesDate", "StudyDate") + text_of(first, "SeriesTime"))
    days = ("AcquisitionDate", "SeriesDate", "StudyDate")
    acquired = [_parse(_day(d, *days) + text_of(d, "AcquisitionTime")) for d in datasets]
    known = [time for time in acquired if time is not None]
    if len(known) < len(acquired):
        raise _MissingError("AcquisitionTime is absent: the series time may be that of a reconstruction")
    if series is not None and series <= min(known):
        return series
    stated = _parse(_private_text(first, GE_SCAN_TIME))
    if stated is not None:
        return stated
    if series is None:
        raise _MissingError("SeriesDate or SeriesTime is absent")
    raise _MissingError(f"series time {series} is later than the first acquisition {min(known)}")


def _day(dataset: Dataset, *keywords: str) -> str:
    """The first of these dates that is stated."""
    return next((day for day in (text_of(dataset, keyword) for keyword in keywords) if day), "")


def _parse(text: str) -> datetime | None:
    digits = text.split(".")[0].split("+")[0]
    if len(digits) < 14 or not digits[:14].isdigit():
        return None
    try:
        return datetime.strptime(digits[:14], "%Y%m%d%H%M%S")
    except ValueError:
        return None
