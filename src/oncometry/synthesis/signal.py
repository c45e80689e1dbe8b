"""What a tissue looks like in a sequence: spin echo and inversion recovery.

Signal equations as in Bernstein, King and Zhou, Handbook of MRI Pulse Sequences (2004), ch. 14.
Contrast agent shortens T1: 1/T1 = 1/T1_0 + r1 c, with r1 = 5.2 per (mmol/l s) for gadobutrol in
plasma at 1.5 T (Rohrer 2005, doi:10.1097/01.rli.0000184756.66360.d3).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from oncometry.core import Contrast
from oncometry.synthesis.tissue import RELAXATION, Tissue

__all__ = ["PROTOCOL", "Sequence", "signal"]

RELAXIVITY_PER_MMOL_MS = 5.2e-3
AGENT_MMOL = {Tissue.ENHANCING: 0.42, Tissue.SOFT_TISSUE: 0.12, Tissue.GRAY_MATTER: 0.01}


@dataclass(frozen=True)
class Sequence:
    """One series of the protocol. Times in ms; no inversion where `inversion_ms` is None."""

    contrast: Contrast
    description: str
    repetition_ms: float
    echo_ms: float
    inversion_ms: float | None = None
    agent: str | None = None


PROTOCOL = (
    Sequence(Contrast.T1, "T1 SE axial", 500.0, 10.0),
    Sequence(Contrast.T1C, "T1 SE axial post contrast", 500.0, 10.0, agent="Gadobutrol"),
    Sequence(Contrast.T2, "T2 SE axial", 4500.0, 95.0),
    Sequence(Contrast.FLAIR, "T2 FLAIR axial", 9000.0, 110.0, inversion_ms=2500.0),
)


def signal(tissue: Tissue, sequence: Sequence) -> float:
    """Signal of a pure tissue, relative to fully relaxed water without decay (0..1)."""
    relaxation = RELAXATION[tissue]
    t1 = relaxation.t1_ms
    if sequence.agent is not None:
        t1 = 1.0 / (1.0 / t1 + RELAXIVITY_PER_MMOL_MS * AGENT_MMOL.get(tissue, 0.0))
    recovered = _recovery(t1, sequence)
    return relaxation.proton_density * recovered * exp(-sequence.echo_ms / relaxation.t2_ms)


def _recovery(t1_ms: float, sequence: Sequence) -> float:
    """Longitudinal magnetization at excitation; magnitude, as reconstructed."""
    if sequence.inversion_ms is None:
        return 1.0 - exp(-sequence.repetition_ms / t1_ms)
    return abs(1.0 - 2.0 * exp(-sequence.inversion_ms / t1_ms) + exp(-sequence.repetition_ms / t1_ms))
