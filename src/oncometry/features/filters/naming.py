"""What a response map is called in tables."""

from __future__ import annotations

from oncometry.features.filters.separable import Pooling
from oncometry.features.filters.window import Boundary

__all__ = ["named"]


def named(
    *parts: str,
    dimensions: int = 3,
    pooling: Pooling | None = None,
    boundary: Boundary = Boundary.MIRROR,
) -> str:
    """Parts joined by '-'; what is as usual (in space, not pooled over rotations, mirrored border) is not said."""
    unusual = [
        "2D" if dimensions == 2 else "",
        f"rotated-{pooling.value}" if pooling else "",
        "" if boundary is Boundary.MIRROR else boundary.value,
    ]
    return "-".join([*parts, *filter(None, unusual)])
