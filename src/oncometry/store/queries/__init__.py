"""The tables of `docs/concepts/tables.md`: current rows."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd
from sqlalchemy import Connection

from oncometry.store.queries.clinical import clinical_rows, clinical_values, events, toxicities, treatments
from oncometry.store.queries.dose import dose_features, dvh_metrics, dvhs, ntcp_values
from oncometry.store.queries.experiments import (
    experiment_clusters,
    experiment_explanations,
    experiment_ledger,
    experiment_metrics,
    experiment_models,
    experiment_predictions,
    experiment_splits,
    experiments,
)
from oncometry.store.queries.features import features
from oncometry.store.queries.features_wide import read_wide
from oncometry.store.queries.files import files
from oncometry.store.queries.frame import read_frame
from oncometry.store.queries.growth import growth_forecasts
from oncometry.store.queries.images import acquisition, doses, registrations, series, volumes
from oncometry.store.queries.intensities import histograms, intensities
from oncometry.store.queries.ledger import decisions, readings, roles
from oncometry.store.queries.lesions import lesions, observations, relations
from oncometry.store.queries.measurements import measurements
from oncometry.store.queries.people import patients, timepoints
from oncometry.store.queries.provenance import artifacts, failures, software, steps
from oncometry.store.queries.query import Query
from oncometry.store.queries.regions import segmentations, segments
from oncometry.store.queries.reliability import reliability
from oncometry.store.queries.responses import response_inputs, response_probabilities, responses

__all__ = ["READERS"]

Reader = Callable[[Connection], pd.DataFrame]


def _of(query: Callable[[], Query]) -> Reader:
    """Reads all rows of a select."""
    return lambda connection: read_frame(connection, query())


READERS: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "files": _of(files),
        "patients": _of(patients),
        "timepoints": _of(timepoints),
        "series": _of(series),
        "acquisition": _of(acquisition),
        "volumes": _of(volumes),
        "registrations": _of(registrations),
        "doses": _of(doses),
        "segmentations": _of(segmentations),
        "segments": _of(segments),
        "lesions": _of(lesions),
        "observations": _of(observations),
        "measurements": _of(measurements),
        "relations": _of(relations),
        "decisions": _of(decisions),
        "readings": _of(readings),
        "roles": _of(roles),
        "responses": _of(responses),
        "response_probabilities": _of(response_probabilities),
        "response_inputs": _of(response_inputs),
        "intensities": _of(intensities),
        "histograms": _of(histograms),
        "features": _of(features),
        "features_wide": read_wide,
        "reliability": _of(reliability),
        "dvhs": _of(dvhs),
        "dvh_metrics": _of(dvh_metrics),
        "ntcp_values": _of(ntcp_values),
        "dose_features": _of(dose_features),
        "growth_forecasts": _of(growth_forecasts),
        "clinical_rows": _of(clinical_rows),
        "clinical_values": _of(clinical_values),
        "treatments": _of(treatments),
        "events": _of(events),
        "toxicities": _of(toxicities),
        "experiments": _of(experiments),
        "experiment_splits": _of(experiment_splits),
        "experiment_ledger": _of(experiment_ledger),
        "experiment_models": _of(experiment_models),
        "experiment_predictions": _of(experiment_predictions),
        "experiment_metrics": _of(experiment_metrics),
        "experiment_explanations": _of(experiment_explanations),
        "experiment_clusters": _of(experiment_clusters),
        "steps": _of(steps),
        "artifacts": _of(artifacts),
        "failures": _of(failures),
        "software": _of(software),
    }
)
"""Name of a table -> what reads it."""
