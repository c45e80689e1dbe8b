"""What acquisition parameters say about a series."""

from __future__ import annotations

from oncometry.core import Contrast
from oncometry.io.classify_text import Claim
from oncometry.io.clues import Clues

__all__ = ["contradicts", "physics_of"]

C = Contrast
FLAIR_TI_MS = 1300.0
"""Shortest inversion time that nulls fluid: 0.69 of its T1 at least where TR is short (4.8 s gives 1450)."""


def physics_of(clues: Clues) -> Claim | None:
    """From diffusion weighting, then inversion, then echo and repetition time.

    An inversion of unknown time may null fluid, fat or nothing: then the times say nothing.
    """
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
    if ti >= FLAIR_TI_MS and te >= 60 and tr >= 4000:
        return Claim(C.FLAIR, f"{why}, TI {ti:g} ms")
    if not ti and "IR" in clues.sequence and "GR" not in clues.sequence:
        return None
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


def contradicts(clues: Clues, contrast: Contrast) -> bool:
    """Whether a parameter that is there excludes perfusion, diffusion weighting or FLAIR."""
    tr, te, ti = clues.repetition_time_ms, clues.echo_time_ms, clues.inversion_time_ms
    if contrast is C.FLAIR:
        return bool((ti and ti < FLAIR_TI_MS) or (te and te < 60) or (tr and tr < 4000))
    if contrast is C.DWI:
        return bool(te and te < 35)
    spin_echo = "SE" in clues.sequence and "EP" not in clues.sequence
    return contrast is C.PERFUSION and spin_echo
