"""Which objects are never written: pixels that may show a name, and documents."""

from __future__ import annotations

from pydicom.dataset import Dataset

from oncometry.core import Code

__all__ = ["refusal"]

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_DRAWN_ON = tuple(_STORAGE + part for part in ("7", "7.", "6.1", "6.2", "3.1", "77.1."))
_DOCUMENTS = tuple(_STORAGE + part for part in ("88.", "104.", "9.", "11."))
_MODALITIES = frozenset(
    ("US", "IVUS", "SC", "OT", "ES", "XC", "GM", "SM", "OP", "DG", "TG", "DMS", "EPS", "LS", "RF")
)
_MAY_DRAW = frozenset(("BDUS", "BMD", "CR", "DX", "IO", "MG", "PX", "RTIMAGE", "XA"))
"""Modalities of which some draw names, and some say that they do not."""
_SCREEN = ("DOSE_INFO", "SCREEN", "CAPTURE", "SECONDARY CAPTURE", "SAVE", "PASTED", "REPORT", "FOR PRINT")
_STRIPPED = frozenset(_STORAGE + part for part in ("4.2", "66", "66.3", "66.5", "66.6"))
"""Spectra, raw data, deformations, surfaces, tracks: what they hold stands in binary values that are not kept."""
_COLOR = ("RGB", "YBR", "PALETTE")


def refusal(dataset: Dataset) -> tuple[Code, str] | None:
    """Why this object is quarantined: `BURNED_IN`, `NOT_RADIOLOGY`, `UNSUPPORTED_TYPE`; None if it may be written."""
    if dataset.file_meta.TransferSyntaxUID.type != "Transfer Syntax":
        return Code.UNSUPPORTED_TYPE, "its transfer syntax is not one of the standard, and may hide anything."
    sop_class = str(dataset.get("SOPClassUID", ""))
    if "EncapsulatedDocument" in dataset or sop_class.startswith(_DOCUMENTS):
        return Code.NOT_RADIOLOGY, "a document, report, waveform or annotation may hold identifiers anywhere."
    if sop_class in _STRIPPED:
        return Code.UNSUPPORTED_TYPE, "what it holds is not kept: a copy would be empty."
    reason = _burned_in(dataset, sop_class)
    return (Code.BURNED_IN, f"its pixels may show identifiers: {reason}.") if reason else None


def _burned_in(dataset: Dataset, sop_class: str) -> str:
    if str(dataset.get("BurnedInAnnotation", "")).upper() == "YES":
        return "BurnedInAnnotation (0028,0301) is YES"
    if any(sop_class == root or (root.endswith(".") and sop_class.startswith(root)) for root in _DRAWN_ON):
        return "secondary capture, ultrasound or visible light"
    modality = str(dataset.get("Modality", "")).upper()
    if modality in _MODALITIES:
        return "the modality draws on its images"
    if modality in _MAY_DRAW and str(dataset.get("BurnedInAnnotation", "")).upper() != "NO":
        return "the modality may draw on its images, and BurnedInAnnotation (0028,0301) is not NO"
    if dataset.get("ConversionType"):
        return "ConversionType (0008,0064) says digitized or captured"
    kind = "\\".join(map(str, dataset.get("ImageType") or ())).upper()
    if any(word in kind for word in _SCREEN):
        return "ImageType (0008,0008) says screen save"
    if "PixelData" in dataset and str(dataset.get("PhotometricInterpretation", "")).startswith(_COLOR):
        return "a color image"
    return ""
