"""Maps by an IBSI spec: the families that have a meaning in a window.

Without one: morphology and the distances of GLDZM, which would be the window's own; local intensity, which is a map
already; and the two histograms, whose levels and fractions are of a region. An aggregation within slices has windows
within slices, where 2D and 2.5D are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from oncometry.core.errors import Code
from oncometry.core.geometry import FloatArray, Geometry
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment
from oncometry.core.terms import Unit
from oncometry.features.columns import ORIGINAL, columns_of
from oncometry.features.feature import Aggregation, Family
from oncometry.features.glcm import glcm_map
from oncometry.features.glrlm import glrlm_map
from oncometry.features.glszm import glszm_map
from oncometry.features.ibsi_families import FAMILIES, suffixes_of
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.intensity_statistics import intensity_statistics_map
from oncometry.features.map_choice import Mappable
from oncometry.features.map_region import MapBlock, MapRegion, laid_out, without_values
from oncometry.features.map_settings import MapSettings
from oncometry.features.ngldm import ngldm_map
from oncometry.features.ngtdm import ngtdm_map
from oncometry.features.prepare import PreparedImage, prepare_image, prepare_region, respond
from oncometry.features.region_source import RegionSource
from oncometry.features.windows import Windows

__all__ = ["ibsi_blocks", "ibsi_regions"]

_MAPS: Mapping[Family, Callable[[Windows, FloatArray, Aggregation], FloatArray]] = MappingProxyType(
    {
        Family.INTENSITY_STATISTICS: lambda windows, values, _: intensity_statistics_map(windows, values),
        Family.GLCM: lambda windows, _, how: glcm_map(windows, how),
        Family.GLRLM: lambda windows, _, how: glrlm_map(windows, how),
        Family.GLSZM: lambda windows, *_: glszm_map(windows),
        Family.NGTDM: lambda windows, *_: ngtdm_map(windows),
        Family.NGLDM: lambda windows, *_: ngldm_map(windows),
    }
)
_VOLUMETRIC = (Aggregation.AVERAGED_3D, Aggregation.MERGED_3D)
_SLICE_AXIS = 0


def ibsi_blocks(
    spec: IbsiSpec, maps: MapSettings, unit: Unit, threads: int, filter_name: str = ORIGINAL
) -> list[MapBlock]:
    """Every family with every aggregation that the spec asks for.

    Args:
        unit: of the values.
    """
    start = "" if filter_name == ORIGINAL else f"{filter_name}_"
    blocks = []
    for family in (family for family in spec.families if family in _MAPS):
        table = FAMILIES[family].table
        for suffix, how in suffixes_of(family, spec).items():
            columns = columns_of(family, table, suffix, unit.value)
            blocks.append(
                MapBlock(
                    tuple(Mappable(family.value, column) for column in columns),
                    tuple(column._replace(tag=f"{start}{column.tag}") for column in columns),
                    _computing(family, how, maps, threads),
                    tuple(range(len(table))),
                )
            )
    return blocks


def _computing(
    family: Family, how: Aggregation, maps: MapSettings, threads: int
) -> Callable[[MapRegion], FloatArray]:
    flat_axis = None if how in _VOLUMETRIC else _SLICE_AXIS

    def compute(region: MapRegion) -> FloatArray:
        windows = Windows(region.levels, maps.radius, flat_axis, region.centers, threads, maps.device)
        return _MAPS[family](windows, region.values, how)

    return compute


def ibsi_regions(
    image: Image, segment: Segment, spec: IbsiSpec, maps: MapSettings, threads: int
) -> Iterator[tuple[MapRegion, list[MapBlock]]]:
    """The segment in the image, then in the response of each filter, with what is computed there."""
    prepared = prepare_image(image, (segment,), spec.resample, whole=bool(spec.filters))
    geometry = _grid(image, prepared)
    source = prepare_region(prepared, segment, spec.intensity_for(image.unit))
    yield _region(ORIGINAL, source, prepared, geometry), ibsi_blocks(spec, maps, image.unit, threads)
    for filter_ in spec.filters:
        response = None if source is None else respond(source, filter_, spec.response)
        blocks = ibsi_blocks(spec, maps, Unit.ARBITRARY, threads, filter_.name)
        yield _region(filter_.name, response, prepared, geometry), blocks


def _region(name: str, source: RegionSource | None, prepared: PreparedImage, geometry: Geometry) -> MapRegion:
    if source is None or source.reason is not None:
        reason = source.reason if source is not None else None
        return without_values(name, geometry, reason or Code.MASK_EMPTY)
    (k, j, i), first = source.region.start, prepared.start
    start = (i + first[0], j + first[1], k + first[2])
    values = laid_out(source.values, source.region.intensity)
    return MapRegion(name, values, source.levels, None, start, geometry)


def _grid(image: Image, prepared: PreparedImage) -> Geometry:
    """The grid that the prepared image is a part of."""
    own, grid = image.geometry, prepared.grid
    if grid is None:
        return own
    origin = own.to_world(grid.origin)
    return Geometry.from_parts(grid.shape, grid.spacing_mm, origin, own.direction, own.frame_of_reference_uid)
