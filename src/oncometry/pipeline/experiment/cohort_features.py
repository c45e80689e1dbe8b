"""Columns `radiomics.*` and `deep.*` of a cohort: of one lesion a patient, the largest at the first visit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oncometry.core import Code, Compartment, LesionReading, LesionStatus, Quantity
from oncometry.pipeline.experiment.cohort_columns import CohortColumns, some
from oncometry.store import Store

__all__ = ["VANISHED", "ChosenRegion", "add_features", "chosen_regions", "kind_of_image"]

RADIOMICS, DEEP = "radiomics", "deep"
VANISHED = "vanished"
"""The column of a region, in the place of a feature's tag: whether the lesion that is followed is gone at a visit."""
ORDER = (Quantity.VOLUME_ML, Quantity.LONGEST_DIAMETER_MM)


@dataclass(frozen=True)
class ChosenRegion:
    """A region whose features a patient's row has.

    Attributes:
        extraction: as `Store.region_features` takes it.
        image: contrast, or modality where the contrast is not known.
    """

    extraction: int
    patient: str
    lesion: str
    visit: int
    mask_key: str
    mask_lesion: int
    compartment: str
    series_key: str
    image: str
    spec_sha256: str

    @property
    def name(self) -> str:
        """'T1c.whole', as columns call it."""
        return f"{self.image}.{self.compartment}"


def add_features(columns: CohortColumns, store: Store, chosen: Mapping[str, Sequence[LesionReading]]) -> None:
    """`radiomics.IMAGE.COMPARTMENT.TAG@K` and `deep. ...`, where they are asked for.

    Args:
        chosen: patient -> this program's readings.
    """
    regions = [
        region
        for region in chosen_regions(columns, store, chosen)
        if any(
            columns.asks(f"{d}{kind}.{region.name}.") for d in ("", "delta.") for kind in (RADIOMICS, DEEP)
        )
    ]
    if not regions:
        return
    matrix = store.region_features([region.extraction for region in regions])
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at, region in enumerate(regions):
        groups[region.name, region.visit].append(at)
    for (name, visit), members in sorted(groups.items()):
        rows = [columns.place[regions[at].patient] for at in members]
        block = np.full((len(matrix.names), len(columns.patients)), np.nan)
        block[:, rows] = matrix.numbers[:, members]
        there = np.isfinite(block).any(axis=1)
        day = columns.day_of_visit(visit)
        for at in map(int, np.flatnonzero(there)):
            kind = DEEP if matrix.families[at] == DEEP else RADIOMICS
            columns.put(f"{kind}.{name}.{matrix.names[at]}@{visit}", block[at], day)
    _add_vanished(columns, regions, _gone(columns, chosen))


def _gone(columns: CohortColumns, chosen: Mapping[str, Sequence[LesionReading]]) -> set[tuple[str, str, int]]:
    """(patient, compartment, visit) at which the lesion that is followed, or this part of it, is not there any more."""
    found = set()
    for patient, readings in chosen.items():
        numbers, lesion = _followed(columns, patient, readings)
        absent = [r for r in readings if r.lesion == lesion and r.status is LesionStatus.ABSENT]
        for reading in absent:
            if (visit := numbers.get(reading.timepoint, 1)) > 1:
                whole = reading.compartment is Compartment.WHOLE
                parts = tuple(Compartment) if whole else (reading.compartment,)
                found |= {(patient, part.value, visit) for part in parts}
    return found


def _add_vanished(
    columns: CohortColumns, regions: Sequence[ChosenRegion], gone: set[tuple[str, str, int]]
) -> None:
    """`KIND.IMAGE.COMPARTMENT.vanished@K` and its `delta.`, where of any patient with features at the first visit it is 1.

    Features of what is gone are not missing at random: a model is told.
    """
    there = {(region.patient, region.name, region.visit) for region in regions}
    first = {(r.patient, r.image, r.compartment) for r in regions if r.visit == 1}
    kinds = [k for k in (RADIOMICS, DEEP) if any(name.startswith(f"{k}.") for name in columns.columns)]
    visits = defaultdict(set)
    for patient, part, visit in gone:
        visits[patient, part].add(visit)
    for image, compartment, visit in sorted({(i, c, v) for p, i, c in first for v in visits[p, c]}):
        name = f"{image}.{compartment}"
        cells = np.full(len(columns.patients), np.nan)
        lost = [p for p, i, c in first if (i, c) == (image, compartment) and (p, c, visit) in gone]
        cells[[columns.place[p] for p, n, v in there if (n, v) == (name, visit)]] = 0.0
        cells[[columns.place[p] for p in lost]] = 1.0
        day = columns.day_of_visit(visit)
        for kind in kinds:
            columns.put(f"{kind}.{name}.{VANISHED}@{visit}", cells, day)
            columns.put(f"delta.{kind}.{name}.{VANISHED}@{visit}", cells, day)
        columns.tell(
            Code.ABSENT,
            f"features of {name} at visit {visit}: of {len(lost)} patients the lesion is gone ({some(lost)}). They and their "
            f"change are missing there, and not at random: {name}.{VANISHED}@{visit} is 1.",
        )


def chosen_regions(
    columns: CohortColumns, store: Store, chosen: Mapping[str, Sequence[LesionReading]]
) -> list[ChosenRegion]:
    """Every compartment of each patient's lesion in each kind of image at each visit, one region each.

    Of several images of a kind the one that the mask was drawn on counts, else the first by key.
    """
    frame = store.feature_regions()
    if frame.empty:
        return []
    masks = _masks(columns, store, chosen)
    keys = pd.Series(list(zip(frame["patient_id"], frame["lesion"], frame["mask_key"], strict=True)))
    visits = keys.map(masks)
    frame = frame.loc[visits.notna().to_numpy()].assign(visit=visits.dropna().astype(int).to_numpy())
    drawn_on = store.table("segmentations").set_index("mask_key")["series_key"].to_dict()
    frame = frame.assign(
        image=[kind_of_image(m, c) for m, c in zip(frame["modality"], frame["contrast"], strict=True)],
        other=[drawn_on.get(m) != s for m, s in zip(frame["mask_key"], frame["series_key"], strict=True)],
    )
    return _one_each(columns, frame)


def _one_each(columns: CohortColumns, frame: pd.DataFrame) -> list[ChosenRegion]:
    """One region a patient, visit, compartment, kind of image and kind of feature; of the spec that most regions have."""
    specs = Counter(frame["spec_sha256"])
    frame = frame.assign(common=[-specs[spec] for spec in frame["spec_sha256"]])
    place = ["patient_id", "visit", "compartment", "image"]
    frame = frame.sort_values([*place, "other", "series_key", "common", "extraction_id"])
    first = frame.groupby(place, sort=False)["series_key"].transform("first")
    several = frame.loc[first != frame["series_key"], "patient_id"]
    if len(several):
        columns.tell(
            Code.SOURCE_DIFFERS,
            f"features: {several.nunique()} patients have several images of a kind at a visit ({some(several)}): "
            "taken is the one that the mask was drawn on, else the first.",
        )
    kept = frame[first == frame["series_key"]].drop_duplicates([*place, "spec_sha256"])
    names = ["extraction_id", "patient_id", "lesion", "visit", "mask_key", "mask_lesion", "compartment"]
    return [
        ChosenRegion(int(x), p, lesion, int(v), mask, int(n), c, series, image, spec)
        for x, p, lesion, v, mask, n, c, series, image, spec in kept[
            [*names, "series_key", "image", "spec_sha256"]
        ].itertuples(index=False)
    ]


def kind_of_image(modality: str, contrast: str | None) -> str:
    """'T1c', 'CT+C'; the modality where no contrast is known."""
    return modality if contrast in (None, "", "unknown") else str(contrast)


def _masks(
    columns: CohortColumns, store: Store, chosen: Mapping[str, Sequence[LesionReading]]
) -> dict[tuple[str, str, str], int]:
    """(patient, its largest lesion, mask that it was measured in) -> visit."""
    measured = store.table("measurements")
    mask_of = dict(zip(measured["value_id"], measured["mask_key"], strict=True))
    found: dict[tuple[str, str, str], int] = {}
    for patient, readings in chosen.items():
        numbers, lesion = _followed(columns, patient, readings)
        for reading in readings:
            if lesion is not None and reading.lesion == lesion and reading.timepoint in numbers:
                for source in reading.sources:
                    if source in mask_of:
                        found[patient, lesion, mask_of[source]] = numbers[reading.timepoint]
    return found


def _followed(
    columns: CohortColumns, patient: str, readings: Sequence[LesionReading]
) -> tuple[dict[str, int], str | None]:
    """Numbers of a patient's visits by label, and the lesion that is followed over them."""
    numbers = {v.label: v.number for v in columns.visits.get(patient, ()) if v.is_ordered}
    return numbers, _largest([r for r in readings if numbers.get(r.timepoint) == 1])


def _largest(readings: Sequence[LesionReading]) -> str | None:
    """The lesion of the largest whole volume, else diameter; of equal ones the first by name."""
    wholes = [r for r in readings if r.compartment is Compartment.WHOLE and r.status is LesionStatus.MEASURED]
    sized = [([_value(r, quantity) for quantity in ORDER], r.lesion) for r in wholes]
    return min(sized, key=lambda one: ([-value for value in one[0]], one[1]))[1] if sized else None


def _value(reading: LesionReading, quantity: Quantity) -> float:
    return reading.values.get(quantity, 0.0)  # noqa: PD011 -- a mapping, no frame
