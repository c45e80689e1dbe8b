"""Our network in torch: what training trains, and the reference that other backends are held to."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from oncometry.segmentation.architecture import FOLD, Architecture

__all__ = ["ResidualUNet", "folded", "unfolded"]


class _Block(nn.Module):
    """Two 3 x 3 x 3 convolutions, instance norms, and a way around them."""

    def __init__(self, inputs: int, outputs: int, stride: int, slope: float) -> None:
        super().__init__()
        self.slope = slope
        self.first = nn.Conv3d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.InstanceNorm3d(outputs, affine=True)
        self.second = nn.Conv3d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.InstanceNorm3d(outputs, affine=True)
        around = inputs != outputs or stride != 1
        self.around = nn.Conv3d(inputs, outputs, 1, stride, bias=False) if around else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = functional.leaky_relu(self.first_norm(self.first(x)), self.slope)
        y = self.second_norm(self.second(y))
        return functional.leaky_relu(y + self.around(x), self.slope)


class ResidualUNet(nn.Module):
    """(b, inputs, i, j, k) images -> (b, outputs, i, j, k) logits, one for each region.

    Sizes are multiples of `architecture.multiple`. `deep` gives logits of the coarser levels too, at their resolution,
    finest first: training learns from them (Lee 2015, arXiv:1409.5185).
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        channels, slope, cells = architecture.channels, architecture.slope, FOLD**3
        self.stem = _Block(architecture.inputs * cells, channels[0], 1, slope)
        pairs = list(pairwise(channels))
        self.down = nn.ModuleList(_Block(fine, coarse, 2, slope) for fine, coarse in pairs)
        self.narrow = nn.ModuleList(nn.Conv3d(coarse, fine, 1) for fine, coarse in pairs)
        self.up = nn.ModuleList(_Block(fine, fine, 1, slope) for fine, _ in pairs)
        self.head = nn.Conv3d(channels[0], architecture.outputs * cells, 1)
        self.deep_heads = nn.ModuleList(nn.Conv3d(c, architecture.outputs, 1) for c in channels[1:-1])

    def forward(self, x: Tensor) -> Tensor:
        return self._finest(self._decoded(self.encoded(x))[0])

    def deep(self, x: Tensor) -> list[Tensor]:
        """Logits at full resolution, then those of the levels at a quarter, an eighth ..."""
        levels = self._decoded(self.encoded(x))
        coarse = zip(self.deep_heads, levels[1:], strict=True)
        return [self._finest(levels[0]), *(head(level) for head, level in coarse)]

    def encoded(self, x: Tensor) -> list[Tensor]:
        """Activations of the encoder, finest first: channels[0] at half resolution, and so on."""
        levels = [self.stem(folded(x))]
        for block in self.down:
            levels.append(block(levels[-1]))
        return levels

    def _decoded(self, levels: list[Tensor]) -> list[Tensor]:
        """Activations of the decoder, finest first."""
        found: list[Tensor] = []
        y = levels[-1]
        for level in range(len(self.up) - 1, -1, -1):
            y = functional.interpolate(self.narrow[level](y), scale_factor=2, mode="nearest") + levels[level]
            y = self.up[level](y)
            found.insert(0, y)
        return found

    def _finest(self, y: Tensor) -> Tensor:
        return unfolded(self.head(y))


def folded(x: Tensor) -> Tensor:
    """2 x 2 x 2 voxels to channels: (b, c, i, j, k) to (b, 8c, i/2, j/2, k/2)."""
    b, c, i, j, k = x.shape
    x = x.reshape(b, c, i // FOLD, FOLD, j // FOLD, FOLD, k // FOLD, FOLD)
    return x.permute(0, 1, 3, 5, 7, 2, 4, 6).reshape(b, c * FOLD**3, i // FOLD, j // FOLD, k // FOLD)


def unfolded(x: Tensor) -> Tensor:
    """Channels to 2 x 2 x 2 voxels: the inverse of `folded`."""
    b, c, i, j, k = x.shape
    x = x.reshape(b, c // FOLD**3, FOLD, FOLD, FOLD, i, j, k)
    return x.permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(b, c // FOLD**3, i * FOLD, j * FOLD, k * FOLD)
