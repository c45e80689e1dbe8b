"""Tracking UID and ID as text, for formats that have no place for them (RTSTRUCT, markups)."""

from __future__ import annotations

import re

__all__ = ["tracking_in", "tracking_text"]

PATTERN = re.compile(r"tracking uid ([0-9.]{1,64})(?: id (.+))?$")


def tracking_text(uid: str, identifier: str | None) -> str:
    """'tracking uid 2.25.1 id L1'."""
    return f"tracking uid {uid} id {identifier}" if identifier else f"tracking uid {uid}"


def tracking_in(text: str) -> tuple[str | None, str | None]:
    """UID and ID of such a text; of any other neither."""
    found = PATTERN.match(text)
    return (found.group(1), found.group(2)) if found else (None, None)
