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

__all__ = ["PetScale", "pet_scale"]

GE_SCAN_TIME = (0x0009, 0x100D)
PHILIPS_SUV_FACTOR = (0x7053, 0x1000)
GRAMS_PER_KG = 1000.0
LONGEST_UPTAKE = timedelta(hours=24)


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
    if units == "CNTS" and PHILIPS_SUV_FACTOR in first:
        factor = float(str(first[PHILIPS_SUV_FACTOR].value or 0))
        if factor > 0:
            return PetScale(factor, Unit.SUV_BW, f"units CNTS, vendor SUV factor {factor:.6g}")
    stated = f"{units or 'absent'}{f', SUV type {kind}' if kind else ''}"
    return _unknown(Unit.ARBITRARY, f"PET units are {stated}: values are not SUVbw.")


def _unknown(unit: Unit, what: str) -> PetScale:
    return PetScale(1.0, unit, what, (Notice(Code.UNIT_UNKNOWN, what),))


def _suv_factor(datasets: Sequence[Dataset]) -> float:
    """Weight in g over the dose in Bq at the time to which the image is decay corrected."""
    first = datasets[0]
    corrected = text_of(first, "CorrectedImage").upper().split("\\")
    if not {"ATTN", "DECY"} <= set(corrected):
        raise _MissingError(f"CorrectedImage {corrected} lacks ATTN or DECY")
    weight_kg = _positive(first, "PatientWeight")
    tracers = first.get("RadiopharmaceuticalInformationSequence") or []
    if not tracers:
        raise _MissingError("RadiopharmaceuticalInformationSequence is absent")
    dose = _positive(tracers[0], "RadionuclideTotalDose")
    correction = text_of(first, "DecayCorrection").upper()
    if correction == "START":
        half_life = _positive(tracers[0], "RadionuclideHalfLife")
        uptake = _uptake(datasets, tracers[0])
        dose *= 2.0 ** (-uptake.total_seconds() / half_life)
    elif correction != "ADMIN":
        raise _MissingError(f"DecayCorrection is {correction or 'absent'}")
    return weight_kg * GRAMS_PER_KG / dose


def _positive(dataset: Dataset, keyword: str) -> float:
    try:
        value = float(str(dataset.get(keyword)))
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise _MissingError(f"{keyword} is {text_of(dataset, keyword) or 'absent'}")
    return value


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
    """Series time, where no slice was acquired before it; else the time GE states apart."""
    first = datasets[0]
    series = _parse(text_of(first, "SeriesDate") + text_of(first, "SeriesTime"))
    acquired = [_parse(text_of(d, "AcquisitionDate") + text_of(d, "AcquisitionTime")) for d in datasets]
    earliest = min((time for time in acquired if time is not None), default=None)
    if series is not None and (earliest is None or series <= earliest):
        return series
    stated = _parse(str(first[GE_SCAN_TIME].value)) if GE_SCAN_TIME in first else None
    if stated is None:
        raise _MissingError(f"series time {series} is later than the first acquisition {earliest}")
    return stated


def _parse(text: str) -> datetime | None:
    digits = text.split(".")[0].split("+")[0]
    if len(digits) < 14 or not digits[:14].isdigit():
        return None
    try:
        return datetime.strptime(digits[:14], "%Y%m%d%H%M%S")
    except ValueError:
        return None
