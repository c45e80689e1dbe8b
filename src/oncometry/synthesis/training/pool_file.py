"""A grown head as bytes: compressed arrays, nothing that could be executed."""

from __future__ import annotations

from io import BytesIO

import numpy as np

from oncometry.synthesis.training.pool import PooledHead

__all__ = ["pooled_from", "pooled_to"]


def pooled_to(head: PooledHead) -> bytes:
    """A NumPy archive of the head's arrays."""
    content = BytesIO()
    np.savez_compressed(
        content, labels=head.labels, histogram=head.histogram, tumor=head.tumor, voxel_mm=head.voxel_mm
    )
    return content.getvalue()


def pooled_from(content: bytes) -> PooledHead:
    """The inverse of `pooled_to`."""
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        return PooledHead(arrays["labels"], arrays["histogram"], arrays["tumor"], float(arrays["voxel_mm"]))
