"""Which image of a time point the others are brought to."""

from __future__ import annotations

from collections.abc import Sequence

from oncometry.core import Code, Contrast, Geometry, NothingFoundError

__all__ = ["choose_reference"]

_MR = (
    Contrast.T1C,
    Contrast.T1,
    Contrast.FLAIR,
    Contrast.T2,
    Contrast.PD,
    Contrast.T2STAR,
    Contrast.DWI,
    Contrast.ADC,
    Contrast.PERFUSION,
)
_CT = (Contrast.CT_CONTRAST, Contrast.CT)
_LAST = (Contrast.PET, Contrast.UNKNOWN)


def choose_reference(series: Sequence[tuple[str, Contrast, Geometry]]) -> str:
    """Key of the time point's reference image.

    T1c before T1, FLAIR, T2 and other MR, then CT; where there is PET, its CT comes first, since
    it is the anatomy that PET was attenuated with. Finer slices break ties, then smaller voxels, then the key.

    Raises:
        NothingFoundError: `NOTHING_FOUND` if there is no series.
    """
    if not series:
        raise NothingFoundError(Code.NOTHING_FOUND, "a time point without series has no reference image.")
    with_pet = any(contrast is Contrast.PET for _, contrast, _ in series)
    order = (*_CT, *_MR, *_LAST) if with_pet else (*_MR, *_CT, *_LAST)

    def rank(candidate: tuple[str, Contrast, Geometry]) -> tuple[int, float, float, str]:
        key, contrast, geometry = candidate
        slices = round(max(geometry.spacing_mm), 3)
        return order.index(contrast), slices, round(geometry.voxel_volume_mm3, 3), key

    return min(series, key=rank)[0]
