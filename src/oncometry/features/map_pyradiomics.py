"""Maps by a PyRadiomics spec: what its `voxelBased` extraction gives.

Source: PyRadiomics 3.1, documentation chapter 'Customizing the Extraction', section 'Voxel-based specific settings'.
Where windows hold more than the region, the gray levels are of the region's box and `kernelRadius` voxels about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from oncometry.core.errors import Code
from oncometry.core.geometry import FloatArray
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment
from oncometry.core.terms import Unit
from oncometry.features import firstorder_pyradiomics, glcm, glrlm, glszm, ngldm, ngtdm
from oncometry.features.columns import ORIGINAL
from oncometry.features.discretize import levels_of
from oncometry.features.extract_pyradiomics import chosen_features
from oncometry.features.filters import Filter
from oncometry.features.map_choice import Mappable
from oncometry.features.map_region import MapBlock, MapRegion, laid_out, without_values
from oncometry.features.map_settings import MapSettings
from oncometry.features.pyradiomics_classes import CLASSES, Counted
from oncometry.features.pyradiomics_discretize import pyradiomics_levels
from oncometry.features.pyradiomics_image_types import filters_of
from oncometry.features.pyradiomics_prepare import PyradiomicsRegion, box_values, prepare_pyradiomics
from oncometry.features.pyradiomics_resample import normalized
from oncometry.features.pyradiomics_spec import FeatureClass, PyradiomicsSettings, PyradiomicsSpec
from oncometry.features.region import Box
from oncometry.features.windows import Windows

__all__ = ["pyradiomics_blocks", "pyradiomics_regions"]


def _firstorder(windows: Windows, counted: Counted) -> FloatArray:
    volume_mm3 = float(np.prod(counted.spacing_mm))
    return firstorder_pyradiomics.firstorder_map_pyradiomics(
        windows, counted.values, volume_mm3, counted.settings.voxel_array_shift
    )


_MAPS: Mapping[FeatureClass, Callable[[Windows, Counted], FloatArray]] = MappingProxyType(
    {
        "firstorder": _firstorder,
        "glcm": lambda windows, c: glcm.glcm_map_pyradiomics(windows, c.angles, c.spacing_mm),
        "glrlm": lambda windows, c: glrlm.glrlm_map_pyradiomics(windows, c.angles, c.spacing_mm),
        "glszm": lambda windows, _: glszm.glszm_map_pyradiomics(windows),
        "gldm": lambda windows, c: ngldm.gldm_map_pyradiomics(
            windows, c.settings.distances, c.settings.gldm_a
        ),
        "ngtdm": lambda windows, c: ngtdm.ngtdm_map_pyradiomics(windows, c.settings.distances),
    }
)


def pyradiomics_blocks(
    spec: PyradiomicsSpec,
    maps: MapSettings,
    unit: Unit,
    threads: int,
    filter_name: str = ORIGINAL,
    settings: PyradiomicsSettings | None = None,
) -> list[MapBlock]:
    """Every class that the spec asks for, in an image of this filter.

    Args:
        unit: of the image's values.
        settings: of the filter's image type; by default of all.
    """
    blocks = []
    for name in (name for name in _MAPS if name in spec.feature_class):
        chosen = chosen_features(spec, name, filter_name, unit, every=True)
        plain = chosen_features(spec, name, ORIGINAL, unit, every=True).columns
        quiet = () if spec.feature_class[name] else CLASSES[name].on_request
        blocks.append(
            MapBlock(
                tuple(Mappable(name, column, column.name in quiet) for column in plain),
                chosen.columns,
                _computing(name, maps, settings or spec.setting, threads),
                tuple(chosen.places),
            )
        )
    return blocks


def _computing(
    name: FeatureClass, maps: MapSettings, settings: PyradiomicsSettings, threads: int
) -> Callable[[MapRegion], FloatArray]:
    def compute(region: MapRegion) -> FloatArray:
        counted = Counted(region.values, region.levels, region.geometry.spacing_mm, settings)
        windows = Windows(region.levels, maps.radius, counted.flat_axis, region.centers, threads, maps.device)
        return _MAPS[name](windows, counted)

    return compute


def pyradiomics_regions(
    image: Image, segment: Segment, spec: PyradiomicsSpec, maps: MapSettings, threads: int
) -> Iterator[tuple[MapRegion, list[MapBlock]]]:
    """The segment in every image of the spec, with what is computed there."""
    changed = normalized(image, spec.setting) if spec.setting.normalize else image
    region = prepare_pyradiomics(changed, segment, spec.setting)
    for image_type, settings in spec.image_type.items():
        for filter_ in filters_of(image_type, settings) or (None,):
            name = ORIGINAL if filter_ is None else filter_.name
            blocks = pyradiomics_blocks(spec, maps, region.image.unit, threads, name, settings)
            yield _under(region, filter_, settings, maps), blocks


def _under(
    region: PyradiomicsRegion, filter_: Filter | None, settings: PyradiomicsSettings, maps: MapSettings
) -> MapRegion:
    """The region under a filter; its voxels may lie in windows, or, not masked, all of the box about it."""
    name, geometry = ORIGINAL if filter_ is None else filter_.name, region.image.geometry
    if region.reason is not None:
        return without_values(name, geometry, region.reason)
    box, centers = (region.box, region.counted) if maps.masked else _box_about(region, maps.radius)
    inside = centers if maps.masked else np.ones_like(centers)
    found = box_values(region.image, filter_, box, inside)
    if isinstance(found, Code):
        return without_values(name, geometry, found)
    numbers, count = pyradiomics_levels(found, settings)
    levels = levels_of(numbers, inside, count)
    start = (box[2].start, box[1].start, box[0].start)
    return MapRegion(name, laid_out(found, inside), levels, centers, start, geometry)


def _box_about(region: PyradiomicsRegion, margin: int) -> tuple[tuple[slice, slice, slice], Box]:
    """The region's box and so many voxels about it, as far as the image goes; and the region in it."""
    shape = region.image.array.T.shape
    box = [
        slice(max(s.start - margin, 0), min(s.stop + margin, n))
        for s, n in zip(region.box, shape, strict=True)
    ]
    pads = [(own.start - wide.start, wide.stop - own.stop) for own, wide in zip(region.box, box, strict=True)]
    return (box[0], box[1], box[2]), np.pad(region.counted, pads)
