"""Acquisition parameters of a series: from DICOM headers, BIDS sidecars and NIfTI descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pydicom.dataset import Dataset

from oncometry.core import Contrast, Modality
from oncometry.io.clues import Clues
from oncometry.io.dicom_header import text_of

__all__ = ["clues_of", "day_of", "from_description", "from_dicom", "from_sidecar"]

Parameters = Mapping[str, str | float | int]

NUMBERS = {
    "repetition_time_ms": "RepetitionTime",
    "echo_time_ms": "EchoTime",
    "inversion_time_ms": "InversionTime",
    "flip_angle_deg": "FlipAngle",
    "b_value_s_per_mm2": "DiffusionBValue",
    "echo_train_length": "EchoTrainLength",
    "field_strength_t": "MagneticFieldStrength",
    "peak_voltage_kv": "KVP",
    "tube_current_ma": "XRayTubeCurrent",
    "slice_thickness_mm": "SliceThickness",
    "gantry_tilt_deg": "GantryDetectorTilt",
    "patient_weight_kg": "PatientWeight",
}
TEXTS = {
    "manufacturer": "Manufacturer",
    "model": "ManufacturerModelName",
    "scanning_sequence": "ScanningSequence",
    "sequence_variant": "SequenceVariant",
    "sequence_name": "SequenceName",
    "pulse_sequence_name": "PulseSequenceName",
    "acquisition_type": "MRAcquisitionType",
    "protocol": "ProtocolName",
    "contrast_agent": "ContrastBolusAgent",
    "convolution_kernel": "ConvolutionKernel",
    "body_part": "BodyPartExamined",
    "image_type": "ImageType",
    "units": "Units",
    "suv_type": "SUVType",
    "decay_correction": "DecayCorrection",
}
ENHANCED = {"EffectiveEchoTime": "EchoTime", "InversionTimes": "InversionTime", "FrameType": "ImageType"}
SECONDS = {"RepetitionTime", "EchoTime", "InversionTime"}
NO_AGENT = {"", "none", "no", "n", "without", "0", "no contrast", "ohne"}


def from_dicom(dataset: Dataset) -> Parameters:
    """Parameters of the first object of a series, enhanced macros looked through."""
    sources = _sources(dataset)
    found: dict[str, str | float | int] = {}
    for name, keyword in NUMBERS.items():
        number = _number(_lookup(sources, keyword))
        if number is not None:
            found[name] = number
    for name, keyword in TEXTS.items():
        text = _lookup(sources, keyword)
        if text:
            found[name] = text
    if _lookup(sources, "EchoPlanarPulseSequence") == "YES":
        found["echo_planar"] = "YES"
    if _lookup(sources, "EchoPulseSequence"):
        found["echo_pulse_sequence"] = _lookup(sources, "EchoPulseSequence")
    return MappingProxyType(found)


def _sources(dataset: Dataset) -> list[Dataset]:
    groups = [
        (dataset.get(keyword) or [None])[0]
        for keyword in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence")
    ]
    macros = [
        element.value[0]
        for group in groups
        if group is not None
        for element in group
        if element.VR == "SQ" and element.value
    ]
    return [*macros, dataset]


def _lookup(sources: list[Dataset], keyword: str) -> str:
    names = [keyword, *(other for other, same in ENHANCED.items() if same == keyword)]
    for source in sources:
        for name in names:
            try:
                text = text_of(source, name)
            except (ValueError, TypeError, OverflowError):
                text = ""
            if text:
                return text
    return ""


def _number(text: str) -> float | None:
    try:
        return float(text.split("\\")[0])
    except ValueError:
        return None


def from_sidecar(content: Mapping[str, object]) -> Parameters:
    """A BIDS sidecar: its times are seconds."""
    found: dict[str, str | float | int] = {}
    for name, keyword in NUMBERS.items():
        value = content.get(keyword)
        if isinstance(value, (int, float)):
            found[name] = value * 1000.0 if keyword in SECONDS else value
    for name, keyword in {**TEXTS, "contrast_agent": "ContrastBolusIngredient"}.items():
        value = content.get(keyword)
        if isinstance(value, str) and value:
            found[name] = value
    return MappingProxyType(found)


def from_description(text: str) -> Parameters:
    """What converters leave in the NIfTI description ('TE=91;Time=...'), ms."""
    match = re.search(r"\bTE=([0-9.eE+]+)", text)
    number = _number(match.group(1)) if match else None
    return MappingProxyType({} if number is None else {"echo_time_ms": number})


def clues_of(
    parameters: Parameters,
    modality: Modality,
    texts: tuple[str, ...],
    channel: str,
    user_map: Mapping[str, Contrast],
) -> Clues:
    """What the classifier needs, from the parameters by name."""

    def number(name: str) -> float | None:
        value = parameters.get(name)
        return float(value) if isinstance(value, (int, float)) else None

    def text(name: str) -> str:
        return str(parameters.get(name, ""))

    tokens = set(f"{text('scanning_sequence')}\\{text('sequence_variant')}".upper().split("\\"))
    tokens |= {"EP"} if text("echo_planar") else set()
    pulse = text("echo_pulse_sequence")
    tokens |= ({"GR"} if pulse in ("GRADIENT", "BOTH") else set()) | (
        {"SE"} if pulse in ("SPIN", "BOTH") else set()
    )
    agent = text("contrast_agent")
    return Clues(
        modality=modality,
        repetition_time_ms=number("repetition_time_ms"),
        echo_time_ms=number("echo_time_ms"),
        inversion_time_ms=number("inversion_time_ms"),
        flip_angle_deg=number("flip_angle_deg"),
        b_value_s_per_mm2=number("b_value_s_per_mm2"),
        sequence=frozenset(tokens),
        image_type=text("image_type"),
        agent="" if agent.strip().lower() in NO_AGENT else agent,
        channel=channel,
        texts=tuple(t for t in (*texts, text("protocol")) if t),
        user_map=user_map,
    )


def day_of(dataset: Dataset, *keywords: str) -> date | None:
    """The first of these attributes that is a calendar day."""
    for keyword in keywords:
        text = text_of(dataset, keyword)[:10].replace(".", "").replace("-", "")[:8]
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            continue
    return None
