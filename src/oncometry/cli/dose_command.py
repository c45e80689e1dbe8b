"""`oncometry dose`: the dose in the structures of a folder, no cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.dose_output import show_dose, tell_notices
from oncometry.cli.exits import Exit
from oncometry.cli.output import write_json
from oncometry.core import Code, SettingsError
from oncometry.dose import DEFAULT_METRICS, DoseSettings, metric_named
from oncometry.one_dose import measure_dose_folder, structure_rows

__all__ = ["dose_command"]


def dose_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DICOM_DIR", help="Folder with RTDOSE, RTSTRUCT and, if there, RTPLAN.")
    ],
    structure: Annotated[
        list[str] | None,
        typer.Option("--structure", metavar="NAME", help="Only this structure. May be repeated."),
    ] = None,
    fractions: Annotated[
        int | None,
        typer.Option("--fractions", metavar="N", min=1, max=200, help="Of the whole course [as the plan]."),
    ] = None,
    alpha_beta: Annotated[
        float | None,
        typer.Option("--alpha-beta", metavar="GY", help="Also give doses as EQD2 by this alpha/beta."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric", metavar="NAME", help="D2%, D2cc, V20Gy(%), gEUD(8), mean ... May be repeated."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Measure the dose in each structure: DVH metrics, EQD2, published NTCP models.

    Gives rows: structure, number, metric, unit, quantity, value, reason, why, endpoint, checked, doi, dose, summation_type,
    fractions, fractions_source, file_tag_ratio. Volumes are those of the stack of contour prisms, each end half a slice beyond
    its last contour.

    The number of fractions is the plan's that the dose names, or what --fractions declares; it is never guessed. Histograms
    that the file brings are held against ours, and their summary tags against their curve.

    Example: oncometry dose plan/ --structure Heart --metric D2% --metric mean --alpha-beta 3
    """
    measured = measure_dose_folder(folder, _settings(metric, alpha_beta, fractions), structure or ())
    tell_notices(measured)
    if json:
        write_json(list(structure_rows(measured)))
    else:
        show_dose(measured)
    drawn = [s for one in measured for s in one.structures if structure or not s.is_empty]
    done = [s.summary is not None for s in drawn]
    if not all(done) or not done:
        raise typer.Exit(Exit.SOME_FAILED if any(done) else Exit.CORRUPT_INPUT)


def _settings(metric: list[str] | None, alpha_beta: float | None, fractions: int | None) -> DoseSettings:
    names = [metric_named(name).name for name in metric or DEFAULT_METRICS]
    try:
        return DoseSettings.model_validate(
            {"metrics": names, "alpha_beta_gy": alpha_beta, "fractions": fractions}
        )
    except ValueError as error:
        raise SettingsError(
            Code.SETTINGS, f"--alpha-beta takes a positive number of Gy, got {alpha_beta}."
        ) from error
