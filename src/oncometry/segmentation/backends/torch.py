"""Torch: float32 on the CPU, the reference; bf16 and channels last on a CUDA device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

from oncometry.core.processors import cores
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import Backend, Channels
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.torch_network import ResidualUNet
from oncometry.segmentation.weights import Weights

__all__ = ["TorchBackend", "make"]


class TorchBackend:
    """A network of torch, without gradients."""

    def __init__(self, network: nn.Module, *, half: bool, threads: int) -> None:
        cuda = torch.cuda.is_available()
        self.device, self.half, self.threads = ("cuda" if cuda else "cpu"), half and cuda, threads
        self.name = f"torch {torch.__version__.split('+')[0]} {'cuda ' if cuda else ''}{'bf16' if self.half else 'f32'}"
        layout = torch.channels_last_3d if cuda else torch.contiguous_format
        self.network = network.eval().to(self.device, memory_format=layout)

    def run(self, images: Channels) -> Channels:
        given = torch.from_numpy(np.ascontiguousarray(images[None], np.float32)).to(self.device)
        with (
            _threads(self.threads),
            torch.inference_mode(),
            torch.autocast(self.device, torch.bfloat16, enabled=self.half),
        ):
            logits = self.network(given)[0].float().cpu().numpy()
        return np.asarray(logits, np.float32)


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """Torch's threads are a setting of the process: put back as they were."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def make(architecture: Architecture, weights: Weights, settings: InferenceSettings) -> Backend:
    """The network in torch; the coarser heads, which only training uses, may be missing from the weights."""
    network = ResidualUNet(architecture)
    named = {name: torch.from_numpy(np.array(array, np.float32)) for name, array in weights.items()}
    spare = {name: value for name, value in network.state_dict().items() if name.startswith("deep_heads.")}
    network.load_state_dict(spare | named)
    return TorchBackend(network, half=settings.half, threads=settings.threads or cores())
