"""Which columns of a sheet tell patients apart and say nothing of them."""

from __future__ import annotations

import re

import numpy as np

from oncometry.prediction.sheet import Cells, as_text

__all__ = ["NAMED", "is_id"]

FEWEST = 5
NAMED = re.compile(
    r"(?i:^(id|pid|mrn|uid|case|patient|subject|record|row|index|no|nr|number|unnamed: \d+)s?$)"
    r"|(?i:(patient|subject|case|study|record|person|participant|donor|sample)[ _.-]?(id|no|nr|number|code)$)"
    r"|[_ .-](?i:id|uid|mrn)$|[a-z](ID|Id|UID)$|[A-Z]ID$"
)
"""What columns of ids are called."""


def is_id(name: str, cells: Cells) -> bool:
    """Whether every row has another cell, and these are texts, or whole numbers under the name of an id.

    Args:
        name: of the column.
        cells: (n,); of fewer than five rows nothing is said, but by an id's name.
    """
    words = [word for word in as_text(cells) if word is not None]
    if not words or len(set(words)) < len(words) or len(words) < len(cells):
        return False
    if NAMED.search(name.strip()):
        return cells.dtype.kind != "f" or bool((np.asarray(cells, dtype=np.float64) % 1 == 0).all())
    return cells.dtype.kind != "f" and len(words) >= FEWEST
