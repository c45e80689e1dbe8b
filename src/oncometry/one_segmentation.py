"""One examination segmented by a network, without a cohort: files in, files out.

Apart from `api`, so that it loads neither SQL nor data frames.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import oncometry
from oncometry.core import Code, Contrast, Image, Notice, UnsupportedError
from oncometry.io import read_volume, sha256_of, write_bytes, write_probabilities, write_text, write_volume
from oncometry.io.nifti import GeometryChoice
from oncometry.io.sequence_files import case_of, sequence_files
from oncometry.io.write_labels import label_array
from oncometry.io.write_nifti import encode_array
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.opening import open_network
from oncometry.segmentation.region_saliency import RegionSaliency, refuse_unexplained, region_saliency
from oncometry.segmentation.segmenter import Segmented, Segmenter
from oncometry.segmentation.trust import RegionTrust, trust_notices, trust_of

__all__ = ["SegmentationFiles", "segment_images"]


@dataclass(frozen=True, eq=False)
class SegmentationFiles:
    """What was found, and where it is written.

    Attributes:
        segmented: the result itself, with all notices.
        trust: region of the card -> how far it can be trusted.
        labels: NAME_dseg.nii.gz, a label map in the card's scheme.
        probabilities: NAME_probseg.nii.gz, one volume for each region of the card; None where the network gives none.
        sidecar: NAME_dseg.json, what made them, by which settings, their SHA-256, and what is to be said.
        looked: where the network looked for the largest region; None where that was not asked, or nothing was found.
        saliency: NAME_saliency.nii.gz, how far that region's mean probability falls when a place is blurred away.
    """

    segmented: Segmented
    trust: Mapping[str, RegionTrust]
    labels: Path
    probabilities: Path | None
    sidecar: Path
    looked: RegionSaliency | None = None
    saliency: Path | None = None


def segment_images(
    source: Path | Mapping[Contrast, Path],
    network: Segmenter | str | Path | None,
    output: Path,
    *,
    name: str | None = None,
    form: GeometryChoice = "strict",
    saliency: bool = False,
) -> SegmentationFiles:
    """Segment one examination.

    Args:
        source: sequence -> file or DICOM folder; or a folder of files with the sequence in their names, as BraTS, nnU-Net
            (`_0000` and so on in the card's order) or BIDS have it. All on one grid.
        network: a segmenter, or the name or path of a network; None for the shipped one. Ours run in the fastest backend
            installed, with the shipped brain network where the skull is on (`open_network`).
        output: a folder, made if need be.
        name: NAME of the files; by default what the names of the input have beside the sequence.
        form: of a NIfTI, the form to trust where its two disagree.
        saliency: also ask where it looked, at a run of the network for each patch.

    Raises:
        NothingFoundError, SettingsError: as `sequence_files` and `open_network`; as `refuse_unexplained`.
        UnsupportedError, CorruptInputError, GeometryError: as `read_volume` and the network.
        StoreError: `WRITE_FAILED`.
    """
    segmenter = open_network(network) if network is None or isinstance(network, str | Path) else network
    _refuse_brain(segmenter.card)
    if saliency:
        refuse_unexplained(segmenter.card)
    paths = source if isinstance(source, Mapping) else sequence_files(source, segmenter.card.inputs)
    images, notices = _read(paths, form)
    segmented = segmenter.segment(images)
    trust = trust_of(segmented)
    doubts = trust_notices(trust, segmented.card)
    looked = region_saliency(segmenter, images, segmented) if saliency else None
    if saliency and looked is None:
        doubts = (*doubts, Notice(Code.MASK_EMPTY, "no region was found, so that there is no saliency."))
    called = name or _called(source, paths)
    files = SegmentationFiles(
        replace(segmented, notices=(*notices, *segmented.notices, *doubts)),
        trust,
        output / f"{called}_dseg.nii.gz",
        output / f"{called}_probseg.nii.gz" if segmented.regions else None,
        output / f"{called}_dseg.json",
        looked,
        None if looked is None else output / f"{called}_saliency.nii.gz",
    )
    _write(files, paths, segmenter, form)
    return files


def _refuse_brain(card: NetworkCard) -> None:
    if card.task == "brain":
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"the network {card.name} finds the brain, no tumor.",
            advice="Give a network of task 'tumor'; this one serves it where the skull is on.",
        )


def _read(
    paths: Mapping[Contrast, Path], form: GeometryChoice
) -> tuple[dict[Contrast, Image], tuple[Notice, ...]]:
    """The images, each as the sequence that it was given as, with its path as key, so that errors name the file.

    Where its file states another sequence, that is told.
    """
    images, notices = {}, []
    for contrast, path in paths.items():
        image = read_volume(path, form)
        if image.contrast not in (contrast, Contrast.UNKNOWN):
            what = f"given as {contrast}, but the file says that it is {image.contrast}."
            notices.append(Notice(Code.SEQUENCES_SWAPPED, what, str(path)))
        images[contrast] = replace(image, contrast=contrast, key=str(path))
    return images, tuple(notices)


def _called(source: Path | Mapping[Contrast, Path], paths: Mapping[Contrast, Path]) -> str:
    """What the files' names share; else the folder's name, or that of the first file."""
    cases = {case_of(path) for path in paths.values()}
    shared = cases.pop() if len(cases) == 1 else ""
    if shared:
        return shared
    place = source if isinstance(source, Path) else next(iter(paths.values()))
    return place.resolve().name.split(".")[0]


def _write(
    files: SegmentationFiles, paths: Mapping[Contrast, Path], segmenter: Segmenter, form: GeometryChoice
) -> None:
    segmented = files.segmented
    geometry = segmented.segmentation.geometry
    labels = write_bytes(files.labels, encode_array(label_array(segmented.segmentation), geometry))
    made = {files.labels.name: labels.sha256}
    if files.probabilities is not None:
        regions = tuple(segmented.regions.values())
        made[files.probabilities.name] = write_probabilities(regions, files.probabilities).sha256
    if files.looked is not None and files.saliency is not None:
        made[files.saliency.name] = write_volume(files.looked.saliency.fall, files.saliency).sha256
    told = _told(files, paths, getattr(segmenter, "brain", None))
    content = {**told, **_settings(segmenter, form), "Files": made}
    write_text(files.sidecar, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _settings(segmenter: Segmenter, form: GeometryChoice) -> dict[str, object]:
    """How the network was run and the files were read, with the hash of both; a program has no settings of ours."""
    own = getattr(segmenter, "settings", None)
    given = {
        "inference": own.model_dump(mode="json") if isinstance(own, InferenceSettings) else None,
        "geometry": form,
    }
    digest = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
    return {"Settings": given, "SettingsSHA256": digest}


def _told(
    files: SegmentationFiles, paths: Mapping[Contrast, Path], brain: Segmenter | None
) -> dict[str, object]:
    segmented = files.segmented
    card, segmentation = segmented.card, segmented.segmentation
    return {
        "GeneratedBy": {"Name": "oncometry", "Version": oncometry.__version__, "Method": "network"},
        "Network": {
            "Name": card.name,
            "Version": card.version,
            "SHA256": card.sha256,
            "License": card.license,
        },
        "BrainNetwork": None
        if brain is None
        else {"Name": brain.card.name, "Version": brain.card.version, "SHA256": brain.card.sha256},
        "Backend": segmented.backend,
        "Sources": {
            str(contrast): {"Name": path.name} | ({"SHA256": sha256_of(path)} if path.is_file() else {})
            for contrast, path in paths.items()
        },
        "LabelScheme": segmentation.scheme,
        "Labels": {str(segment.number): segment.name for segment in segmentation},
        "Regions": {name: _trusted(region, card) for name, region in files.trust.items()},
        "VolumesML": {
            segment.name: round(segment.voxels * segmentation.geometry.voxel_volume_mm3 / 1000, 3)
            for segment in segmentation
        },
        **({} if files.looked is None else {"Saliency": files.looked.told}),
        "Notices": [f"{notice.code}: {notice.what}" for notice in segmented.notices],
    }


def _trusted(region: RegionTrust, card: NetworkCard) -> dict[str, object]:
    interval = region.interval_ml
    return {
        "VolumeML": round(region.volume_ml, 3),
        "VolumeIntervalML": None if interval is None else [round(end, 3) for end in interval],
        "IntervalCoverage": None if interval is None else card.volume_coverage,
        "ExpectedDice": None if region.expected_dice is None else round(region.expected_dice, 3),
    }
