"""What the classifier goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oncometry.core import Contrast, Modality

__all__ = ["Clues"]

Number = float | None


@dataclass(frozen=True)
class Clues:
    """What is known about a series. Times in ms, b-value in s/mm2, angle in degrees.

    Attributes:
        channel: what the layout states ('t1ce' of BraTS, a BIDS suffix, an nnU-Net channel name).
        texts: description, protocol, file name.
        sequence: tokens of scanning sequence and variant (SE, GR, IR, EP, SK ...).
        agent: contrast agent as stated; '' where none is.
    """

    modality: Modality = Modality.UNKNOWN
    repetition_time_ms: Number = None
    echo_time_ms: Number = None
    inversion_time_ms: Number = None
    flip_angle_deg: Number = None
    b_value_s_per_mm2: Number = None
    sequence: frozenset[str] = frozenset()
    image_type: str = ""
    agent: str = ""
    channel: str = ""
    texts: tuple[str, ...] = ()
    user_map: Mapping[str, Contrast] = field(default_factory=dict)
