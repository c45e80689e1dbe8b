"""Rows of `feature_definition`: made where they are not there yet."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from oncometry.store.image_features import DefinedFeature
from oncometry.store.tables import FeatureDefinition
from oncometry.store.writing.transaction import Writing

__all__ = ["definition_ids"]


def definition_ids(writing: Writing, features: Iterable[DefinedFeature]) -> dict[DefinedFeature, int]:
    """Feature -> id of its row."""
    wanted = dict.fromkeys(features)
    there = _there(writing, {feature.family for feature in wanted})
    missing = [feature for feature in wanted if feature not in there]
    if missing:
        writing.insert(FeatureDefinition, [vars(f) | {"ibsi_id": f.ibsi_id or None} for f in missing])
        there = _there(writing, {feature.family for feature in wanted})
    return {feature: there[feature] for feature in wanted}


def _there(writing: Writing, families: set[str]) -> dict[DefinedFeature, int]:
    d = FeatureDefinition
    found = select(d.id, d.family, d.name, d.ibsi_id, d.tag, d.filter, d.unit).where(d.family.in_(families))
    return {
        DefinedFeature(r.family, r.name, r.ibsi_id or "", r.tag, r.filter, r.unit): r.id
        for r in writing.connection.execute(found)
    }
