"""A whole head on the grid that FreeSurfer's networks take: the image's axes, all that is above 0, the nearest voxel's value.

So `mri_synthstrip` conforms it (Hoopes 2022, doi:10.1016/j.neuroimage.2022.119474): reoriented, never rotated.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oncometry.core import Code, Contrast, Geometry, Image, Notice
from oncometry.core.image import Voxels
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.preprocessing import orient
from oncometry.segmentation.admission import admit
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.channels import rules_of
from oncometry.segmentation.foreign.intensity import scaled
from oncometry.segmentation.foreign_rules import HeadGrid
from oncometry.segmentation.prepare import Prepared
from oncometry.segmentation.working_grid import working_grid

__all__ = ["conformed_head"]


def conformed_head(images: Mapping[Contrast, Image], card: NetworkCard, head: HeadGrid) -> Prepared:
    """One of the images on the grid of a whole head.

    Args:
        images: on one grid, of any orientation and spacing; T1 is taken before T1c, FLAIR, T2 and others.
        card: of one input and task 'brain'.
        head: how large the grid may be.

    Raises:
        UnsupportedError, CorruptInputError, GeometryError: as `admit`; `CONSTANT` as `scaled`.
    """
    rules = rules_of(card)
    admitted, notices = admit(images, card)
    contrast, given = next(iter(admitted.items()))
    image = orient(given, rules.axes)
    _, box = bounding_box(image.array > 0)
    if box[0].stop == 0:
        box = bounding_box(np.ones(image.geometry.shape, bool))[1]
    whole = working_grid(image.geometry, box, card.spacing_mm, 0.0)
    grid = _within(whole, head, rules.multiple)
    values, inside = _nearest(image, grid)
    channels = np.ascontiguousarray(scaled(values, inside, rules, contrast)[None], np.float32)
    return Prepared(channels, grid, inside, (contrast,), (*notices, *_cut(whole, grid)))


def _within(grid: Geometry, head: HeadGrid, multiple: int) -> Geometry:
    """The grid with voxels more or fewer on both sides."""
    wanted = [int(np.clip(-(-n // multiple) * multiple, head.least, head.most)) for n in grid.shape]
    a, b, c = (int((n - m) / 2) for n, m in zip(wanted, grid.shape, strict=True))
    return grid.crop((-a, -b, -c), (wanted[0], wanted[1], wanted[2]))


def _nearest(image: Image, grid: Geometry) -> tuple[Voxels, Mask]:
    """(i, j, k) float32 values of the image on a grid along its axes, and where it reaches; beyond is 0, or darker than all."""
    first = image.geometry.to_index(grid.to_world((0, 0, 0)))
    steps = np.array(grid.spacing_mm) / image.geometry.spacing_mm
    places = [
        np.floor(start + step * np.arange(n) + 0.5).astype(np.int64)
        for start, step, n in zip(first, steps, grid.shape, strict=True)
    ]
    reached = [(at >= 0) & (at < n) for at, n in zip(places, image.array.shape, strict=True)]
    there = np.ix_(*reached)
    beyond = min(0.0, float(image.array.min()))
    values = np.full(grid.shape, beyond, np.float32, order="F")
    inside = np.zeros(grid.shape, bool, order="F")
    values[there] = image.array[np.ix_(*(at[mask] for at, mask in zip(places, reached, strict=True)))]
    inside[there] = True
    return values, inside


def _cut(whole: Geometry, grid: Geometry) -> tuple[Notice, ...]:
    """What to say where not all of the image was looked at."""
    told = [
        f"{long * mm:.0f} mm long, only the middle {short * mm:.0f} mm were looked at"
        for long, short, mm in zip(whole.shape, grid.shape, whole.spacing_mm, strict=True)
        if long > short
    ]
    if not told:
        return ()
    what = f"the image is {' and '.join(told)}: crop it to the head where that lies elsewhere."
    return (Notice(Code.SEGMENTATION_UNCERTAIN, what),)
