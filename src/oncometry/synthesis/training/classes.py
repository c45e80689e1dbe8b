"""The classes of a training head: one number a voxel, one contrast a class."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Code, LabelError

__all__ = ["BRAIN", "CLASSES", "PARENCHYMA", "TUMOR", "HeadClass", "HeadMap", "classes_of"]

HeadMap = NDArray[np.uint8]
"""(ni, nj, nk) `HeadClass` values at 1 mm, axes left, posterior, superior (LPS)."""


class HeadClass(IntEnum):
    """What a voxel holds, as far as it looks different."""

    AIR = 0
    WHITE_MATTER = 1
    CORTEX = 2
    DEEP_GRAY = 3
    VENTRICLE = 4
    CSF = 5
    BRAINSTEM = 6
    CEREBELLUM_WHITE = 7
    CEREBELLUM_GRAY = 8
    VESSEL = 9
    DURA = 10
    WHITE_LESION = 11
    NECROSIS = 12
    EDEMA = 13
    ENHANCING = 14
    NON_ENHANCING = 15
    SKIN = 16
    FAT = 17
    BONE = 18
    MARROW = 19
    MUSCLE = 20
    EYE = 21
    MUCOSA = 22
    SOFT_ONE = 23
    SOFT_TWO = 24
    SOFT_THREE = 25
    SOFT_FOUR = 26
    CANAL = 27


CLASSES = len(HeadClass)
TUMOR = (HeadClass.NECROSIS, HeadClass.EDEMA, HeadClass.ENHANCING, HeadClass.NON_ENHANCING)
PARENCHYMA = (
    HeadClass.WHITE_MATTER,
    HeadClass.CORTEX,
    HeadClass.DEEP_GRAY,
    HeadClass.BRAINSTEM,
    HeadClass.CEREBELLUM_WHITE,
    HeadClass.CEREBELLUM_GRAY,
    HeadClass.WHITE_LESION,
)
BRAIN = (*PARENCHYMA, HeadClass.VENTRICLE, HeadClass.CSF, HeadClass.VESSEL, HeadClass.DURA, *TUMOR)
"""What brain extraction keeps: all within the skull, fluid on the surface among it."""
FLUID_REACH_MM, WIDE_FLUID_ML = 10.0, 3.0
"""Fluid farther than this from any tissue of the brain is that of the spinal canal, or none at all; but not a space of that
volume or more above the lowest tissue, over a lobe that has shrunk."""
FOLD_MM = 3.0
"""Half the width of what lies between parts of the brain and counts as a fold of dura."""

H = HeadClass

FREESURFER: Mapping[HeadClass, tuple[int, ...]] = MappingProxyType(
    {
        H.AIR: (0,),
        H.WHITE_MATTER: (2, 41, 85, 136, 137, 163, 164),
        H.CORTEX: (3, 42, 17, 53, 18, 54),
        H.DEEP_GRAY: (10, 49, 11, 50, 12, 51, 13, 52, 26, 58),
        H.VENTRICLE: (4, 43, 5, 44, 14, 15, 72),
        H.CSF: (24,),
        H.BRAINSTEM: (16, 28, 60),
        H.CEREBELLUM_WHITE: (7, 46),
        H.CEREBELLUM_GRAY: (8, 47),
        H.VESSEL: (30, 62),
        H.WHITE_LESION: (25, 57),
        H.SKIN: (516,),
        H.FAT: (515,),
        H.BONE: (511,),
        H.MARROW: (514,),
        H.MUSCLE: (507,),
        H.EYE: (509,),
        H.MUCOSA: (512,),
        H.SOFT_ONE: (502,),
        H.SOFT_TWO: (506,),
        H.SOFT_THREE: (508,),
        H.SOFT_FOUR: (530,),
    }
)
"""FreeSurfer's numbers, and those above 500 that the label maps of SynthSeg give what lies about the brain. Which tissue
one of those is nobody says: the names are guesses from place and size, and contrasts outside the brain are random."""


def classes_of(labels: NDArray[np.integer]) -> HeadMap:
    """FreeSurfer labels (ni, nj, nk) at 1 mm as classes.

    The label maps call the fluid of the whole spinal canal by the number of that about the brain, and some voxels of the
    skull base and the sinuses too: it becomes `CANAL`. They number the folds of dura in the brain by what looks alike
    outside of it: they become `DURA`.

    Raises:
        LabelError: `LABEL_UNKNOWN`, a number that the table does not name.
    """
    table = np.full(max(1024, int(labels.max()) + 1), 255, np.uint8)
    for tissue, numbers in FREESURFER.items():
        table[list(numbers)] = tissue
    found = table[labels]
    strange = np.unique(labels[found == 255])
    if strange.size:
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"labels {strange[:8].tolist()} are none of FreeSurfer's that a head is made of.",
        )
    return _folds_within(_canal_apart(found))


def _canal_apart(classes: HeadMap) -> HeadMap:
    tissue = np.isin(classes, (*PARENCHYMA, H.VENTRICLE))
    if not tissue.any():
        return classes
    away = (classes == H.CSF) & (ndimage.distance_transform_edt(~tissue) > FLUID_REACH_MM)
    lowest = int(np.flatnonzero(tissue.any(axis=(0, 1)))[0])
    pieces, count = ndimage.label(away, np.ones((3, 3, 3)))
    for number, box in enumerate(ndimage.find_objects(pieces, count), start=1):
        piece = pieces[box] == number
        heights = np.nonzero(piece)[2] + box[2].start
        if heights.size < 1000 * WIDE_FLUID_ML or heights.mean() < lowest:
            classes[box][piece] = H.CANAL
    return classes


def _folds_within(classes: HeadMap) -> HeadMap:
    """What closing the brain adds to it."""
    brain = np.isin(classes, BRAIN)
    if not brain.any():
        return classes
    reach = int(FOLD_MM) + 1
    box = tuple(slice(max(int(at.min()) - reach, 0), int(at.max()) + reach + 1) for at in np.nonzero(brain))
    near = ndimage.distance_transform_edt(~np.pad(brain[box], reach)) <= FOLD_MM
    closed = ndimage.distance_transform_edt(near) > FOLD_MM
    inner = tuple(slice(reach, reach + n) for n in brain[box].shape)
    classes[box][closed[inner] & ~brain[box]] = H.DURA
    return classes
