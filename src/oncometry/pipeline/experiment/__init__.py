"""Experiments: from a declaration to a result that is kept, part by part."""

from __future__ import annotations
