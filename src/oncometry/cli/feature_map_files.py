"""Maps of features as files: a NIfTI file each, with a JSON file beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryFile
from typing import TypedDict

from pydantic import ValidationError

from oncometry.core import Code, SettingsError, Unit
from oncometry.core.faults import told_faults
from oncometry.features import (
    Device,
    FeatureMap,
    FeatureSpec,
    MapSettings,
    check_device,
    check_maps,
    map_sidecar,
)
from oncometry.io import sidecar_path, write_text, write_volume
from oncometry.io.files import coded_writing
from oncometry.one_features import read_map_settings

__all__ = ["MapRow", "check_map_folder", "map_settings_from", "write_maps"]


class MapRow(TypedDict):
    """A file that was written, with what it shows; it has values unless `reason` says why not."""

    image: str
    label: int
    filter: str
    family: str
    name: str
    ibsi_id: str
    tag: str
    unit: str
    reason: str | None
    file: str


def map_settings_from(
    spec: FeatureSpec,
    source: str,
    features: list[str],
    radius: int | None,
    outside: float | None,
    device: Device | None,
) -> MapSettings:
    """What the options ask for; what they leave open a parameter file may say.

    Args:
        source: of the spec, as given.

    Raises:
        SettingsError: `SETTINGS`, `DEVICE_MISSING`.
    """
    given = {"features": tuple(features), "radius": radius, "outside": outside, "device": device}
    told = {name: value for name, value in given.items() if value is not None}
    try:
        settings = MapSettings.model_validate(read_map_settings(source).model_dump() | told)
    except ValidationError as error:
        raise SettingsError(Code.SETTINGS, f"maps: {told_faults(error, MapSettings)[0]}.") from error
    check_maps(spec, settings, Unit.ARBITRARY)
    check_device(settings.device)
    return settings


def check_map_folder(output: Path | None) -> Path:
    """Where maps go.

    Raises:
        SettingsError: `SETTINGS`, no folder is named.
        StoreError: `WRITE_FAILED`, nothing can be written there.
    """
    if output is None:
        raise SettingsError(Code.SETTINGS, "--map writes files: name a folder for them with -o DIR.")
    if output.is_file() or output.suffix.lower() in (".csv", ".parquet", ".gz", ".nii"):
        raise SettingsError(Code.SETTINGS, f"-o {output}: with --map it names a folder, not a file.")
    with coded_writing(output, left="Nothing was computed."):
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=output):
            pass
    return output


def write_maps(
    folder: Path, name: str, found: Iterable[FeatureMap], spec: FeatureSpec, maps: MapSettings
) -> list[MapRow]:
    """Write each map, and JSON beside it.

    Args:
        name: what rows call the image.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    rows: list[MapRow] = []
    for one in found:
        path = folder / f"label-{one.source.label:03}_{one.name}.nii.gz"
        write_volume(one.to_image(maps.outside), path)
        write_text(sidecar_path(path), map_sidecar(one, spec, maps))
        c = one.column
        rows.append(
            MapRow(
                image=name,
                label=one.source.label,
                filter=one.filter,
                family=c.family.value,
                name=c.name,
                ibsi_id=c.ibsi_id,
                tag=c.tag,
                unit=c.unit,
                reason=None if one.reason is None else one.reason.value,
                file=str(path),
            )
        )
    return rows
