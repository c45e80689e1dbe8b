"""The images behind an experiment's features, read from the cohort: scanners, protocol, masks, specs of features."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime

from oncometry.pipeline.experiment.cohort_features import kind_of_image
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.stored_rows import Row, plain_rows
from oncometry.prediction.imaging import FeatureSpecUsed, Imaging, MaskSource, Protocol
from oncometry.prediction.material import Material
from oncometry.store import Store

__all__ = ["imaging_behind", "imaging_of"]

OF_AN_IMAGE = re.compile(r"(?:delta\.)?(?:radiomics|deep)\.(?P<kind>[^.]+)\.[^.]+\.")
OF_A_SIZE = ("size.", "delta.size.")
SCANNER = ("manufacturer", "model", "field_strength_t")
OF_THE_PATIENT = ("patient_weight_kg",)
MOST_VALUES = 4


def imaging_behind(material: Material, database: str | None) -> Imaging | None:
    """Of an experiment on a cohort whose columns come from images; else None.

    Raises:
        StoreError: the cohort's database cannot be read.
    """
    cohort = material.experiment.cohort
    names = [column.name for column in material.table.columns]
    kinds = {found["kind"] for name in names if (found := OF_AN_IMAGE.match(name))}
    if cohort is None or not (kinds or any(name.startswith(OF_A_SIZE) for name in names)):
        return None
    patients = [str(p) for p in material.table.patients]
    sites = material.table.sites
    site_of = dict(zip(patients, map(str, sites), strict=True)) if sites is not None else {}
    with closing(CohortFolder.open(cohort, database).store(database)) as store:
        return imaging_of(store, dict.fromkeys(patients, "") | site_of, kinds)


def imaging_of(store: Store, sites: Mapping[str, str], kinds: Collection[str]) -> Imaging | None:
    """What is known of images of some kinds, or of all if none is named; None where there are none.

    Args:
        sites: patient -> site, '' where none is known.
    """
    with store.at_one_moment():
        every = [
            {**row, "kind": kind_of_image(row["modality"], row["contrast"])}
            for row in plain_rows(store.table("series"))
            if row["patient_id"] in sites
        ]
        series = [row for row in every if not kinds or row["kind"] in kinds]
        if not series:
            return None
        keys = {row["series_key"] for row in series}
        said: dict[str, dict[str, str]] = defaultdict(dict)
        for row in plain_rows(store.table("acquisition")):
            if row["series_key"] in keys:
                said[row["series_key"]][row["name"]] = str(row["value"])
        dates = [day for row in series if (day := _date(row["acquired"])) is not None]
        return Imaging(
            _protocols(series, sites, said),
            len({row["patient_id"] for row in series}),
            _described(series, said),
            min(dates, default=None),
            max(dates, default=None),
            _masks(plain_rows(store.table("segmentations")), sites),
            _specs(store, keys) if kinds else (),
            _prepared(plain_rows(store.table("volumes")), keys),
        )


def _protocols(
    series: Sequence[Row], sites: Mapping[str, str], said: Mapping[str, Mapping[str, str]]
) -> tuple[Protocol, ...]:
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in series:
        stated = said.get(row["series_key"], {})
        scanner = " ".join(
            f"{stated[name]} T" if name == "field_strength_t" else stated[name]
            for name in SCANNER
            if name in stated
        )
        groups[row["kind"], sites[row["patient_id"]], scanner].append(row)
    return tuple(
        Protocol(
            *place,
            len({row["patient_id"] for row in members}),
            len(members),
            _spacing(members),
            _stated([said.get(row["series_key"], {}) for row in members]),
        )
        for place, members in sorted(groups.items())
    )


def _spacing(members: Sequence[Row]) -> tuple[tuple[float, float], tuple[float, float]] | None:
    plane = [row[f"spacing_{axis}_mm"] for row in members for axis in "ij" if row[f"spacing_{axis}_mm"]]
    across = [row["spacing_k_mm"] for row in members if row["spacing_k_mm"]]
    if not plane or not across:
        return None
    return (min(plane), max(plane)), (min(across), max(across))


def _stated(members: Iterable[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Parameters but for those that name the scanner; their unit is in the name."""
    found: dict[str, list[str]] = defaultdict(list)
    for stated in members:
        for name, value in stated.items():
            if name not in SCANNER + OF_THE_PATIENT:
                found[name].append(value)
    return tuple((name, _range(values)) for name, values in sorted(found.items()))


def _range(values: Sequence[str]) -> str:
    """'2 to 3.5', 'SE', 'GR, SE'."""
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        words = sorted(set(values))
        return ", ".join(words[:MOST_VALUES]) + (" ..." if len(words) > MOST_VALUES else "")
    low, high = f"{min(numbers):g}", f"{max(numbers):g}"
    return low if low == high else f"{low} to {high}"


def _described(series: Sequence[Row], said: Mapping[str, object]) -> int:
    """Patients each of whose images came with acquisition parameters."""
    lacking = {row["patient_id"] for row in series if row["series_key"] not in said}
    return len({row["patient_id"] for row in series} - lacking)


def _date(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    return date.fromisoformat(str(value)[:10])


def _masks(masks: Iterable[Row], sites: Mapping[str, str]) -> tuple[MaskSource, ...]:
    counts: Counter[tuple[str, bool]] = Counter()
    for mask in masks:
        if mask["patient_id"] in sites:
            made = bool(mask["network"])
            by = f"network {mask['network']} {mask['network_version']}" if made else str(mask["kind"])
            counts[by, made] += 1
    return tuple(MaskSource(by, made, count) for (by, made), count in sorted(counts.items()))


def _specs(store: Store, keys: Collection[str]) -> tuple[FeatureSpecUsed, ...]:
    regions = store.feature_regions()
    regions = regions[regions["series_key"].isin(keys)]
    found = [
        FeatureSpecUsed(
            str(sha256),
            store.parameters(str(sha256)),
            tuple(sorted({str(unit) for unit in members["image_unit"]})),
            len(members),
        )
        for sha256, members in regions.groupby("spec_sha256")
    ]
    return tuple(sorted(found, key=lambda spec: (-spec.regions, spec.sha256)))


def _prepared(volumes: Iterable[Row], keys: Collection[str]) -> tuple[str, ...]:
    names = [
        str(step["name"])
        for volume in volumes
        if volume["series_key"] in keys and volume["derivation"] != "native"
        for step in json.loads(volume["steps"] or "[]")
    ]
    return tuple(dict.fromkeys(names))
