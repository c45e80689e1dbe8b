"""Rows of `feature_definition`: made where they are not there yet."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from oncometry.store.image_features import DefinedFeature
from oncometry.store.tables import FeatureDefinition
from oncometry.store.writing.transaction import Writing

__all__ = ["definition_ids"]


def definition_ids(writing: Writing, features: Iterable[DefinedFeature]) -> dict[DefinedFeature, int]:
    """Feature -> id of its row. What a row is of does not depend on its IBSI id, which keeps the one that it came with."""
    wanted = {feature: _key(feature) for feature in features}
    there = _there(writing, {feature.family for feature in wanted})
    missing = {key: feature for feature, key in wanted.items() if key not in there}
    if missing:
        rows = [vars(f) | {"ibsi_id": f.ibsi_id or None} for f in missing.values()]
        writing.insert(FeatureDefinition, rows)
        there = _there(writing, {feature.family for feature in wanted})
    return {feature: there[key] for feature, key in wanted.items()}


def _key(feature: DefinedFeature) -> tuple[str, ...]:
    return feature.family, feature.name, feature.tag, feature.filter, feature.unit


def _there(writing: Writing, families: set[str]) -> dict[tuple[str, ...], int]:
    d = FeatureDefinition
    found = select(d.id, d.family, d.name, d.tag, d.filter, d.unit).where(d.family.in_(families))
    return {tuple(row[1:]): row[0] for row in writing.connection.execute(found)}
