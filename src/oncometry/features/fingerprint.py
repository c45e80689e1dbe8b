"""SHA-256 of what values are made from: an image, computed once, and a segment."""

from __future__ import annotations

import hashlib
from weakref import WeakKeyDictionary

import numpy as np

from oncometry.core.geometry import Geometry
from oncometry.core.image import Image, Voxels
from oncometry.core.segmentation import Segment

__all__ = ["image_hash", "segment_hash"]

_KNOWN: WeakKeyDictionary[Image, str] = WeakKeyDictionary()
"""An image never changes, and hashing it takes longer than the features of a lesion in it."""


def image_hash(image: Image) -> str:
    """Of voxels, their number type and the grid."""
    known = _KNOWN.get(image)
    if known is None:
        known = _KNOWN[image] = _hash(image.array, image.geometry)
    return known


def segment_hash(segment: Segment, geometry: Geometry) -> str:
    """Of a segment's voxels, their place and the grid."""
    return _hash(segment.array, geometry, np.array(segment.start).tobytes())


def _hash(array: Voxels, geometry: Geometry, more: bytes = b"") -> str:
    about = f"{array.dtype.str} {array.shape} {geometry.shape}".encode()
    digest = hashlib.sha256(about + geometry.affine.tobytes() + more)
    digest.update(np.ascontiguousarray(array.T).data)
    return digest.hexdigest()
