"""The patient's images, read when a picture needs them; a few stay in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from oncometry.core import Image
from oncometry.io import read_volume
from oncometry.report.gray_window import GrayWindow, window_for
from oncometry.report.settings import ReportSettings
from oncometry.report.tables import Row

__all__ = ["ImageShelf"]

KEPT = 6


class ImageShelf:
    """Native volumes by series key.

    Args:
        cohort: the cohort's folder.
        volumes: rows of `volumes`.
        series: rows of `series`.
        settings: for the gray windows.
    """

    def __init__(
        self, cohort: Path, volumes: Sequence[Row], series: Sequence[Row], settings: ReportSettings
    ) -> None:
        self._cohort = cohort
        self._paths = {v["series_key"]: v["path"] for v in volumes if v["derivation"] == "native"}
        self._series = {s["series_key"]: s for s in series}
        self._settings = settings
        self._kept: OrderedDict[str, tuple[Image, GrayWindow]] = OrderedDict()

    def __contains__(self, series_key: str | None) -> bool:
        path = self._paths.get(series_key)
        return path is not None and (self._cohort / path).is_file()

    def take(self, series_key: str) -> tuple[Image, GrayWindow]:
        """The image and its gray window.

        Raises:
            OncometryError: the file cannot be read.
        """
        if series_key in self._kept:
            self._kept.move_to_end(series_key)
            return self._kept[series_key]
        image = read_volume(self._cohort / self._paths[series_key])
        row = self._series[series_key]
        window = window_for(row["modality"] or "", row["unit"] or "", image.array, self._settings)
        self._kept[series_key] = image, window
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return image, window
