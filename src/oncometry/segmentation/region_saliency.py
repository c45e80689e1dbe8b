"""Where a network looked for the region that it found: occlusion asked of the largest region of one examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncometry.core import Code, Contrast, Image, SettingsError
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.saliency import (
    Saliency,
    SaliencySettings,
    occlusion_saliency,
    region_probability,
)
from oncometry.segmentation.segmenter import Segmented, Segmenter

__all__ = ["RegionSaliency", "refuse_unexplained", "region_saliency"]


@dataclass(frozen=True, eq=False)
class RegionSaliency:
    """Of one region of one examination.

    Attributes:
        region: the largest that was found; its mean probability over the place where it was found is what falls.
        settings: how places were blurred away.
        saliency: of that answer.
    """

    region: str
    settings: SaliencySettings
    saliency: Saliency

    @property
    def told(self) -> dict[str, object]:
        """As a sidecar has it."""
        return {
            "Region": self.region,
            "MeanProbability": round(self.saliency.answer, 6),
            "Patches": self.saliency.patches,
            "PatchMM": self.settings.patch_mm,
            "BlurMM": self.settings.blur_mm,
            "FallBySequence": {str(c): round(fall, 6) for c, fall in self.saliency.by_sequence.items()},
        }


def refuse_unexplained(card: NetworkCard) -> None:
    """Before anything is run.

    Raises:
        SettingsError: `SETTINGS`, the network is a program that gives labels: there is no probability that could fall.
    """
    if card.format == "command":
        raise SettingsError(
            Code.SETTINGS,
            f"the network {card.name} is a program that gives labels without probabilities: where it looked cannot be asked.",
            advice="Leave saliency out, or take a network that gives probabilities.",
        )


def region_saliency(
    segmenter: Segmenter,
    images: Mapping[Contrast, Image],
    segmented: Segmented,
    settings: SaliencySettings | None = None,
) -> RegionSaliency | None:
    """One run of the network for each patch that touches the region, and one a sequence; None where nothing was found.

    Args:
        segmenter: that gave `segmented`.
        images: sequence -> image, all on one grid, as it was given them.
        segmented: what it found in them.

    Raises:
        OncometryError: as the segmenter.
    """
    chosen = settings or SaliencySettings()
    found = {name: image.array > 0.5 for name, image in segmented.regions.items()}
    sizes = {name: int(mask.sum()) for name, mask in found.items()}
    largest = max(sizes, key=lambda name: sizes[name], default="")
    if not sizes.get(largest):
        return None
    where = found[largest]
    answer = region_probability(segmenter, largest, where)
    return RegionSaliency(largest, chosen, occlusion_saliency(images, answer, chosen, within=where))
