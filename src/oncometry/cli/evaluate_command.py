"""`oncometry evaluate`: predicted masks against true ones, no cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.evaluate_output import Evaluated, show, write_results
from oncometry.cli.exits import Exit
from oncometry.cli.output import tell, write_json
from oncometry.cli.settings import settings_from
from oncometry.core import Code, SettingsError
from oncometry.core.schemes import scheme_named
from oncometry.evaluation import EvaluationSettings
from oncometry.io.mask_pairs import pair_masks
from oncometry.one_evaluation import CaseFailed, EvaluationJob, evaluate_each

__all__ = ["evaluate_command"]


def evaluate_command(
    predicted: Annotated[
        Path,
        typer.Argument(metavar="PRED", help="A mask (NIfTI, NRRD, SEG, RTSTRUCT), or a folder of masks."),
    ],
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH", help="The true mask, or a folder of masks of the same names.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Write cases.csv, summary.json, plots and a page."
        ),
    ] = None,
    scheme: options.Scheme = None,
    truth_scheme: Annotated[
        str | None,
        typer.Option(
            "--truth-scheme", metavar="NAME", help="Label scheme of the truth, where it is another."
        ),
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance-mm", metavar="MM", min=0, help="Surfaces nearer than this agree.")
    ] = 1.0,
    surface: Annotated[
        str,
        typer.Option("--surface", metavar="HOW", help="surfels (as surface-distance) or voxels (as MONAI)."),
    ] = "surfels",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the bootstrap.")] = 0,
    geometry: options.Form = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Compare predicted masks with true ones: Dice, distances, lesions, bias of sizes, with intervals.

    Of each case and region (WT, TC, ET where the label schemes have them, else each label): Dice, HD95, surface Dice,
    lesion-wise Dice, HD95 and F1 by the rules of BraTS 2023, bias of volume and longest diameter. Files of two folders
    are paired by the case that their names tell; those without a counterpart are told.

    Example: oncometry evaluate predictions labels --scheme brats-2023 -o evaluation
    """
    settings = settings_from(config, scheme=scheme, geometry=geometry)
    if truth_scheme is not None:
        scheme_named(truth_scheme)
    job = EvaluationJob(settings, _chosen(tolerance, surface, seed), truth_scheme)
    paired = pair_masks(predicted, truth)
    scores, failed = [], []
    for case in evaluate_each(paired.pairs, job):
        if isinstance(case, CaseFailed):
            if len(paired.pairs) == 1:
                raise case.error
            failed.append(case)
        else:
            scores.append(case)
    evaluated = Evaluated(tuple(scores), tuple(failed), paired.unpaired, job.evaluation)
    for notice in dict.fromkeys(n for case in scores for n in case.notices):
        tell(f"warning: {notice}")
    for line in evaluated.told:
        tell(f"left out: {line}")
    if output is not None and scores:
        write_results(evaluated, output)
        tell(f"written: {output / 'index.html'}")
    if json:
        write_json(evaluated.to_json())
    elif scores:
        show(evaluated)
    if failed:
        raise typer.Exit(Exit.SOME_FAILED if scores else Exit.CORRUPT_INPUT)


def _chosen(tolerance_mm: float, surface: str, seed: int) -> EvaluationSettings:
    if surface not in ("surfels", "voxels"):
        raise SettingsError(Code.SETTINGS, f"--surface takes surfels or voxels, got {surface!r}.")
    try:
        return EvaluationSettings.model_validate(
            {"tolerance_mm": tolerance_mm, "surface": surface, "seed": seed}
        )
    except ValueError as error:
        raise SettingsError(
            Code.SETTINGS, f"--tolerance-mm takes a finite number of mm, got {tolerance_mm}."
        ) from error
