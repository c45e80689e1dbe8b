"""Weights that a training begins from: how many of them fit, and whether they mean the same."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.core import Code, Contrast, SettingsError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.card import NetworkCard, RegionRule
from oncometry.segmentation.weight_shapes import weight_shapes
from oncometry.segmentation.weights import Weights, read_network
from oncometry.training_settings import TrainingSettings

__all__ = ["Begun", "begun_from"]

FIRST, LAST = "stem.first.weight", "head.weight"
"""The tensors that meet the images, and the regions."""


@dataclass(frozen=True, eq=False)
class Begun:
    """Another network's weights, of which those are taken whose name and shape fit.

    Attributes:
        card: of the other network.
        taken, of: tensors that fit, and all that the new network has.
    """

    card: NetworkCard
    weights: Weights
    taken: int
    of: int

    def __str__(self) -> str:
        """For the card of the new network."""
        card = self.card
        return (
            f"begun from {card.name} {card.version} ({card.license}; {self.taken} of {self.of} tensors taken), "
            f"which learned from: {card.data}"
        )


def begun_from(
    settings: TrainingSettings, inputs: tuple[Contrast, ...], regions: tuple[RegionRule, ...]
) -> Begun | None:
    """What a training of these inputs and regions begins from, if it is to begin from anything.

    Raises:
        NothingFoundError, CorruptInputError: as `read_network`.
        SettingsError: `SETTINGS`, none of the weights fits, or some fit that are of other sequences or regions.
    """
    path = settings.begin_from
    if path is None:
        return None
    card, weights = read_network(path)
    architecture = Architecture(inputs=len(inputs), outputs=len(regions), channels=settings.channels)
    shapes = weight_shapes(architecture)
    taken = {name for name, shape in shapes.items() if name in weights and weights[name].shape == shape}
    if not any(name in taken for name, shape in shapes.items() if len(shape) > 1):
        raise SettingsError(
            Code.SETTINGS,
            "begin_from: none of its kernels fits the architecture, names or sizes differ.",
            path=path,
            advice="Set `channels` as its card has them.",
        )
    if FIRST in taken and Contrast.UNKNOWN not in (*card.inputs, *inputs):
        _refuse_another(settings, "inputs", card.inputs, inputs)
    if LAST in taken:
        _refuse_another(settings, "regions", [r.name for r in card.regions], [r.name for r in regions])
    return Begun(card, weights, len(taken), len(shapes))


def _refuse_another(
    settings: TrainingSettings,
    what: str,
    theirs: tuple[str, ...] | list[str],
    ours: tuple[str, ...] | list[str],
) -> None:
    """Weights of the same shape that mean something else."""
    if tuple(theirs) != tuple(ours):
        raise SettingsError(
            Code.SETTINGS,
            f"begin_from: the {what} of its card are {', '.join(theirs)}, those of this training {', '.join(ours)}: "
            "weights would fit that mean something else.",
            path=settings.begin_from,
            advice="Name the sequences in its order with data.inputs, or begin from no weights."
            if what == "inputs"
            else "Begin from a network of these regions, or from no weights.",
        )
