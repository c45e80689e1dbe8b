"""The masks of a cohort that a network made: no input holds them, so that they are read back from the cohort."""

from __future__ import annotations

from pathlib import Path

from oncometry.io.manifest import MadeBy, MaskKind, MaskRecord
from oncometry.store import Store

__all__ = ["made_masks"]


def made_masks(cohort: Path, store: Store) -> tuple[MaskRecord, ...]:
    """As they were measured, of all patients; without a visit, which their image has."""
    table = store.table("segmentations")
    return tuple(
        MaskRecord(
            key=str(row["mask_key"]),
            patient_id=str(row["patient_id"]),
            kind=MaskKind.NETWORK,
            path=cohort / str(row["path"]),
            sha256=str(row["sha256"]),
            series_key=str(row["series_key"]),
            linked_by=str(row["linked_by"]),
            scheme=str(row["scheme"]),
            scheme_source=str(row["scheme_source"]),
            description=str(row["description"]),
            made_by=MadeBy(
                str(row["network"]),
                str(row["network_version"]),
                str(row["network_sha256"]),
                str(row["backend"]),
            ),
        )
        for row in table[table["kind"] == MaskKind.NETWORK].to_dict("records")
    )
