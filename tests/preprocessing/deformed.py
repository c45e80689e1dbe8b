"""A brain and the same brain later: turned, shifted, deformed, brighter, with other noise. The way is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nibabel
import nilearn
import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from oncometry.core import Geometry, Image, Modality
from oncometry.core.geometry import FloatArray
from oncometry.preprocessing import resample

__all__ = ["Pair", "brain_on", "middle_of", "template_image", "turned_and_deformed"]

T1 = "mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz"


@dataclass(frozen=True, eq=False)
class Pair:
    """Two images, and where points (n, 3) of the first truly lie in the second, LPS mm.

    `rigid`: the (4, 4) that the deformation was put before.
    """

    fixed: Image
    moving: Image
    carry: Callable[[FloatArray], FloatArray]
    rigid: FloatArray

    def landmarks(self, every: int) -> FloatArray:
        """(n, 3) one voxel of the brain in so many."""
        inside = np.argwhere(self.fixed.array > 30)[::every]
        return np.asarray(self.fixed.geometry.to_world(inside))


def template_image() -> Image:
    """MNI152 T1, 1 mm, skull-stripped, as shipped in nilearn's wheel."""
    volume = nibabel.load(Path(nilearn.__file__).parent / "datasets" / "data" / T1)
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
    array = np.asarray(volume.dataobj, dtype=np.float32)
    return Image(array, Geometry(array.shape, affine), Modality.MR, key="template")


def middle_of(geometry: Geometry) -> FloatArray:
    """(3,) of the grid."""
    return np.asarray(geometry.to_world((np.array(geometry.shape) - 1) / 2))


def brain_on(template: Image, shape: tuple[int, int, int], spacing_mm: float) -> Geometry:
    """A grid about the template's middle."""
    corner = middle_of(template.geometry) - spacing_mm * (np.array(shape) - 1) / 2
    return Geometry.from_parts(shape, (spacing_mm,) * 3, corner)


def turned_and_deformed(template: Image, grid: Geometry, seed: int, push_mm: float) -> Pair:
    """Turned by up to 5 degrees about each axis, shifted by up to 6 mm, and pushed in five places by up to `push_mm`."""
    rng = np.random.default_rng(seed)
    center = middle_of(template.geometry)
    rigid = np.eye(4)
    rigid[:3, :3] = Rotation.from_euler("xyz", rng.uniform(-5, 5, 3), degrees=True).as_matrix()
    rigid[:3, 3] = center + rng.uniform(-6, 6, 3) - rigid[:3, :3] @ center
    places, widths = center + rng.uniform(-50, 50, (5, 3)), rng.uniform(18, 35, 5)
    pushes = rng.normal(size=(5, 3))
    pushes *= push_mm / max(np.linalg.norm(pushes, axis=1).max(), 1e-9)

    def push(points: FloatArray) -> FloatArray:
        moved = np.zeros_like(points)
        for place, vector, width in zip(places, pushes, widths, strict=True):
            near = np.exp(-((points - place) ** 2).sum(axis=-1) / (2 * width**2))
            moved += near[..., None] * vector
        return moved

    def carry(points: FloatArray) -> FloatArray:
        return np.asarray((points + push(points)) @ rigid[:3, :3].T + rigid[:3, 3])

    target = (grid.to_world(np.moveaxis(np.indices(grid.shape), 0, -1)) - rigid[:3, 3]) @ rigid[:3, :3]
    source = target
    for _ in range(8):
        source = target - push(source)
    index = np.moveaxis(template.geometry.to_index(source), -1, 0)
    later = 1.3 * ndimage.map_coordinates(template.array, index, order=1, cval=0)
    now = resample(template, grid).array
    fixed, moving = (
        Image((a + rng.normal(0, 3, a.shape)).astype(np.float32), grid, Modality.MR, key=key)
        for a, key in ((now, "fixed"), (later, "moving"))
    )
    return Pair(fixed, moving, carry, rigid)
