"""How far values may lie from their mean, in standard deviations, for what learns from images and what is shown new ones."""

from __future__ import annotations

__all__ = ["BRAIN_DEVIATIONS", "HEAD_DEVIATIONS"]

BRAIN_DEVIATIONS = (-4.0, 6.0)
"""Where mean and deviation are those of a brain."""
HEAD_DEVIATIONS = (-2.0, 8.0)
"""Where they are those of a field about a head, mostly air."""
