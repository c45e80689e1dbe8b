"""Column names of feature tables, by which their features are known: IBSI's tags, and PyRadiomics' names."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from oncometry.core.terms import Unit
from oncometry.features.columns import ORIGINAL
from oncometry.features.extract_ibsi import spec_columns
from oncometry.features.feature import Aggregation
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.intensity_settings import FixedBinNumber, IntensitySettings
from oncometry.features.pyradiomics_classes import CLASSES
from oncometry.features.reliability.result import NamedFeature

__all__ = ["feature_named"]

_PYRADIOMICS = re.compile(rf"(?P<filter>.+)_(?P<group>{'|'.join(CLASSES)})_(?P<name>[A-Za-z0-9]+)")


def feature_named(column: str) -> NamedFeature | None:
    """The feature that a column is of, under the filter that its name begins with; None of any other column.

    A unit that follows from the image's is ''. A feature that PyRadiomics had under another name in another version keeps
    the name it came with, and has no id.
    """
    found = _PYRADIOMICS.fullmatch(column)
    if found:
        return _of_pyradiomics(column, found["filter"], found["group"], found["name"])
    parts = column.split("_")
    for at in range(len(parts)):
        feature = _ibsi_tags().get("_".join(parts[at:]))
        if feature is not None:
            return replace(feature, tag=column, filter="_".join(parts[:at]) or ORIGINAL)
    return None


def _of_pyradiomics(column: str, filter_: str, group: str, name: str) -> NamedFeature:
    function = next(f for one, f in CLASSES.items() if one == group)
    known = next((f for f in function.table if f.name == name), None)
    ibsi_id, unit = (known.ibsi_id, known.unit) if known else ("", "")
    return NamedFeature(function.family, name, ibsi_id, column, filter_, "" if "{u}" in unit else unit)


@cache
def _ibsi_tags() -> dict[str, NamedFeature]:
    """Tag -> feature, of every aggregation."""
    every = IbsiSpec(
        profile="ibsi",
        without_consensus=True,
        aggregations=tuple(Aggregation),
        intensity=IntensitySettings(discretize=FixedBinNumber(count=32)),
    )
    unit = Unit.ARBITRARY
    return {
        c.tag: NamedFeature(
            c.family, c.name, c.ibsi_id, c.tag, ORIGINAL, "" if unit.value in c.unit else c.unit
        )
        for c in spec_columns(every, unit, ORIGINAL)
    }
