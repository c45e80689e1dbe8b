"""`oncometry run`: the main job."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.carry_out import carry_out, exit_for_summary, tell_findings
from oncometry.cli.output import tell, write_json, write_pairs
from oncometry.cli.reliability_sources import judge_cohort
from oncometry.cli.report_command import draw_report
from oncometry.cli.secret import key_of
from oncometry.cli.settings import settings_from
from oncometry.cohort_reliability import Perturbing
from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.core.processors import cores
from oncometry.features.reliability import IccKind
from oncometry.io.deidentify import Key
from oncometry.pipeline import Reporter, RunRequest, RunSummary, progress_for

__all__ = ["run_command"]


def run_command(
    inputs: options.Inputs,
    output: options.Output,
    masks: options.Masks = None,
    clinical: Annotated[
        Path | None, typer.Option("--clinical", metavar="SHEET", help="Clinical data, CSV or XLSX.")
    ] = None,
    reads: Annotated[
        list[Path] | None,
        typer.Option(
            "--reads", metavar="FILE", help="Manual reads of lesions, a table or DICOM SR; may be repeated."
        ),
    ] = None,
    scheme: options.Scheme = None,
    join: options.Join = None,
    geometry: options.Form = None,
    slices: options.Slices = None,
    deidentify: Annotated[
        bool,
        typer.Option("--deidentify", help="De-identify everything first; the rest sees only pseudonyms."),
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="The secret key of --deidentify, outside the cohort."),
    ] = None,
    new_key: options.NewKey = False,
    config: options.Config = None,
    database: options.Database = None,
    jobs: options.Jobs = None,
    fresh: options.Fresh = False,
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Curate, preprocess, measure, follow and report a folder of scans.

    Takes folders, zips or files; gives a cohort: images, database, report.

    Example: oncometry run scans/ -o cohort --clinical patients.xlsx
    """
    settings = settings_from(config, scheme=scheme, join_mm=join, geometry=geometry, slices=slices)
    request = RunRequest(
        inputs=tuple(inputs),
        cohort=output,
        masks=masks,
        clinical=clinical,
        reads=tuple(reads or ()),
        settings=settings,
        database=database,
        jobs=jobs,
        fresh=fresh,
        key=_key(key, output, (*inputs, masks, clinical, *(reads or ())), asked=deidentify, new=new_key),
    )
    began = time.perf_counter()
    with progress_for(quiet=quiet) as reporter:
        ran = carry_out(request, reporter, dry_run=dry_run, json=json)
        judged = _judge(request, reporter)
        page = draw_report(output, database, jobs, reporter)
    seconds = round(time.perf_counter() - began, 1)
    summary = replace(ran.summary, report=str(page), seconds=seconds)
    _show_summary(summary, json=json)
    tell_findings(ran)
    for line in judged:
        tell(f"left out of reliability: {line}")
    raise typer.Exit(exit_for_summary(summary))


def _judge(request: RunRequest, reporter: Reporter) -> list[str]:
    """Tell how far features can be relied on, where that is asked; a line for each thing that is left out."""
    spec, perturbation = request.settings.features.chosen, request.settings.features.chosen_perturbation
    if spec is None or perturbation is None:
        return []
    asked = Perturbing(spec, perturbation, IccKind.ONE_WAY, request.jobs or cores())
    try:
        return judge_cohort(request.cohort, asked, request.database, reporter)[1]
    except NothingFoundError as error:
        return [str(error)]


def _key(
    path: Path | None, cohort: Path, inputs: tuple[Path | None, ...], *, asked: bool, new: bool
) -> Key | None:
    """The key of de-identification; None where that is not asked for.

    Raises:
        SettingsError: one of --deidentify and --key without the other.
    """
    if path is not None and asked:
        return key_of(path, cohort, inputs, new=new)
    if asked:
        raise SettingsError(
            Code.SETTINGS,
            "--deidentify needs a key.",
            advice="Give --key FILE; with --new-key it is made there.",
        )
    if path is not None or new:
        raise SettingsError(
            Code.SETTINGS, "a key is for --deidentify, which was not given.", advice="Add --deidentify."
        )
    return None


def _show_summary(summary: RunSummary, *, json: bool) -> None:
    """The numbers of a run on stdout."""
    if json:
        write_json(summary.to_json())
        return
    clean = summary.deidentified
    if clean is not None:
        left = ", ".join(f"{n} {code}" for code, n in clean.quarantined.items()) or "none"
        tell(
            f"de-identified: {clean.files} files = {clean.written} written + {clean.duplicates} duplicate + "
            f"{clean.opened} opened + {sum(clean.quarantined.values())} left out ({left})"
        )
        doubtful = {**clean.notices, **clean.cells_left_out}
        said = [f"{count} {what}" for what, count in doubtful.items()] + list(clean.columns_left_out)
        if said:
            tell(f"de-identified: look at {', '.join(said)}")
    files = f"{summary.files} = {summary.used} used + {summary.duplicate} duplicate + {summary.quarantined} quarantined"
    pairs: dict[str, object] = {"files": files, "layout": summary.layout}
    pairs |= {f"  {code}": n for code, n in summary.by_code.items()}
    for name in ("patients", "timepoints", "series", "masks", "lesions", "observations", "small_parts"):
        pairs[name] = getattr(summary, name)
    pairs |= {f"notice {code}": n for code, n in summary.notices.items()}
    if summary.clinical:
        pairs["clinical"] = ", ".join(f"{n} {what}" for what, n in summary.clinical.items())
        pairs |= {f"row {code}": n for code, n in summary.clinical_remarks.items()}
    if summary.of_sheets:
        pairs["patients of sheets"] = f"{summary.of_sheets}, without images"
    if summary.reads is not None:
        pairs["reads"] = ", ".join(f"{n} {what}" for what, n in summary.reads.items() if n)
    if summary.segmented:
        pairs["visits without masks"] = ", ".join(f"{n} {what}" for what, n in summary.segmented.items())
    for criteria, categories in summary.responses.items():
        called = ", ".join(f"{name} {n}" for name, n in categories.items())
        count = sum(categories.values())
        patients = "1 patient" if count == 1 else f"{count} patients"
        pairs[f"responses ({criteria})"] = f"{patients}: {called} at the last visit"
    pairs["rows added"] = summary.rows_added
    pairs["steps"] = f"{summary.steps_run} of {summary.steps} run, {summary.seconds} s"
    if summary.report:
        pairs["report"] = summary.report
    write_pairs(pairs)
