"""The tables of `docs/concepts/tables.md`, as selects on current rows."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from oncometry.store.queries.clinical import clinical_rows, clinical_values, events, toxicities, treatments
from oncometry.store.queries.files import files
from oncometry.store.queries.frame import read_frame
from oncometry.store.queries.images import acquisition, doses, registrations, series, volumes
from oncometry.store.queries.intensities import histograms, intensities
from oncometry.store.queries.lesions import lesions, observations, relations
from oncometry.store.queries.measurements import measurements
from oncometry.store.queries.people import patients, timepoints
from oncometry.store.queries.provenance import artifacts, failures, software, steps
from oncometry.store.queries.query import Query
from oncometry.store.queries.regions import segmentations, segments

__all__ = ["VIEWS", "read_frame"]

View = Callable[[], Query]

VIEWS: MappingProxyType[str, View] = MappingProxyType(
    {
        "files": files,
        "patients": patients,
        "timepoints": timepoints,
        "series": series,
        "acquisition": acquisition,
        "volumes": volumes,
        "registrations": registrations,
        "doses": doses,
        "segmentations": segmentations,
        "segments": segments,
        "lesions": lesions,
        "observations": observations,
        "measurements": measurements,
        "relations": relations,
        "intensities": intensities,
        "histograms": histograms,
        "clinical_rows": clinical_rows,
        "clinical_values": clinical_values,
        "treatments": treatments,
        "events": events,
        "toxicities": toxicities,
        "steps": steps,
        "artifacts": artifacts,
        "failures": failures,
        "software": software,
    }
)
"""Name of a table -> its select."""
