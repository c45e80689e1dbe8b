"""Deep features: what the encoder of a network makes of a lesion, each channel's mean over it.

Means are taken at every level of the encoder, each cell weighted by how much of it the lesion fills. They depend on the weights
to the last bit: the network's SHA-256 is part of what they are, and values of two networks are never comparable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from oncometry.core import Code, Contrast, Geometry, Image, Notice, Segment, Segmentation, UnsupportedError
from oncometry.preprocessing import orient
from oncometry.segmentation.architecture import FOLD
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.onnx_graph import INPUT, encoder_graph, level_name
from oncometry.segmentation.prepare import prepare
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.weight_shapes import refuse_misfit
from oncometry.segmentation.weights import Weights, read_network
from oncometry.segmentation.working_grid import sampled

__all__ = ["DeepFeature", "Encoded", "Encoder"]

FAMILY = "deep"
LEAST_CELLS = 0.5
"""Of a level's cells that a lesion must fill, in sum; below, its mean there is its surroundings'."""
ERRORS_ONLY = 3


@dataclass(frozen=True)
class DeepFeature:
    """One number of a lesion.

    Attributes:
        name: 'deep_level_2_channel_017_mean', level 0 the finest.
        value: None where the lesion is too small for the level.
        reason: why there is no value.
    """

    name: str
    value: float | None
    reason: Code | None = None


@dataclass(frozen=True, eq=False)
class Encoded:
    """What the encoder makes of one examination.

    Attributes:
        levels: finest first, (channels, i, j, k) float32.
        geometry: of the images as the network takes them; a cell of level n spans 2^(n + 1) of its voxels.
        used: the sequences that were there.
    """

    levels: tuple[NDArray[np.float32], ...]
    geometry: Geometry
    used: tuple[Contrast, ...]
    notices: tuple[Notice, ...]

    def features(self, segmentation: Segmentation, segment: Segment) -> tuple[DeepFeature, ...]:
        """Features of one segment, level by level and channel by channel.

        Args:
            segmentation: which the segment is of; its grid may be any in the images' space.
        """
        inside = np.zeros(segmentation.geometry.shape, np.float32, order="F")
        inside[segment.box] = segment.array
        share = sampled(orient(Image(inside, segmentation.geometry), "LPS"), self.geometry)
        found: list[DeepFeature] = []
        for level, activations in enumerate(self.levels):
            weights = _cells(share, FOLD * 2**level)
            filled = float(weights.sum(dtype=np.float64))
            names = [f"{FAMILY}_level_{level}_channel_{c:03d}_mean" for c in range(len(activations))]
            if filled < LEAST_CELLS:
                found += [DeepFeature(name, None, Code.TOO_SMALL) for name in names]
                continue
            means = np.tensordot(activations, weights, axes=3).astype(np.float64) / filled
            found += [DeepFeature(name, float(mean)) for name, mean in zip(names, means, strict=True)]
        return tuple(found)


@dataclass(frozen=True, eq=False)
class Encoder:
    """The encoder of one of our networks, in float32 in ONNX Runtime whatever else is installed: one way, one result."""

    card: NetworkCard
    weights: Weights
    brain: Segmenter | None = None
    threads: int = 1

    @classmethod
    def read(cls, path: Path, brain: Segmenter | None = None, threads: int = 1) -> Encoder:
        """The encoder of the network whose card or weights stand at a path.

        Raises:
            NothingFoundError, CorruptInputError: as `read_network`.
            UnsupportedError: `UNSUPPORTED_TYPE`, it is of another make.
        """
        card, weights = read_network(path)
        if card.architecture is None:
            raise UnsupportedError(
                Code.UNSUPPORTED_TYPE,
                f"the network {card.name} is of another make: deep features are of ours.",
                path=path,
            )
        refuse_misfit(card.architecture, weights)
        return cls(card, weights, brain, threads)

    def encode(self, images: Mapping[Contrast, Image], *, brain_mask: Image | None = None) -> Encoded:
        """Activations of one examination, in one pass.

        Args:
            images: sequence -> image, all on one grid.
            brain_mask: on that grid, if there is one.

        Raises:
            UnsupportedError, CorruptInputError, GeometryError: as `prepare`.
        """
        prepared = prepare(images, self.card, brain_mask=brain_mask, brain=self.brain)
        architecture = self.card.architecture
        assert architecture is not None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.log_severity_level = ERRORS_ONLY
        options.enable_cpu_mem_arena = False
        i, j, k = prepared.geometry.shape
        graph = encoder_graph(architecture, self.weights, (i, j, k))
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        names = [level_name(at) for at in range(len(architecture.channels))]
        levels = session.run(names, {INPUT: np.ascontiguousarray(prepared.images[None], np.float32)})
        return Encoded(
            tuple(np.asarray(level[0], np.float32) for level in levels),
            prepared.geometry,
            prepared.used,
            prepared.notices,
        )


def _cells(share: NDArray[np.floating], size: int) -> NDArray[np.float32]:
    """Means over cells of `size` voxels along each axis."""
    i, j, k = (n // size for n in share.shape)
    return np.asarray(
        share.reshape(i, size, j, size, k, size).mean(axis=(1, 3, 5), dtype=np.float64), np.float32
    )
