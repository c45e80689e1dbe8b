"""All that a training needs to go on after a kill: kept whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from oncometry.core import Code, CorruptInputError, SettingsError
from oncometry.io.files import write_bytes
from oncometry.segmentation.torch_network import ResidualUNet

__all__ = ["CheckRow", "TrainingState", "load_state", "save_state"]


@dataclass(frozen=True)
class CheckRow:
    """A look at what has been learned.

    Attributes:
        step: updates so far.
        loss: mean of the training loss since the last look.
        dice: mean over held-out patches, one a region; None where a region is in none of them.
        seconds: of work so far.
    """

    step: int
    loss: float
    dice: tuple[float | None, ...]
    seconds: float


@dataclass
class TrainingState:
    """A training under way.

    Attributes:
        network: as it learns.
        optimizer: AdamW with its moments.
        average: running mean of the network's weights, by name.
        step: updates so far.
        seconds: of work so far.
        rows: looks so far.
        losses: since the last look.
    """

    network: ResidualUNet
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor]
    step: int = 0
    seconds: float = 0.0
    rows: list[CheckRow] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)


def save_state(state: TrainingState, settings_sha256: str, path: Path) -> None:
    """Keep a state: the old one stays until the new one is whole."""
    content: dict[str, Any] = {
        "settings": settings_sha256,
        "network": state.network.state_dict(),
        "optimizer": state.optimizer.state_dict(),
        "average": state.average,
        "step": state.step,
        "seconds": state.seconds,
        "rows": [[r.step, r.loss, list(r.dice), r.seconds] for r in state.rows],
        "losses": state.losses,
    }
    stream = BytesIO()
    torch.save(content, stream)
    write_bytes(path, stream.getvalue())


def load_state(state: TrainingState, settings_sha256: str, path: Path) -> bool:
    """Take up a kept state; False if there is none.

    Raises:
        SettingsError: `SETTINGS`, it is of a training with other settings.
        CorruptInputError: `CORRUPT`.
    """
    if not path.exists():
        return False
    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise CorruptInputError(
            Code.CORRUPT,
            f"the state of the training cannot be read: {type(error).__name__}.",
            path=path,
            advice="Remove it to begin anew.",
        ) from error
    if kept["settings"] != settings_sha256:
        raise SettingsError(
            Code.SETTINGS,
            "a training with other settings was begun here.",
            path=path.parent,
            advice="Give -o another folder, or the settings that it was begun with (only `minutes` and `threads` may differ).",
        )
    state.network.load_state_dict(kept["network"])
    state.optimizer.load_state_dict(kept["optimizer"])
    for name, value in kept["average"].items():
        state.average[name].copy_(value)
    state.step, state.seconds, state.losses = kept["step"], kept["seconds"], kept["losses"]
    state.rows = [CheckRow(step, loss, tuple(dice), seconds) for step, loss, dice, seconds in kept["rows"]]
    return True
