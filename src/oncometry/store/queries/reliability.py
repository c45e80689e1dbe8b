"""Table `reliability`: one row a feature, group and analysis."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import FeatureDefinition, FeatureReliabilityRow, ParameterSet, ReliabilityAnalysis

__all__ = ["reliability"]


def reliability() -> Query:
    """How far features can be relied on, by the current analyses."""
    r, a, d = FeatureReliabilityRow, ReliabilityAnalysis, FeatureDefinition
    spec, perturbation = aliased(ParameterSet), aliased(ParameterSet)
    return (
        select(
            value_id("reliability", r.id),
            *(d.family, d.name, d.ibsi_id, d.tag, d.filter, a.source, r.group_name, a.icc_kind),
            *(r.icc, r.low, r.high, r.subjects, r.repeats, r.missing, r.reason, a.data, a.data_sha256),
            spec.sha256.label("spec_sha256"),
            perturbation.sha256.label("perturbation_sha256"),
        )
        .select_from(r)
        .join(a, a.id == r.reliability_analysis_id)
        .join(d, d.id == r.feature_definition_id)
        .outerjoin(spec, spec.id == a.parameter_set_id)
        .outerjoin(perturbation, perturbation.id == a.perturbation_set_id)
        .where(a.is_current)
        .order_by(r.id)
    )
