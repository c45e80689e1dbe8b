"""The population that is taken where there are too few patients to learn one.

Diameters of one target lesion of each of 622 patients with cancer under chemotherapy or immunotherapy, from trials 1 to 3 of
Laleh 2022, doi:10.1371/journal.pcbi.1009822; learned by `benchmarks/growth_laleh.py --write`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from oncometry.prediction.growth.population import GrowthPopulation, population_from_state

__all__ = ["reference_population"]

FILE = "reference_population.json"


@cache
def reference_population() -> GrowthPopulation:
    """Of diameters in mm."""
    text = files("oncometry.prediction.growth").joinpath(FILE).read_text(encoding="utf-8")
    state = json.loads(text)
    return population_from_state(state["plain"], state["arrays"])
