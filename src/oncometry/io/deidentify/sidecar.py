"""JSON sidecars (BIDS, dcm2niix): physics stays, words of radiology stay, all else goes."""

from __future__ import annotations

import json
from pathlib import Path

from oncometry.core import Code, CorruptInputError, UnsupportedError
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.mark import method
from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption
from oncometry.io.deidentify.subject import Subject

__all__ = ["clean_sidecar"]

_NUMBERS = frozenset(
    {
        "RepetitionTime", "EchoTime", "InversionTime", "FlipAngle", "DiffusionBValue", "EchoTrainLength",
        "MagneticFieldStrength", "KVP", "XRayTubeCurrent", "SliceThickness", "SpacingBetweenSlices",
        "GantryDetectorTilt", "SAR", "NumberOfAverages", "PixelBandwidth", "PercentPhaseFOV", "PercentSampling",
        "DwellTime", "EffectiveEchoSpacing", "TotalReadoutTime", "BandwidthPerPixelPhaseEncode", "AcquisitionMatrixPE",
        "ReconMatrixPE", "ParallelReductionFactorInPlane", "MultibandAccelerationFactor", "PartialFourier",
        "SliceTiming", "ImagingFrequency", "XRayExposure", "ExposureTime", "ConversionFactor",
    }
)  # fmt: skip
_WORDS = frozenset(
    {"SeriesDescription", "ProtocolName", "BodyPartExamined", "ContrastBolusIngredient", "SequenceName"}
)
_TERMS = {
    "Modality": frozenset({"MR", "CT", "PT"}),
    "MRAcquisitionType": frozenset({"1D", "2D", "3D"}),
    "ScanningSequence": frozenset({"SE", "IR", "GR", "EP", "RM"}),
    "SequenceVariant": frozenset({"SK", "MTC", "SS", "TRSS", "SP", "MP", "OSP", "NONE"}),
    "PhaseEncodingDirection": frozenset({"i", "j", "k", "i-", "j-", "k-"}),
    "Units": frozenset({"BQML", "CNTS", "PROPCPS", "GML"}),
    "SUVType": frozenset({"BW", "LBM", "BSA"}),
    "DecayCorrection": frozenset({"NONE", "START", "ADMIN"}),
    "ConvolutionKernel": frozenset({"SOFT", "STANDARD", "LUNG", "BONE", "SHARP"}),
}
"""Attributes of defined terms (PS3.3), of one or, apart by '\\' or '_', several."""


_METHOD = "DeidentificationMethod"


def clean_sidecar(path: Path, subject: Subject, key: Key, settings: DeidentifySettings) -> bytes:
    """The copy's bytes; words of radiology in free texts stay only where descriptors are cleaned, as in DICOM.

    Raises:
        CorruptInputError: `CORRUPT`, no JSON object.
        UnsupportedError: `ALREADY_DEIDENTIFIED`.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CorruptInputError(Code.CORRUPT, "it is no JSON.", path=path) from error
    if not isinstance(content, dict):
        raise CorruptInputError(Code.CORRUPT, "it is no JSON object.", path=path)
    if content.get(_METHOD) == method(key):
        raise UnsupportedError(Code.ALREADY_DEIDENTIFIED, "it was de-identified under this key before.")
    told = content.items()
    kept = {name: value for name, value in ((n, _kept(n, v)) for n, v in told) if value is not None}
    if ProfileOption.CLEAN_DESCRIPTORS in settings.options:
        words = ((n, subject.descriptor(v)) for n, v in told if n in _WORDS and isinstance(v, str))
        kept |= {name: text for name, text in words if text}
    kept[_METHOD] = method(key)
    return (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode()


def _kept(name: str, value: object) -> object | None:
    """The value as far as it may stay; None where nothing of it may."""
    if name in _NUMBERS:
        numbers = value if isinstance(value, list) else [value]
        plain = all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in numbers)
        return value if plain and numbers else None
    terms = _TERMS.get(name)
    if terms is None:
        return None
    said = value if isinstance(value, list) else str(value).replace("_", "\\").split("\\")
    return value if said and all(term in terms for term in said) else None
