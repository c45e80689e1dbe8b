"""Features as images: what a voxel's window has of them, by a spec."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.core.terms import Unit
from oncometry.features.columns import needs_length
from oncometry.features.device import check_device
from oncometry.features.extract import check_grid, segments_asked
from oncometry.features.fingerprint import image_hash, segment_hash
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.map_choice import check_names, is_asked
from oncometry.features.map_ibsi import ibsi_blocks, ibsi_regions
from oncometry.features.map_pyradiomics import pyradiomics_blocks, pyradiomics_regions
from oncometry.features.map_region import MapBlock, MapRegion
from oncometry.features.map_result import FeatureMap, MapSource
from oncometry.features.map_settings import MapSettings
from oncometry.features.pyradiomics_spec import PyradiomicsSpec
from oncometry.features.spec import FeatureSpec

__all__ = ["check_maps", "feature_maps"]


def feature_maps(
    image: Image,
    segmentation: Segmentation,
    spec: FeatureSpec,
    maps: MapSettings,
    *,
    labels: Sequence[int] | None = None,
    threads: int = 1,
) -> Iterator[FeatureMap]:
    """Maps of features of the segments in an image, under every filter of the spec, one family at a time in memory.

    A voxel's value is that of the part of its segment that lies in the window about it: levels, their number and the
    voxels that count are decided for the whole segment first, exactly as `extract` does.
    `{m.tag: m.to_image() for m in feature_maps(...)}` has the images by name.

    Args:
        image: on the grid of the segmentation.
        spec: how values become levels, which filters, which families; `profile_named` or `spec_of`.
        maps: which features, and of what windows.
        labels: numbers of the segments; by default all, or the one that a PyRadiomics spec names.
        threads: values are bitwise the same for any number of them.

    Returns:
        For each segment, filter, family and feature, in the spec's order.

    Raises:
        GeometryError, LabelError: as `extract`.
        SettingsError: `SETTINGS`, also for a name that no map has, and for windows beyond the region by an IBSI spec;
            `DEVICE_MISSING`, `DEVICE_FAILED`: as `oncometry.features.device.map_kernels`.
    """
    check_grid(image, segmentation)
    check_maps(spec, maps, image.unit)
    check_device(maps.device)
    segments = segments_asked(segmentation, spec, labels)
    return _computed(image, segmentation, segments, spec, maps, threads)


def check_maps(spec: FeatureSpec, maps: MapSettings, unit: Unit = Unit.ARBITRARY) -> None:
    """Refuse what is asked of a spec that has it not.

    Raises:
        SettingsError: `SETTINGS`.
    """
    if isinstance(spec, IbsiSpec) and not maps.masked:
        raise SettingsError(
            Code.SETTINGS,
            "masked: IBSI counts the voxels of the intensity mask alone; got False.",
            advice="Windows that hold voxels outside the region are a convention of the profile pyradiomics.",
        )
    blocks = []
    if isinstance(spec, PyradiomicsSpec):
        blocks = pyradiomics_blocks(spec, maps, unit, 1)
    elif isinstance(spec, IbsiSpec):
        blocks = ibsi_blocks(spec, maps, unit, 1)
    check_names([mappable for block in blocks for mappable in block.mappable], maps.features)


def _computed(
    image: Image,
    segmentation: Segmentation,
    segments: Sequence[Segment],
    spec: FeatureSpec,
    maps: MapSettings,
    threads: int,
) -> Iterator[FeatureMap]:
    for segment in segments:
        of_segment = segment_hash(segment, segmentation.geometry)
        source = MapSource(image.key, segment.number, spec.hash, maps.hash, image_hash(image), of_segment)
        for region, blocks in _regions(image, segment, spec, maps, threads):
            for block in blocks:
                yield from _of_block(
                    source, region, block, maps, lengths_trusted=segmentation.lengths_trusted
                )


def _regions(
    image: Image, segment: Segment, spec: FeatureSpec, maps: MapSettings, threads: int
) -> Iterator[tuple[MapRegion, list[MapBlock]]]:
    if isinstance(spec, PyradiomicsSpec):
        yield from pyradiomics_regions(image, segment, spec, maps, threads)
    elif isinstance(spec, IbsiSpec):
        yield from ibsi_regions(image, segment, spec, maps, threads)


def _of_block(
    source: MapSource, region: MapRegion, block: MapBlock, maps: MapSettings, *, lengths_trusted: bool
) -> Iterator[FeatureMap]:
    asked = [
        (place, column)
        for place, mappable, column in zip(block.places, block.mappable, block.columns, strict=True)
        if is_asked(mappable, maps.features)
    ]
    if not asked:
        return
    computed = None if region.reason is not None else block.compute(region)
    for place, column in asked:
        known = lengths_trusted or not needs_length(column)
        if computed is None or not known:
            array, reason = np.full(region.values.shape, np.nan), region.reason or Code.SPACING_IMPLAUSIBLE
        else:
            array, reason = computed[place], None
        yield FeatureMap(source, region.filter, column, array, region.start, region.geometry, reason)
