"""What a series shows: a user's map first, then acquisition physics, then text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from oncometry.core import Contrast, Modality
from oncometry.io.classify_physics import contradicts, physics_of
from oncometry.io.classify_text import Claim, contrast_in_text, enhanced_in_text
from oncometry.io.clues import Clues

__all__ = ["Classification", "classify"]

C = Contrast


TOLD = (C.PERFUSION, C.DWI, C.FLAIR)
CODED = (C.ADC, C.DWI, C.PERFUSION, C.FLAIR)
"""What physics says only of a parameter or code that states it."""


@dataclass(frozen=True)
class Classification:
    """The contrast, how sure (0..1), and what it rests on."""

    contrast: Contrast
    confidence: float
    evidence: str


def classify(clues: Clues) -> Classification:
    """The first of user map, layout, modality, physics and text that says something.

    Where physics and text agree the confidence rises; where they contradict each other physics
    wins with a lowered one, and the evidence says so. Perfusion, diffusion weighting and FLAIR are often not
    in the parameters that physics goes by: the text wins there unless a parameter excludes it.
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
    physics = physics_of(clues)
    if text is not None and text.contrast in TOLD and not contradicts(clues, text.contrast):
        physics = physics if physics is not None and physics.contrast in CODED else None
    if physics is not None:
        return _with_agent(_weigh(physics, text), clues)
    if text is None:
        return Classification(C.UNKNOWN, 0.0, "nothing in the header or the names says what it shows")
    return _with_agent(Classification(text.contrast, 0.7, f"text: {text.why}"), clues)


def _mapped(clues: Clues) -> Classification | None:
    for pattern, contrast in clues.user_map.items():
        if any(re.search(pattern, text, re.IGNORECASE) for text in clues.texts):
            return Classification(contrast, 1.0, f"user map: {pattern!r}")
    return None


def _ct(clues: Clues) -> Classification:
    if clues.agent:
        return Classification(C.CT_CONTRAST, 0.95, f"physics: modality CT; contrast agent {clues.agent!r}")
    phase = enhanced_in_text(clues.texts)
    if phase:
        return Classification(C.CT_CONTRAST, 0.7, f"physics: modality CT; text: {phase}")
    return Classification(C.CT, 0.8, "physics: modality CT; no contrast agent stated")


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
