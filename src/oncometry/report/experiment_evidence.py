"""What an experiment has to show for an item of a checklist, and where; nothing where it has nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from oncometry.prediction.fold.chain import IMAGE_BLOCKS
from oncometry.prediction.outcome import Task
from oncometry.prediction.table import Block
from oncometry.report.evidence import Evidence
from oncometry.report.experiment_size import sample_size_of
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.experiment_words import metric_name
from oncometry.report.formatting import count_text, listed

__all__ = ["EVIDENCE"]

CLASSICAL = frozenset({"logistic", "linear", "cox", "coxnet", "ordinal", "fine_gray"})


def _checklists(_: ExperimentView) -> Evidence:
    return Evidence("METRICS, CLEAR and TRIPOD+AI, filled where there is evidence", "#checklists")


def _eligibility(view: ExperimentView) -> Evidence | None:
    where = view.material.experiment.where
    if not where:
        return None
    shown = "; ".join(f"{k} is {' or '.join(v)}" for k, v in where.items())
    return Evidence(f"rows taken: {shown}", "#flow", in_part=True)


def _outcome(view: ExperimentView) -> Evidence:
    endpoint = view.material.experiment.endpoint
    column = endpoint.column or f"{endpoint.time}, {endpoint.event}"
    return Evidence(
        f"definition: {endpoint.kind}, from {column}; how it was assessed is not known here",
        "#declared",
        True,
    )


def _sites(view: ExperimentView) -> Evidence | None:
    sites = view.material.table.sites
    count = 0 if sites is None else len(np.unique(sites))
    return Evidence(count_text(count, "site"), "#sites") if count > 1 else None


def _timing(view: ExperimentView) -> Evidence | None:
    columns = view.material.table.columns
    known = sum(1 for c in columns if c.day is not None)
    if not known:
        return None
    return Evidence(f"day of {known} of {len(columns)} columns", "#declared", known < len(columns))


def _extraction(view: ExperimentView) -> Evidence | None:
    if view.material.experiment.cohort is None or Block.RADIOMICS not in view.material.table.blocks:
        return None
    return Evidence("features that Oncometry took from the cohort's images", "#declared", True)


def _reliability(view: ExperimentView) -> Evidence | None:
    chosen, known = view.material.experiment.preprocessing.reliability, view.material.reliability
    if chosen is None or known is None:
        return None
    text = f"lower limit of the ICC at least {chosen.minimum_icc:g}, for {len(known.columns)} features, told {known.told}"
    return Evidence(text, "#declared")


def _redundancy(view: ExperimentView) -> Evidence | None:
    if not _has_images(view):
        return None
    limit = view.material.experiment.preprocessing.redundancy
    return Evidence(
        f"above a Spearman correlation of {limit:g} one stays, in each training fold", "#declared"
    )


def _sample_size(view: ExperimentView) -> Evidence:
    return Evidence(
        "parameters per event" + ("" if view.task is Task.ORDINAL else ", Riley's criteria"), "#size"
    )


def _dimension(view: ExperimentView) -> Evidence | None:
    """Whether there are as many patients as the largest set asks for; said either way, claimed only if so."""
    found = sample_size_of(view, view.set_named(view.largest))
    if found is None:
        return None
    there = view.result.flow.patients
    needed = "more than ten million" if found.patients is None else str(found.patients)
    met = found.patients is not None and there >= found.patients
    text = f"{there} patients, {needed} needed by Riley's criteria: {'met' if met else 'not met'}"
    return Evidence(text, "#size", in_part=not met)


def _partition(view: ExperimentView) -> Evidence:
    chosen = view.material.experiment.validation
    text = (
        f"nested, by patient: {chosen.repeats} x {chosen.folds} outer, {chosen.inner_folds} inner folds; "
        f"every fit in the ledger"
    )
    return Evidence(text, "ledger.json")


def _confounders(view: ExperimentView) -> Evidence | None:
    if view.smaller is None or view.smaller == "nothing":
        return None
    return Evidence(f"judged over {view.smaller}", "#headline", True)


def _metrics(view: ExperimentView) -> Evidence:
    return Evidence(f"{metric_name(view.heading)} and others, for {view.task} outcomes", "#scores")


def _uncertainty(view: ExperimentView) -> Evidence:
    chosen = view.material.experiment.validation
    return Evidence(
        f"{100 * chosen.confidence:g} % intervals, {chosen.bootstrap} resamples of patients", "#scores"
    )


def _calibration(view: ExperimentView) -> Evidence | None:
    return (
        Evidence("curve, slope and intercept", "#calibration")
        if view.task in (Task.BINARY, Task.SURVIVAL)
        else None
    )


def _added_value(view: ExperimentView) -> Evidence | None:
    if view.pair is None or not set(view.pair[0].blocks) & IMAGE_BLOCKS or not view.pair[1].blocks:
        return None
    return Evidence(f"{view.largest} over {view.smaller}", "#headline")


def _model(view: ExperimentView) -> Evidence | None:
    """Models of all patients; whether anybody else is given them is not known."""
    final = view.result.final
    if not final:
        return None
    return Evidence(f"{count_text(len(final), 'model')} of all patients, stored with a card", "#final", True)


def _simple_models(view: ExperimentView) -> Evidence | None:
    found = [name for name in view.material.models if name in CLASSICAL]
    return Evidence(listed(found), "#scores") if found else None


def _internal(_: ExperimentView) -> Evidence:
    return Evidence("every prediction by models that had not seen the patient", "predictions.csv")


def _external(view: ExperimentView) -> Evidence | None:
    sites = view.result.validated.site_splits
    if not sites:
        return None
    return Evidence(f"each of {len(sites)} sites held out; no data from elsewhere", "#scores", True)


def _code(_: ExperimentView) -> Evidence:
    return Evidence("the declaration and the version of the software, which is open", "experiment.json", True)


def _preparation(_: ExperimentView) -> Evidence:
    return Evidence(
        "what is learned in each fold, in order; rows and columns that were pointed out", "#declared", True
    )


def _data_source(view: ExperimentView) -> Evidence:
    return Evidence(
        f"{count_text(len(view.result.origin), 'source')} with SHA-256; where patients come from is not known here",
        "#declared",
        True,
    )


def _predictors(_: ExperimentView) -> Evidence:
    return Evidence("columns of each block; why they were chosen is not known here", "#declared", True)


def _feature_count(view: ExperimentView) -> Evidence:
    table = view.material.table
    return Evidence(", ".join(f"{len(table.of([b]))} {b}" for b in table.blocks), "#declared")


def _missing(view: ExperimentView) -> Evidence:
    share = 100 * float((~np.isfinite(view.material.table.values)).mean())
    return Evidence(f"{share:.1f} % of the values; median of the training fold", "#declared")


def _imbalance(view: ExperimentView) -> Evidence | None:
    if view.task is Task.CONTINUOUS:
        return None
    how = view.material.experiment.preprocessing.resample
    return Evidence(f"resampling of the training rows: {how}; folds balanced", "#declared")


def _scaling(view: ExperimentView) -> Evidence:
    return Evidence(
        f"{view.material.experiment.preprocessing.scale}, learned in each training fold", "#declared"
    )


def _reduction(view: ExperimentView) -> Evidence | None:
    return (
        Evidence("redundancy filter and selection in each training fold", "#choice")
        if _has_images(view)
        else None
    )


def _algorithms(view: ExperimentView) -> Evidence:
    return Evidence(listed(list(view.material.models)), "#declared")


def _tuning(view: ExperimentView) -> Evidence:
    chosen = view.material.experiment.validation
    return Evidence(
        f"{chosen.candidates} settings a model at most, in {chosen.inner_folds} inner folds", "settings.csv"
    )


def _comparison(view: ExperimentView) -> Evidence | None:
    if not view.result.headline:
        return None
    return Evidence("differences with intervals over patients and over training sets", "#scores")


def _baseline(view: ExperimentView) -> Evidence | None:
    plain = {Block.CLINICAL, Block.VOLUME} & set(view.material.table.blocks)
    return Evidence("clinical and volume columns by outcome", "#flow", True) if plain else None


def _flow(view: ExperimentView) -> Evidence:
    flow = view.result.flow
    return Evidence(
        f"{flow.rows} rows read, {flow.kept} kept, {count_text(flow.patients, 'patient')}", "#flow"
    )


def _selection(view: ExperimentView) -> Evidence | None:
    return Evidence("how often each feature was chosen", "#choice", True) if _has_images(view) else None


def _performance(_: ExperimentView) -> Evidence:
    return Evidence("all sets and models with intervals", "#scores")


def _heterogeneity(view: ExperimentView) -> Evidence | None:
    return Evidence("sites held out together", "#scores", True) if view.result.validated.site_splits else None


def _output(view: ExperimentView) -> Evidence:
    if view.task is Task.BINARY:
        return Evidence(
            f"probability; threshold {view.material.experiment.validation.threshold:g}", "#declared"
        )
    what = {
        Task.SURVIVAL: "risk, and probability by the horizon",
        Task.ORDINAL: "probability of each category",
    }
    return Evidence(what.get(view.task, "number"), "#declared")


def _protocol(_: ExperimentView) -> Evidence:
    return Evidence("declaration, hashed with what it read; not registered by it", "#declared", True)


def _events(view: ExperimentView) -> Evidence:
    events = view.material.outcome.events
    who = count_text(view.result.flow.patients, "patient")
    return Evidence(
        who if events is None else f"{who}, {count_text(events, 'event')}; by row in the metrics",
        "metrics.json",
    )


def _has_images(view: ExperimentView) -> bool:
    return bool(IMAGE_BLOCKS & set(view.material.table.blocks))


EVIDENCE: Mapping[str, Callable[[ExperimentView], Evidence | None]] = {
    "added_value": _added_value,
    "algorithms": _algorithms,
    "baseline": _baseline,
    "calibration": _calibration,
    "checklists": _checklists,
    "code": _code,
    "comparison": _comparison,
    "confounders": _confounders,
    "data_source": _data_source,
    "dimension": _dimension,
    "eligibility": _eligibility,
    "events": _events,
    "external": _external,
    "extraction": _extraction,
    "feature_count": _feature_count,
    "flow": _flow,
    "heterogeneity": _heterogeneity,
    "imbalance": _imbalance,
    "internal": _internal,
    "metrics": _metrics,
    "missing": _missing,
    "model": _model,
    "outcome": _outcome,
    "output": _output,
    "partition": _partition,
    "performance": _performance,
    "predictors": _predictors,
    "preparation": _preparation,
    "protocol": _protocol,
    "reduction": _reduction,
    "redundancy": _redundancy,
    "reliability": _reliability,
    "sample_size": _sample_size,
    "scaling": _scaling,
    "selection": _selection,
    "simple_models": _simple_models,
    "sites": _sites,
    "timing": _timing,
    "tuning": _tuning,
    "uncertainty": _uncertainty,
}
"""Name -> what there is. An explanation is known to the page alone."""
