"""What evaluating one region of one case gives."""

from __future__ import annotations

from dataclasses import asdict, dataclass

__all__ = ["RegionScores", "Sizes"]


@dataclass(frozen=True)
class Sizes:
    """Volumes, and longest diameters where they were measured: None where a part is too small to be."""

    volume_predicted_ml: float
    volume_truth_ml: float
    diameter_predicted_mm: float | None = None
    diameter_truth_mm: float | None = None

    def to_row(self) -> dict[str, float | None]:
        """With what the prediction has more than the truth; percent of the truth, None where that is empty."""
        bias_ml = self.volume_predicted_ml - self.volume_truth_ml
        known = self.diameter_predicted_mm is not None and self.diameter_truth_mm is not None
        bias_mm = (self.diameter_predicted_mm or 0.0) - (self.diameter_truth_mm or 0.0) if known else None
        return asdict(self) | {
            "volume_bias_ml": bias_ml,
            "volume_bias_percent": 100.0 * bias_ml / self.volume_truth_ml if self.volume_truth_ml else None,
            "diameter_bias_mm": bias_mm,
        }


@dataclass(frozen=True)
class RegionScores:
    """How well one region agrees.

    Attributes:
        region: its name.
        dice, hd95_mm, surface_dice, mean_surface_distance_mm: of all voxels together.
        lesion_dice, lesion_hd95_mm, lesion_f1, lesions_tp, lesions_fp, lesions_fn: by lesion.
        voxels_tp, voxels_fp, voxels_fn: in both, in the prediction alone, in the truth alone.
        sizes: volumes and diameters.
        empty: '' or which is empty: 'both', 'prediction', 'truth'; scores are then by convention.
    """

    region: str
    dice: float
    hd95_mm: float
    surface_dice: float
    mean_surface_distance_mm: float
    lesion_dice: float
    lesion_hd95_mm: float
    lesion_f1: float
    lesions_tp: int
    lesions_fp: int
    lesions_fn: int
    voxels_tp: int
    voxels_fp: int
    voxels_fn: int
    sizes: Sizes
    empty: str = ""

    def to_row(self) -> dict[str, object]:
        """One flat row."""
        row = {name: value for name, value in asdict(self).items() if name not in ("sizes", "empty")}
        return row | self.sizes.to_row() | {"empty": self.empty}
