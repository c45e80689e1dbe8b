"""The reliability of features: an analysis, and its rows in bulk."""

from __future__ import annotations

from sqlalchemy import and_

from oncometry.store.analyzed import AnalyzedReliability
from oncometry.store.image_features import DefinedFeature
from oncometry.store.tables import FeatureReliabilityRow, ParameterSet, ReliabilityAnalysis
from oncometry.store.writing.definitions import definition_ids
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_reliability"]


def write_reliability(writing: Writing, analyzed: AnalyzedReliability) -> None:
    """Keep an analysis; an earlier one from the same source and data is not current any more."""
    steps = keep_steps(writing, [*analyzed.made_from, analyzed.step])
    judged, first = analyzed.judged, analyzed.found[0]
    texts = {judged.spec_sha256: analyzed.spec, judged.perturbation_sha256: analyzed.perturbation}
    given = {key: {"sha256": key, "parameters": text} for key, text in texts.items() if key is not None}
    sets = writing.keep_named(ParameterSet, ParameterSet.sha256, given)
    row: Row = {
        "run_step_id": steps.of(analyzed.step.key, "reliability of features"),
        "source": first.source.value,
        "icc_kind": first.kind.value,
        "data": judged.data,
        "data_sha256": judged.data_sha256,
        "parameter_set_id": sets.get(judged.spec_sha256),
        "perturbation_set_id": sets.get(judged.perturbation_sha256),
    }
    rows = _rows(writing, analyzed)
    found = sealed(ReliabilityAnalysis, row, {FeatureReliabilityRow: rows})
    a = ReliabilityAnalysis
    kept = writing.keep(a, and_(a.source == row["source"], a.data == row["data"]), [found])
    if found["content_sha256"] in kept.added:
        parent = {"reliability_analysis_id": kept.ids[found["content_sha256"]]}
        writing.insert(FeatureReliabilityRow, [parent | one for one in rows])


def _rows(writing: Writing, analyzed: AnalyzedReliability) -> list[Row]:
    defined = [
        DefinedFeature(f.family.value, f.name, f.ibsi_id, f.tag, f.filter, f.unit)
        for f in (one.feature for one in analyzed.found)
    ]
    ids = definition_ids(writing, defined)
    return [
        {
            "feature_definition_id": ids[feature],
            "group_name": one.group,
            "icc": one.icc.value,
            "low": one.icc.low,
            "high": one.icc.high,
            "subjects": one.icc.subjects,
            "repeats": one.icc.repeats,
            "missing": one.icc.missing,
            "reason": None if one.icc.reason is None else one.icc.reason.value,
        }
        for feature, one in zip(defined, analyzed.found, strict=True)
    ]
