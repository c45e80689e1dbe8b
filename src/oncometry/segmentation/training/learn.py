"""The loop: examples in, weights out. Killed at any step, it goes on where it last kept its state."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from oncometry.core import Code, SettingsError, UnsupportedError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.torch_network import ResidualUNet
from oncometry.segmentation.training.check import held_out_dice
from oncometry.segmentation.training.loss import deep_loss
from oncometry.segmentation.training.settings import LearningSettings
from oncometry.segmentation.training.source import ExampleSource, batch_of
from oncometry.segmentation.training.state import CheckRow, TrainingState, load_state, save_state
from oncometry.segmentation.weights import Weights

__all__ = ["Learned", "learn"]

STATE = "training.pt"
FREE = frozenset({"minutes", "threads"})
"""Settings that may change between two runs of one training."""


@dataclass(frozen=True, eq=False)
class Learned:
    """Where a training stands.

    Attributes:
        weights: the running mean, as float32 arrays by name; what only training needs is left out.
        rows: the looks so far.
        step: updates so far.
        finished: whether all steps were made.
    """

    weights: dict[str, NDArray[np.float32]]
    rows: tuple[CheckRow, ...]
    step: int
    finished: bool


def learn(
    architecture: Architecture,
    settings: LearningSettings,
    source: ExampleSource,
    folder: Path,
    *,
    told: Callable[[CheckRow], None],
    initial: Weights | None = None,
) -> Learned:
    """Train, or go on training, in a folder.

    Args:
        settings: whose patch the architecture takes.
        initial: weights to begin from (fine-tuning); those whose name and shape fit are taken.
        told: hears each look.

    Raises:
        SettingsError: `SETTINGS`, another training is in the folder, or no weight to begin from fits.
        UnsupportedError: `DEVICE_MISSING`.
    """
    device = _device(settings)
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    state = _begun(architecture, settings, initial, device)
    digest = _digest(architecture, settings)
    load_state(state, digest, folder / STATE)
    clock, before = time.monotonic(), state.seconds
    while state.step < settings.steps and not _spent(settings, clock):
        state.losses.append(_step(state, settings, source, device))
        state.seconds = before + time.monotonic() - clock
        last = state.step == settings.steps
        if state.step % settings.check_every == 0 or last:
            told(_looked(state, settings, source, device))
        if state.step % settings.save_every == 0 or last:
            save_state(state, digest, folder / STATE)
    save_state(state, digest, folder / STATE)
    return Learned(_kept(state), tuple(state.rows), state.step, state.step >= settings.steps)


def _step(
    state: TrainingState, settings: LearningSettings, source: ExampleSource, device: torch.device
) -> float:
    """One update; its loss."""
    images, truth = batch_of(source, (settings.seed, state.step), settings.patch, device, settings.batch)
    for group in state.optimizer.param_groups:
        group["lr"] = settings.learning_rate * _rate(state.step, settings)
    with torch.autocast(device.type, torch.bfloat16, enabled=_reduced(settings, device)):
        levels = state.network.deep(images.contiguous(memory_format=torch.channels_last_3d))
    loss = deep_loss([level.float() for level in levels], truth)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state.network.parameters(), settings.clip_norm)
    state.optimizer.step()
    state.step += 1
    _average(state, settings)
    return float(loss.detach())


def _rate(step: int, settings: LearningSettings) -> float:
    """Share of the learning rate: rising, then a half cosine."""
    risen = min(1.0, (step + 1) / max(settings.warm_up, 1))
    return risen * 0.5 * (1 + math.cos(math.pi * step / settings.steps))


@torch.no_grad()
def _average(state: TrainingState, settings: LearningSettings) -> None:
    """The running mean (Polyak 1992, doi:10.1137/0330046), faster at the beginning."""
    keep = min(settings.average, (1 + state.step) / (10 + state.step))
    for name, value in state.network.state_dict().items():
        state.average[name].lerp_(value.detach(), 1 - keep)


def _looked(
    state: TrainingState, settings: LearningSettings, source: ExampleSource, device: torch.device
) -> CheckRow:
    """A look with the running mean's weights."""
    mean = ResidualUNet(state.network.architecture).to(device)
    mean.load_state_dict(state.average)
    dice = held_out_dice(mean, source, settings, device)
    row = CheckRow(state.step, float(np.mean(state.losses)), dice, round(state.seconds, 1))
    state.losses.clear()
    state.rows.append(row)
    return row


def _begun(
    architecture: Architecture, settings: LearningSettings, initial: Weights | None, device: torch.device
) -> TrainingState:
    torch.manual_seed(settings.seed)
    network = ResidualUNet(architecture)
    if initial is not None:
        _take(network, initial)
    network = network.to(device, memory_format=torch.channels_last_3d)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    return TrainingState(network, optimizer, average)


def _take(network: ResidualUNet, initial: Weights) -> None:
    own = network.state_dict()
    fits = {n: torch.tensor(v) for n, v in initial.items() if n in own and own[n].shape == v.shape}
    if not fits:
        raise SettingsError(
            Code.SETTINGS, "none of the weights to begin from fits the architecture: names or sizes differ."
        )
    network.load_state_dict(own | fits)


def _kept(state: TrainingState) -> dict[str, NDArray[np.float32]]:
    return {
        name: value.detach().cpu().float().contiguous().numpy()
        for name, value in state.average.items()
        if not name.startswith("deep_heads.")
    }


def _device(settings: LearningSettings) -> torch.device:
    name = settings.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise UnsupportedError(
            Code.DEVICE_MISSING, f"there is no device {name!r} for training.", advice="Set device: cpu."
        )
    return torch.device(name)


def _reduced(settings: LearningSettings, device: torch.device) -> bool:
    return settings.precision == "bfloat16" or (settings.precision == "auto" and device.type == "cuda")


def _digest(architecture: Architecture, settings: LearningSettings) -> str:
    said = architecture.model_dump_json() + settings.model_dump_json(exclude=set(FREE))
    return hashlib.sha256(said.encode()).hexdigest()


def _spent(settings: LearningSettings, clock: float) -> bool:
    return settings.minutes is not None and time.monotonic() - clock > 60 * settings.minutes
