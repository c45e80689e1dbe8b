"""Deep features of every region: activations of a network's encoder, beside the radiomics and in the same tables.

The images of a visit are laid on the grid of one of them, as where a network segments; the values belong to that image, and
their spec names the network by its hash and the sequences that it saw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from oncometry.core import Code, Contrast, Image
from oncometry.core.processors import cores
from oncometry.io.manifest import MaskRecord
from oncometry.measurement import Measured
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.features import RegionPlace, regions_on_grid
from oncometry.pipeline.intensity import comparable_images
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.networks import Networks
from oncometry.pipeline.segment import laid, to_grid
from oncometry.pipeline.step import Work
from oncometry.pipeline.unmasked import brain_series, choose_images
from oncometry.segmentation.deep_features import FAMILY, DeepFeature, Encoder
from oncometry.segmentation.opening import NO_BRAIN_NETWORK, brain_network
from oncometry.store.image_features import DefinedFeature, ImageFeatures, RegionFeatures
from oncometry.store.provenance import StepInput

__all__ = ["mask_deep_features"]

NAMED_BY = 8
"""Digits of the weights' SHA-256 in a feature's tag: values of two networks are two features."""


def mask_deep_features(
    ledger: Ledger,
    bench: MaskBench,
    mask: MaskRecord,
    measured: Measured,
    alignment: Alignment,
    read: Callable[[str], Image],
) -> tuple[ImageFeatures, ...]:
    """Deep features of each lesion and compartment of a mask; none where the visit shows no MR of the brain.

    What the network refuses is recorded and left out.
    """
    networks = bench.job.deep
    if networks is None:
        return ()
    to_mask = comparable_images(bench, mask, alignment)
    there = brain_series(s for s in bench.job.series if s.key in to_mask)
    chosen = choose_images(there, alignment, networks.tumor.card.inputs)
    if chosen is None:
        return ()
    matrices = to_grid(chosen, alignment)

    def work() -> Work[ImageFeatures]:
        encoder = _encoder(networks, networks.inference.threads or max(1, cores() // bench.job.beside))
        grid = read(chosen.grid)
        images = {c: laid(read(key), grid.geometry, matrices[key]) for c, key in chosen.keys.items()}
        encoded = encoder.encode(images)
        regions = bench.regions(mask, measured)
        on_image, places = regions_on_grid(
            grid, bench.segmentation(mask, measured), regions, to_mask[chosen.grid]
        )
        values = [encoded.features(on_image, segment) for segment in on_image]
        return Work(_packed(grid, networks, encoded.used, places, values))

    parameters = {
        "network": networks.tumor.card.model_dump(mode="json"),
        "brain": None if networks.brain is None else networks.brain.card.model_dump(mode="json"),
        "inference": networks.inference.model_dump(mode="json", exclude={"threads"}),
        "images": {str(contrast): key for contrast, key in chosen.keys.items()},
        "matrices": {key: matrix.round(9).tolist() for key, matrix in matrices.items()},
        "grid": [chosen.grid, to_mask[chosen.grid].round(9).tolist()],
        "measurement": bench.job.settings.measurement.model_dump(mode="json"),
        "mask": bench.reading(mask),
    }
    files = (StepInput("artifact", bench.volumes[key].file.sha256, str(c)) for c, key in chosen.keys.items())
    with ledger.attempt(mask.path):
        outcome = ledger.run("deep", parameters, (*bench.inputs(mask), *files), ImageFeatures, work)
        return (replace(outcome.value, step_key=outcome.key),)
    return ()


@lru_cache(maxsize=1)
def _encoder(networks: Networks, threads: int) -> Encoder:
    """Ready to run; the last one stays loaded in this process."""
    inference = networks.inference.model_copy(update={"threads": threads})
    named = NO_BRAIN_NETWORK if networks.brain is None else networks.brain.path
    brain = brain_network(named, inference)
    return Encoder.read(networks.tumor.path, brain, threads)


def _packed(
    grid: Image,
    networks: Networks,
    used: Sequence[Contrast],
    places: Sequence[RegionPlace],
    values: Sequence[Sequence[DeepFeature]],
) -> ImageFeatures:
    spec = _spec(networks, used)
    prefix = f"{FAMILY}_{networks.tumor.card.sha256[:NAMED_BY]}"
    features = tuple(
        DefinedFeature(FAMILY, f.name, "", f.name.replace(FAMILY, prefix, 1), "original", "1")
        for f in (values[0] if values else ())
    )
    regions = tuple(_region(place, found) for place, found in zip(places, values, strict=True))
    told = json.dumps(spec, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(told.encode()).hexdigest()
    return ImageFeatures(grid.key, grid.unit, told, digest, features, regions)


def _spec(networks: Networks, used: Sequence[Contrast]) -> Mapping[str, Any]:
    card = networks.tumor.card
    return {
        "profile": FAMILY,
        "network": {"name": card.name, "version": card.version, "sha256": card.sha256},
        "brain": None if networks.brain is None else networks.brain.card.sha256,
        "sequences": sorted(str(contrast) for contrast in used),
    }


def _region(place: RegionPlace, found: Sequence[DeepFeature]) -> RegionFeatures:
    if not place.is_whole:
        cut = dict.fromkeys(range(len(found)), Code.GEOMETRY_MISMATCH)
        return RegionFeatures(place.lesion, place.compartment, (None,) * len(found), cut)
    reasons = {at: f.reason for at, f in enumerate(found) if f.reason is not None}
    return RegionFeatures(place.lesion, place.compartment, tuple(f.value for f in found), reasons)
