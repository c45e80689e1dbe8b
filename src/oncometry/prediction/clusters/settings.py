"""What a search for clusters is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oncometry.core import Code, SettingsError

__all__ = ["ClusterMethod", "ClusterSettings"]


class ClusterMethod(StrEnum):
    """How rows are put together."""

    K_MEANS = "k-means"
    AGGLOMERATIVE = "agglomerative"  # Ward's criterion
    GAUSSIAN_MIXTURE = (
        "gaussian-mixture"  # axes of the principal components; twenty times slower than the others
    )


@dataclass(frozen=True)
class ClusterSettings:
    """A search.

    Attributes:
        method: how rows are put together.
        least, most: numbers of clusters that are tried; one is always possible.
        resamples: draws of patients (and features) that the consensus is of.
        row_share, feature_share: part of the patients and of the features in each; at least two patients for each of `most`.
        draws: data sets simulated from each of the two references; the smallest p-value is 1 / (draws + 1).
        alpha: p-value from which down there are clusters, between 0 and 1.
        seed: of all that is random.
    """

    method: ClusterMethod = ClusterMethod.K_MEANS
    least: int = 2
    most: int = 6
    resamples: int = 100
    row_share: float = 0.8
    feature_share: float = 1.0
    draws: int = 50
    alpha: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in set(ClusterMethod):
            raise SettingsError(
                Code.SETTINGS, f"method={self.method!r} is none of {', '.join(ClusterMethod)}."
            )
        if not 2 <= self.least <= self.most:
            raise SettingsError(
                Code.SETTINGS, f"{self.least} to {self.most} clusters: from two on, and not downwards."
            )
        for name, share in (("row_share", self.row_share), ("feature_share", self.feature_share)):
            if not 0 < share <= 1:
                raise SettingsError(Code.SETTINGS, f"{name}={share!r} is not above 0 and at most 1.")
        if self.row_share == 1 and self.feature_share == 1:
            raise SettingsError(Code.SETTINGS, "with all patients and all features nothing is resampled.")
        if not 0 < self.alpha < 1:
            raise SettingsError(Code.SETTINGS, f"alpha={self.alpha!r} is not between 0 and 1.")
        if self.resamples < 10 or (self.draws + 1) * self.alpha < 1:
            raise SettingsError(
                Code.SETTINGS,
                f"{self.resamples} resamples, {self.draws} draws: ten resamples at least, and draws enough for a"
                f" p-value of {self.alpha}.",
            )

    @property
    def ks(self) -> tuple[int, ...]:
        """Numbers of clusters that are tried."""
        return tuple(range(self.least, self.most + 1))
