"""From a click, a box or a RECIST line to a lesion in three dimensions, on any modality."""

from oncometry.segmentation.hint.hint import Box, Diameter, Hint, HintKind, Point, hint_of
from oncometry.segmentation.hint.segment import HintResult, segment_hint
from oncometry.segmentation.hint.settings import HintSettings

__all__ = [
    "Box",
    "Diameter",
    "Hint",
    "HintKind",
    "HintResult",
    "HintSettings",
    "Point",
    "hint_of",
    "segment_hint",
]
