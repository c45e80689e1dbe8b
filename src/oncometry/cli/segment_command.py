"""`oncometry segment`: a lesion that a hint shows, no cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import write_json, write_pairs
from oncometry.cli.settings import settings_from
from oncometry.core import Code, SettingsError
from oncometry.io.first_look import check_first
from oncometry.one_hint import segment_with_hint
from oncometry.segmentation.hint import Hint, HintKind, hint_of

__all__ = ["segment_command"]


def segment_command(
    source: Annotated[
        Path,
        typer.Argument(metavar="INPUT", help="NIfTI, NRRD or DICOM file, or a folder of one DICOM series."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder of what is written.")],
    point: Annotated[
        str | None, typer.Option("--point", metavar="X,Y,Z", help="A click in the lesion, mm.")
    ] = None,
    box: Annotated[
        str | None, typer.Option("--box", metavar="X,Y,Z,X,Y,Z", help="Two opposite corners around it, mm.")
    ] = None,
    diameter: Annotated[
        str | None, typer.Option("--diameter", metavar="X,Y,Z,X,Y,Z", help="The ends of its RECIST line, mm.")
    ] = None,
    ras: Annotated[bool, typer.Option("--ras", help="The numbers are RAS, not LPS.")] = False,
    geometry: options.Form = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Segment a lesion in three dimensions from a click, a box or its RECIST line.

    Writes NAME_dseg.nii.gz (label 1), NAME_probseg.nii.gz and NAME_dseg.json (hint, settings, hash of the image, volume
    with its 95 % interval) into the folder. A volume that depends on where exactly the hint lies is told:
    HINT_UNSTABLE.

    Example: oncometry segment ct.nii.gz --diameter 40.1,12,310,12.5,20,310 -o lesion
    """
    hint = _hint({"point": point, "box": box, "diameter": diameter}, ras=ras)
    settings = settings_from(config, geometry=geometry)
    check_first(source, settings=settings.curate)
    done = segment_with_hint(source, hint, output, form=settings.curate.geometry)
    if json:
        write_json(done.said)
        return
    low, high = done.interval_ml
    write_pairs(
        {
            "volume_ml": f"{done.volume_ml:.4g}",
            "interval_ml": f"{low:.4g} to {high:.4g}",
            "labels": done.labels,
            "probability": done.probability,
            "sidecar": done.sidecar,
        }
    )


def _hint(given: dict[HintKind, str | None], *, ras: bool) -> Hint:
    """The one hint that was given."""
    there = {kind: text for kind, text in given.items() if text is not None}
    if len(there) != 1:
        named = " and ".join(f"--{kind}" for kind in there) or "none"
        raise SettingsError(
            Code.SETTINGS, f"a lesion needs one of --point, --box and --diameter, got {named}."
        )
    kind, text = next(iter(there.items()))
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise SettingsError(
            Code.SETTINGS, f"--{kind} takes numbers in mm with commas between, got {text!r}."
        ) from None
    return hint_of(kind, numbers, ras=ras)
