"""The cohort on disk: a BIDS derivative (https://bids-specification.readthedocs.io/en/v1.10.0/derivatives).

Names are our ids: nothing that a source file says reaches the file system as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import oncometry
from oncometry.core import Contrast, Modality, Notice, Segmentation, Unit
from oncometry.io.manifest import Manifest, MaskRecord, SeriesRecord

__all__ = [
    "BIDS_IGNORED",
    "cohort_description",
    "labels_sidecar",
    "labels_table",
    "map_path",
    "mask_path",
    "native_path",
    "participants_table",
    "preprocessed_mask_path",
    "preprocessed_path",
    "preprocessed_sidecar",
    "probability_path",
    "saliency_path",
    "series_sidecar",
    "sidecar_path",
    "subject_label",
]

BIDS_VERSION = "1.10.0"
C = Contrast
SUFFIXES = {
    C.T1: ("anat", "", "T1w"),
    C.T1C: ("anat", "_ce-gad", "T1w"),
    C.T2: ("anat", "", "T2w"),
    C.FLAIR: ("anat", "", "FLAIR"),
    C.T2STAR: ("anat", "", "T2starw"),
    C.PD: ("anat", "", "PDw"),
    C.DWI: ("dwi", "", "dwi"),
    C.ADC: ("dwi", "", "ADC"),
    C.PERFUSION: ("perf", "", "perf"),
    C.PET: ("pet", "", "pet"),
    C.CT: ("ct", "", "ct"),
    C.CT_CONTRAST: ("ct", "_ce-contrast", "ct"),
}
BY_MODALITY = {Modality.CT: ("ct", "", "ct"), Modality.PT: ("pet", "", "pet")}
BIDS_IGNORED = """settings.yaml
oncometry.db*
report
sub-*/ses-*/ct
sub-*/ses-*/maps
sub-*/ses-*/anat/*_saliency.nii.gz
*_MRI.*
*_perf.*
"""
"""`.bidsignore`: what is ours, and images for which BIDS has no name (CT, perfusion, unknown, maps)."""
UNNAMED = ("anat", "", "MRI")
_NOTHING: Mapping[str, object] = MappingProxyType({})
LONGEST_LABEL = 24


def subject_label(patient_id: str, taken: Mapping[str, str]) -> str:
    """A BIDS subject label: letters and digits, of one patient only.

    Args:
        taken: patient id -> label given before; a known patient keeps its label.

    The id without punctuation where that is free and of reasonable length, ignoring case, as file
    systems may; else with 8 digits of its SHA-256 behind it.
    """
    if patient_id in taken:
        return taken[patient_id]
    plain = re.sub(r"[^A-Za-z0-9]", "", patient_id)
    used = {label.lower() for label in taken.values()}
    tame = plain == re.sub(r"[-_]", "", patient_id) and 0 < len(plain) <= LONGEST_LABEL
    if tame and plain.lower() not in used:
        return plain
    digest = hashlib.sha256(patient_id.encode("utf-8", "surrogatepass")).hexdigest()
    for length in range(8, len(digest) + 1):
        label = f"{plain[: LONGEST_LABEL - 8]}x{digest[:length]}"
        if label.lower() not in used:
            break
    return label


def native_path(subject: str, series: SeriesRecord, run: int | None = None) -> Path:
    """Where a series' volume goes, relative to the cohort; `run` tells equal ones apart."""
    folder, enhanced, suffix = SUFFIXES.get(series.contrast) or BY_MODALITY.get(series.modality, UNNAMED)
    session = _session(series.timepoint.label if series.timepoint else None)
    number = f"_run-{run}" if run is not None else ""
    name = f"sub-{subject}_{session}{enhanced}{number}_{suffix}.nii.gz"
    return Path(f"sub-{subject}") / session / folder / name


def sidecar_path(volume: Path) -> Path:
    """The JSON beside a volume."""
    return volume.with_name(volume.name.removesuffix(".nii.gz") + ".json")


def preprocessed_path(native: Path) -> Path:
    """Where the preprocessed volume of a native one goes, relative to the cohort."""
    stem, suffix = native.name.rsplit("_", 1)
    return native.with_name(f"{stem}_space-ref_desc-preproc_{suffix}")


def preprocessed_mask_path(native: Path) -> Path:
    """Where the mask goes on the grid of its preprocessed image, beside the native one."""
    return native.with_name(native.name.replace("_desc-", "_space-ref_desc-", 1))


def mask_path(subject: str, mask: MaskRecord, series: SeriesRecord | None) -> Path:
    """Where a mask's label map goes, relative to the cohort: the same whatever other masks there are.

    BIDS keeps label maps in `anat`, whatever they were drawn on; the sidecar names the image.
    """
    point = mask.timepoint or (series.timepoint if series is not None else None)
    session = _session(point.label if point else None)
    digest = hashlib.sha256(mask.key.encode()).hexdigest()[:8]
    name = f"sub-{subject}_{session}_desc-mask{digest}_dseg.nii.gz"
    return Path(f"sub-{subject}") / session / "anat" / name


def probability_path(labels: Path) -> Path:
    """Where the probabilities behind a label map go, relative to the cohort."""
    return labels.with_name(labels.name.removesuffix("_dseg.nii.gz") + "_probseg.nii.gz")


def saliency_path(labels: Path) -> Path:
    """Where the saliency of a network that made a label map goes, relative to the cohort."""
    return labels.with_name(labels.name.removesuffix("_dseg.nii.gz") + "_saliency.nii.gz")


def map_path(native: Path, mask: MaskRecord, region: str, name: str) -> Path:
    """Where a map of a feature goes, relative to the cohort: the same whatever other maps there are.

    Args:
        native: of the image.
        region: of the mask, 'lesion-01_part-whole'.
        name: of the feature.
    """
    digest = hashlib.sha256(mask.key.encode()).hexdigest()[:8]
    stem = native.name.removesuffix(".nii.gz")
    return native.parents[1] / "maps" / f"{stem}_mask-{digest}_{region}_{name}.nii.gz"


def _session(label: str | None) -> str:
    return f"ses-{label or '01'}"


def series_sidecar(series: SeriesRecord) -> str:
    """The JSON beside a native volume: what it is, how it was acquired, and which files it is from."""
    content: dict[str, object] = {
        "Modality": series.modality.value,
        "Contrast": series.contrast.value,
        "ContrastConfidence": series.confidence,
        "ContrastEvidence": series.evidence,
        "Units": series.unit.value,
        "SeriesInstanceUID": series.series_instance_uid,
        "StudyInstanceUID": series.study_instance_uid,
        "FrameOfReferenceUID": series.geometry.frame_of_reference_uid,
        "SpacingMillimeters": list(series.geometry.spacing_mm),
        "Acquisition": dict(series.acquisition),
        "SkullStripped": False,
        "SourceInstances": [
            {"SOPInstanceUID": i.sop_instance_uid, "SHA256": i.sha256, "Frames": list(i.frames)}
            for i in series.instances
        ],
        "Notices": _told(series.notices),
        "Synthetic": series.synthetic,
    }
    return _json(content)


def preprocessed_sidecar(
    native: Path,
    reference: Path,
    unit: Unit,
    steps: Sequence[Mapping[str, object]],
    notices: Sequence[Notice],
) -> str:
    """The JSON beside a preprocessed volume: what it was made from, in whose space it lies, and how.

    Args:
        native, reference: files of the cohort, relative to it.
        unit: of the values before normalization.
    """
    content: dict[str, object] = {
        "SpatialReference": _uri(reference),
        "SkullStripped": False,
        "Sources": [_uri(path) for path in dict.fromkeys((native, reference))],
        "SourceUnits": unit.value,
        "Steps": list(steps),
        "Notices": _told(notices),
    }
    return _json(content)


def labels_sidecar(
    segmentation: Segmentation,
    sources: Sequence[Path],
    reference: Path | None,
    made_by: Mapping[str, object] = _NOTHING,
) -> str:
    """The JSON beside a label map and its table; `made_by`: what is to be said of the network that made it."""
    place = {} if reference is None else {"SpatialReference": _uri(reference)}
    content: dict[str, object] = {
        **place,
        "Sources": [_uri(path) for path in sources],
        "LabelScheme": segmentation.scheme,
        "LabelSchemeSource": segmentation.scheme_source,
        **made_by,
        "Notices": _told(segmentation.notices),
    }
    return _json(content)


def _uri(path: Path) -> str:
    """BIDS URI of a file of the cohort."""
    return f"bids::{path.as_posix()}"


def _told(notices: Sequence[Notice]) -> list[str]:
    return [f"{notice.code}: {notice.what}" for notice in notices]


def labels_table(segmentation: Segmentation) -> str:
    """The TSV beside a label map (BIDS `dseg.tsv`): number, name, and what finds the same lesions in it again."""
    rows = [
        (
            str(s.number),
            *(
                _cell(text or "")
                for text in (s.name, s.compartment, s.meaning, s.tracking_uid, s.tracking_id)
            ),
        )
        for s in segmentation
    ]
    header = ("index", "name", "compartment", "meaning", "tracking_uid", "tracking_id")
    return "".join("\t".join(row) + "\n" for row in (header, *rows))


def cohort_description(manifest: Manifest, *, synthetic: bool) -> str:
    """`dataset_description.json` of the cohort; `synthetic` where any of its patients is made."""
    content = {
        "Name": "Oncometry cohort (synthetic)" if synthetic else "Oncometry cohort",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "oncometry", "Version": oncometry.__version__}],
        "SourceDatasets": [{"Description": f"layout {manifest.layout}, {len(manifest.files)} files"}],
    }
    return _json(content)


def participants_table(subjects: Mapping[str, str]) -> str:
    """`participants.tsv`: our label and the source's id of every patient of the cohort."""
    rows = [f"sub-{subjects[patient]}\t{_cell(patient)}" for patient in sorted(subjects)]
    return "\n".join(["participant_id\tsource_patient_id", *rows]) + "\n"


def _cell(text: str) -> str:
    """Text that cannot break a row or be taken for a formula."""
    clean = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return f"'{clean}" if clean[:1] in ("=", "+", "-", "@") else clean or "n/a"


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
