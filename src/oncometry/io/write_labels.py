"""Segmentations into label maps of the cohort, with the table that names their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Segmentation
from oncometry.io.derivative import labels_sidecar, labels_table, sidecar_path
from oncometry.io.files import StoredFile, WrittenFile, write_bytes, write_text
from oncometry.io.write_nifti import encode_array

__all__ = ["label_array", "write_labels", "write_segmentation"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


def write_segmentation(
    segmentation: Segmentation,
    cohort: Path,
    path: Path,
    sources: Sequence[Path] = (),
    reference: Path | None = None,
    made_by: Mapping[str, object] = _NOTHING,
) -> tuple[StoredFile, ...]:
    """Write the label map (NIfTI) at `path`, relative to the cohort, its `dseg.tsv` and its sidecar beside it.

    Segments that overlap cannot share one map: they are then written as one volume each, in the
    order of the table (a 4-D file).

    Args:
        sources: files of the cohort that it was made from.
        reference: the file of the cohort in whose space it lies; None where it was drawn there.
        made_by: what the sidecar says of the network that made it.
    """
    written = write_labels(segmentation, cohort / path)
    table = path.with_name(path.name.removesuffix(".nii.gz") + ".tsv")
    named = write_text(cohort / table, labels_table(segmentation))
    sidecar = sidecar_path(path)
    told = write_text(cohort / sidecar, labels_sidecar(segmentation, sources, reference, made_by))
    return (
        StoredFile(path.as_posix(), written.sha256, written.size, "label map"),
        StoredFile(table.as_posix(), named.sha256, named.size, "label names"),
        StoredFile(sidecar.as_posix(), told.sha256, told.size, "sidecar"),
    )


def write_labels(segmentation: Segmentation, path: Path) -> WrittenFile:
    """Write the label map alone."""
    return write_bytes(path, encode_array(label_array(segmentation), segmentation.geometry, compress=True))


def label_array(segmentation: Segmentation) -> NDArray[Any]:
    """(ni, nj, nk) numbers of the segments, or (ni, nj, nk, n) where some overlap."""
    largest = max((s.number for s in segmentation), default=0)
    kind = np.uint8 if largest < 256 else np.uint16 if largest < 65536 else np.int32
    labels = np.zeros(segmentation.geometry.shape, dtype=kind, order="F")
    for segment in segmentation:
        window = labels[segment.box]
        if window[segment.array].any():
            return _layers(segmentation, np.dtype(kind))
        window[segment.array] = segment.number
    return labels


def _layers(segmentation: Segmentation, kind: np.dtype[Any]) -> NDArray[Any]:
    shape = (*segmentation.geometry.shape, len(segmentation.segments))
    layers = np.zeros(shape, dtype=kind, order="F")
    for n, segment in enumerate(segmentation):
        layers[(*segment.box, n)][segment.array] = segment.number
    return layers
