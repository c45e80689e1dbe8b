"""Features of every region in every image of its time point as images, where they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from oncometry.core import Image
from oncometry.features import FeatureMap, MapSettings, feature_maps, map_sidecar
from oncometry.io import map_path, sidecar_path, write_text, write_volume
from oncometry.io.manifest import MaskRecord
from oncometry.measurement import Measured
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.features import Asked, RegionPlace, regions_on_grid
from oncometry.pipeline.intensity import comparable_images, image_meaning
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Work
from oncometry.store.provenance import Artifact, StepInput

__all__ = ["write_feature_maps"]


def write_feature_maps(
    ledger: Ledger,
    bench: MaskBench,
    mask: MaskRecord,
    measured: Measured,
    alignment: Alignment,
    read: Callable[[str], Image],
) -> None:
    """Maps of each lesion and compartment in each image that can be laid on the mask, a step an image.

    A region that the image cuts off has none, as it has no features. An image whose maps cannot be computed is recorded
    and left out.
    """
    settings = bench.job.settings.features
    spec, maps = settings.chosen, settings.maps
    if spec is None or maps is None:
        return
    for key, matrix in comparable_images(bench, mask, alignment).items():
        with ledger.attempt(mask.path):
            _in_image(ledger, bench, Asked(mask, measured, key, matrix, spec), maps, read)


def _in_image(
    ledger: Ledger, bench: MaskBench, asked: Asked, maps: MapSettings, read: Callable[[str], Image]
) -> None:
    mask, key, volume = asked.mask, asked.series_key, bench.volumes[asked.series_key].file

    def work() -> Work[None]:
        segmentation, image = bench.segmentation(mask, asked.measured), read(key)
        regions = bench.regions(mask, asked.measured)
        on_image, places = regions_on_grid(image, segmentation, regions, asked.matrix)
        whole = [number for number, place in enumerate(places, start=1) if place.is_whole]
        found = feature_maps(image, on_image, asked.spec, maps, labels=whole) if whole else ()
        return Work(None, tuple(_written(bench.job.cohort, Path(volume.path), asked, maps, places, found)))

    parameters = {
        "spec": asked.spec.model_dump(mode="json", by_alias=True),
        "maps": maps.model_dump(mode="json"),
        "measurement": bench.job.settings.measurement.model_dump(mode="json"),
        "mask": bench.reading(mask),
        "image": image_meaning(bench, key, asked.matrix),
        "path": volume.path,
    }
    inputs = (*bench.inputs(mask), StepInput("artifact", volume.sha256, "values"))
    ledger.run("map-features", parameters, inputs, type(None), work)


def _written(
    cohort: Path,
    native: Path,
    asked: Asked,
    maps: MapSettings,
    places: Sequence[RegionPlace],
    found: Iterable[FeatureMap],
) -> Iterator[Artifact]:
    """Each map and its sidecar, on disk."""
    for one in found:
        place = places[one.source.label - 1]
        region = f"lesion-{place.lesion:02}_part-{place.compartment.value}"
        path = map_path(native, asked.mask, region, one.name)
        written = write_volume(one.to_image(maps.outside), cohort / path)
        yield Artifact(path.as_posix(), *written, "feature map")
        beside = sidecar_path(path)
        told = write_text(cohort / beside, map_sidecar(one, asked.spec, maps))
        yield Artifact(beside.as_posix(), *told, "sidecar")
