"""Feature vectors as rows, one value a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from oncometry.features.result import FeatureVector

__all__ = ["COLUMNS", "FeatureRow", "feature_rows"]


class FeatureRow(TypedDict):
    """A value with what it is; `value` is None where `reason` says why."""

    image: str
    label: int
    family: str
    name: str
    ibsi_id: str
    tag: str
    value: float | None
    unit: str
    reason: str | None


COLUMNS = tuple(FeatureRow.__annotations__)
"""Names of the columns, in order."""


def feature_rows(vectors: Iterable[FeatureVector], image: str) -> list[FeatureRow]:
    """Rows of vectors.

    Args:
        image: what the rows call the image: its path, say.
    """
    return [
        FeatureRow(
            image=image,
            label=vector.label,
            family=value.family.value,
            name=value.name,
            ibsi_id=value.ibsi_id,
            tag=value.tag,
            value=value.value,
            unit=value.unit,
            reason=None if value.reason is None else value.reason.value,
        )
        for vector in vectors
        for value in vector.values
    ]
