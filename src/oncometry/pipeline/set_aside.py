"""Which files may lie among the input without anything being wrong with it."""

from __future__ import annotations

from oncometry.core import Code

__all__ = ["SET_ASIDE"]

SET_ASIDE = frozenset({Code.NOT_AN_IMAGE, Code.NOT_RADIOLOGY, Code.NOT_A_VOLUME})
"""Left out because they are not what we measure on; not a failure."""
