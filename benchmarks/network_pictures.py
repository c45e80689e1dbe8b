"""The best, the median and the worst case as a picture: what was to be found, and what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from made_heads import Examination
from oncometry.core.segmentation import Mask
from oncometry.io import write_bytes

__all__ = ["Pictured", "draw_cases"]

COLORS = {"WT": "#2fbf71", "TC": "#f2b134", "ET": "#e4572e"}


@dataclass(frozen=True, eq=False)
class Pictured:
    """The slice of a case with the most tumor.

    Attributes:
        images: sequence -> (ni, nj).
        truth, predicted: region -> (ni, nj).
    """

    name: str
    dice: float
    images: Mapping[str, NDArray[np.float32]]
    truth: Mapping[str, Mask]
    predicted: Mapping[str, Mask]

    @classmethod
    def of(cls, case: Examination, predicted: Mapping[str, Mask], dice: float) -> Pictured:
        """The slice of a case, copied."""
        k = int(case.truth["WT"].sum(axis=(0, 1)).argmax())
        return cls(
            case.name,
            dice,
            {str(c): np.array(image.array[:, :, k]) for c, image in case.images.items()},
            {name: np.array(mask[:, :, k]) for name, mask in case.truth.items()},
            {name: np.array(mask[:, :, k]) for name, mask in predicted.items()},
        )


def draw_cases(cases: Sequence[Pictured], path: Path) -> None:
    """Best, median and worst by Dice of the whole tumor: four sequences, then truth and result on FLAIR."""
    ranked = sorted(cases, key=lambda case: -case.dice)
    chosen = {"best": ranked[0], "median": ranked[len(ranked) // 2], "worst": ranked[-1]}
    figure = Figure(figsize=(15, 8.2), layout="constrained", facecolor="black")
    axes = figure.subplots(3, 6)
    for row, (word, case) in zip(axes, chosen.items(), strict=True):
        for ax, (name, image) in zip(row[:4], case.images.items(), strict=True):
            _show(ax, image, name)
        flair = case.images.get("FLAIR", next(iter(case.images.values())))
        for ax, masks, name in ((row[4], case.truth, "truth"), (row[5], case.predicted, "network")):
            _show(ax, flair, name)
            for region, mask in masks.items():
                if mask.any():
                    ax.contour(mask.T, [0.5], colors=COLORS[region], linewidths=1.2)
        row[0].set_ylabel(f"{word}: {case.name}\nDice of WT {case.dice:.2f}", color="white")
    content = BytesIO()
    figure.savefig(content, format="png", dpi=70)
    write_bytes(path, content.getvalue())


def _show(ax: Axes, image: NDArray[np.float32], name: str) -> None:
    low, high = np.quantile(image[image != 0], (0.01, 0.995)) if np.any(image) else (0, 1)
    ax.imshow(np.where(image == 0, low, image).T, cmap="gray", vmin=low, vmax=high)
    ax.set_title(name, color="white", fontsize=9)
    ax.set_xticks([])
    ax.set_yticks([])
