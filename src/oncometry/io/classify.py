"""What a series shows: a user's map first, then acquisition physics, then text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from oncometry.core import Contrast, Modality
from oncometry.io.classify_text import Claim, contrast_in_text, enhanced_in_text

__all__ = ["Classification", "Clues", "classify"]

C = Contrast
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


@dataclass(frozen=True)
class Classification:
    """The contrast, how sure (0..1), and what it rests on."""

    contrast: Contrast
    confidence: float
    evidence: str


def classify(clues: Clues) -> Classification:
    """The first of user map, layout, modality, physics and text that says something.

    Where physics and text agree the confidence rises; where they contradict each other physics
    wins with a lowered one, and the evidence says so.
    """
    mapped = _mapped(clues)
    if mapped is not None:
        return mapped
    text = contrast_in_text(clues.texts)
    named = contrast_in_text((clues.channel,)) if clues.channel else None
    if named is not None:
        return Classification(named.contrast, 0.9, f"layout: {named.why}")
    if clues.modality is Modality.PT:
        return Classification(C.PET, 1.0, "physics: modality PT")
    if clues.modality is Modality.CT:
        return _ct(clues)
    physics = _physics(clues)
    if physics is not None:
        return _with_agent(_weigh(physics, text), clues)
    if text is None:
        return Classification(C.UNKNOWN, 0.0, "nothing in the header or the names says what it shows")
    return _with_agent(Classification(text.contrast, 0.7, f"text: {text.why}"), clues)


def _mapped(clues: Clues) -> Classification | None:
    for pattern, contrast in clues.user_map.items():
        if any(re.search(pattern, text) for text in clues.texts):
            return Classification(contrast, 1.0, f"user map: {pattern!r}")
    return None


def _ct(clues: Clues) -> Classification:
    if clues.agent:
        return Classification(C.CT_CONTRAST, 0.95, f"physics: modality CT; contrast agent {clues.agent!r}")
    phase = enhanced_in_text(clues.texts)
    if phase:
        return Classification(C.CT_CONTRAST, 0.7, f"physics: modality CT; text: {phase}")
    return Classification(C.CT, 0.8, "physics: modality CT; no contrast agent stated")


def _physics(clues: Clues) -> Claim | None:
    """From diffusion weighting, then inversion, then echo and repetition time."""
    kinds = set(clues.image_type.upper().split("\\"))
    if "ADC" in kinds or "ADC MAP" in kinds:
        return Claim(C.ADC, "image type ADC")
    if (clues.b_value_s_per_mm2 or 0) > 0 or "DIFFUSION" in kinds:
        return Claim(C.DWI, f"b-value {clues.b_value_s_per_mm2} s/mm2, image type {clues.image_type}")
    if kinds & {"PERFUSION", "CBV", "CBF", "MTT", "TTP", "RCBV", "RELCBV", "RELCBF"}:
        return Claim(C.PERFUSION, f"image type {clues.image_type}")
    tr, te = clues.repetition_time_ms, clues.echo_time_ms
    if not tr or not te:
        return None
    why = f"TR {tr:g}, TE {te:g} ms"
    ti = clues.inversion_time_ms or 0.0
    if ti >= 1500 and te >= 60 and tr >= 4000:
        return Claim(C.FLAIR, f"{why}, TI {ti:g} ms")
    if "GR" in clues.sequence and "SE" not in clues.sequence:
        return _gradient_echo(clues, tr, te, why)
    return _spin_echo(clues, tr, te, why)


def _gradient_echo(clues: Clues, tr: float, te: float, why: str) -> Claim | None:
    flip = clues.flip_angle_deg or 0.0
    why = f"{why}, gradient echo, flip angle {flip:g}"
    if te >= 12:
        return Claim(C.T2STAR, why)
    if clues.inversion_time_ms or "MP" in clues.sequence or (tr <= 500 and te <= 12 and flip >= 8):
        return Claim(C.T1, why)
    return None


def _spin_echo(clues: Clues, tr: float, te: float, why: str) -> Claim | None:
    if "EP" in clues.sequence:
        return None if "SE" in clues.sequence else Claim(C.T2STAR, f"{why}, echo planar")
    if te >= 60 and tr >= 1500:
        return Claim(C.T2, why)
    if te <= 35 and (tr <= 1200 or 300 <= (clues.inversion_time_ms or 0) <= 1300):
        return Claim(C.T1, why)
    return Claim(C.PD, why) if te <= 35 and tr >= 2000 else None


def _weigh(physics: Claim, text: Claim | None) -> Classification:
    evidence = f"physics: {physics.why}"
    if text is None:
        return Classification(physics.contrast, 0.85, evidence)
    same = {physics.contrast, text.contrast} <= {C.T1, C.T1C} or physics.contrast is text.contrast
    if same:
        contrast = C.T1C if text.contrast is C.T1C else physics.contrast
        return Classification(contrast, 0.95, f"{evidence}; text: {text.why}")
    return Classification(physics.contrast, 0.6, f"{evidence}; against text: {text.why}")


def _with_agent(found: Classification, clues: Clues) -> Classification:
    """T1 after an agent was given is T1c, whatever the description says."""
    if found.contrast is C.T1 and clues.agent:
        return Classification(
            C.T1C, max(found.confidence, 0.9), f"{found.evidence}; contrast agent {clues.agent!r}"
        )
    return found
