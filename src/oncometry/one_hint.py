"""One lesion from one hint, from file to files: what `oncometry segment` does with a click, a box or a line."""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import oncometry
from oncometry.core import Code, Image, OncometryWarning, SettingsError
from oncometry.io import WrittenFile, read_volume, write_bytes, write_text
from oncometry.io.nifti import GeometryChoice
from oncometry.io.write_labels import label_array
from oncometry.io.write_nifti import encode_array
from oncometry.segmentation.hint import Hint, HintResult, HintSettings, segment_hint

__all__ = ["HintFiles", "segment_with_hint"]

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".dcm")


@dataclass(frozen=True)
class HintFiles:
    """What was written, and what it says.

    Attributes:
        labels, probability, sidecar: `NAME_dseg.nii.gz`, `NAME_probseg.nii.gz`, `NAME_dseg.json`.
        said: the content of the sidecar.
        volume_ml, interval_ml: as `HintResult`.
    """

    labels: Path
    probability: Path
    sidecar: Path
    said: dict[str, object]
    volume_ml: float
    interval_ml: tuple[float, float]


def segment_with_hint(
    source: Path,
    hint: Hint,
    output: Path,
    settings: HintSettings | None = None,
    *,
    form: GeometryChoice = "strict",
) -> HintFiles:
    """Segment one lesion of one image and write it.

    Args:
        source: NIfTI or NRRD file, DICOM file, or folder with one DICOM series.
        hint: LPS mm.
        output: folder; made where it is not there.
        settings: defaults if None.
        form: the NIfTI form to trust where the two disagree.

    Raises:
        SettingsError: `SETTINGS`, an output that is a file or would replace the input.
        OncometryError: as `read_volume`, `segment_hint`, and `WRITE_FAILED`.
    """
    chosen = settings or HintSettings()
    if output.exists() and not output.is_dir():
        raise SettingsError(
            Code.SETTINGS,
            "it is a file, not a folder.",
            path=output,
            advice="Name a folder for the lesion's files.",
        )
    name = _name(source)
    labels, probability = output / f"{name}_dseg.nii.gz", output / f"{name}_probseg.nii.gz"
    if source.resolve() in (labels.resolve(), probability.resolve()):
        raise SettingsError(Code.SETTINGS, "the output would replace the input.", path=source)
    image = read_volume(source, form)
    result = segment_hint(image, hint, chosen)
    for notice in result.notices:
        warnings.warn(OncometryWarning(notice), stacklevel=2)
    segmentation = result.segmentation
    written = {
        labels.name: write_bytes(labels, encode_array(label_array(segmentation), segmentation.geometry)),
        probability.name: write_bytes(probability, encode_array(_on_grid(result), segmentation.geometry)),
    }
    said = _said(image, hint, chosen, result, written)
    sidecar = output / f"{name}_dseg.json"
    write_text(sidecar, json.dumps(said, indent=1, allow_nan=False) + "\n")
    return HintFiles(labels, probability, sidecar, said, result.volume_ml, result.interval_ml)


def _name(source: Path) -> str:
    """The file's or folder's name without its ending."""
    name = source.resolve().name
    return next((name[: -len(end)] for end in ENDINGS if name.lower().endswith(end)), name)


def _on_grid(result: HintResult) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(ni, nj, nk) probabilities on the whole grid."""
    segment = result.segmentation.segments[0]
    full = np.zeros(result.segmentation.geometry.shape, dtype=np.float32, order="F")
    if segment.probability is not None:
        full[segment.box] = segment.probability
    return full


def _said(
    image: Image, hint: Hint, settings: HintSettings, result: HintResult, written: dict[str, WrittenFile]
) -> dict[str, object]:
    digest = hashlib.sha256(np.asarray(image.geometry.affine).tobytes())
    digest.update(image.array.tobytes(order="F"))
    given = json.dumps(settings.model_dump(mode="json"), sort_keys=True)
    low, high = result.interval_ml
    return {
        "GeneratedBy": {"Name": "oncometry", "Version": oncometry.__version__, "Method": "hint"},
        "Source": {"Key": image.key, "VoxelsSHA256": digest.hexdigest()},
        "Hint": {"Kind": hint.kind, "PointsLPSmm": hint.points.tolist()},
        "Settings": settings.model_dump(mode="json"),
        "SettingsSHA256": hashlib.sha256(given.encode()).hexdigest(),
        "Labels": {"1": "tumor"},
        "VolumeML": round(result.volume_ml, 4),
        "VolumeInterval95ML": [round(low, 4), round(high, 4)],
        "LogVolumeSD": round(result.log_volume_sd, 4),
        "Agreement": round(result.agreement, 4),
        "Apart": round(result.apart, 4),
        "Notices": [{"Code": n.code.value, "What": n.what} for n in result.notices],
        "Files": {name: file.sha256 for name, file in written.items()},
    }
