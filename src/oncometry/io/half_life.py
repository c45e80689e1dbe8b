"""Half-lives of the nuclides of PET (DDEP, http://www.lnhb.fr/nuclear-data), seconds."""

from __future__ import annotations

import re

__all__ = ["half_life_of"]

SECONDS = {
    ("c", "carbon", "11"): 1221.7,
    ("n", "nitrogen", "13"): 597.9,
    ("o", "oxygen", "15"): 122.3,
    ("f", "fluorine", "18"): 6586.2,
    ("cu", "copper", "64"): 45721.0,
    ("ga", "gallium", "68"): 4069.8,
    ("rb", "rubidium", "82"): 76.4,
    ("zr", "zirconium", "89"): 282276.0,
    ("i", "iodine", "124"): 360806.0,
}


def half_life_of(meaning: str) -> float | None:
    """Of a nuclide as a code spells it ('^18^Fluorine', 'F-18'); None for any other."""
    element = re.sub(r"[^a-z]", "", meaning.lower())
    mass = re.sub(r"[^0-9]", "", meaning)
    found = (
        s for (symbol, name, number), s in SECONDS.items() if number == mass and element in (symbol, name)
    )
    return next(found, None)
