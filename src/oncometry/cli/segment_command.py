"""`oncometry segment`: a lesion that a hint shows, or what a network finds, no cohort."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import tell, write_json, write_pairs
from oncometry.cli.settings import settings_from
from oncometry.core import Code, Contrast, NothingFoundError, SettingsError
from oncometry.io.first_look import check_first
from oncometry.io.settings import CurateSettings
from oncometry.one_hint import segment_with_hint
from oncometry.one_segmentation import segment_images
from oncometry.segmentation.hint import Hint, HintKind, hint_of
from oncometry.segmentation.opening import open_network

__all__ = ["segment_command"]


def segment_command(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder of what is written.")],
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="INPUT",
            help="With a hint: NIfTI, NRRD or DICOM file, or a folder of one DICOM series. With a network: a folder of one "
            "examination, sequences named as BraTS, nnU-Net or BIDS do, all on one grid (`oncometry run` takes them raw).",
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            "--network",
            metavar="NAME|PATH",
            help="A network of `oncometry networks list`, or its card or weights [the one shipped].",
        ),
    ] = None,
    brain: Annotated[
        str | None,
        typer.Option(
            "--brain",
            metavar="NAME|PATH|none",
            help="What finds the brain where the skull is on [the one shipped].",
        ),
    ] = None,
    t1: Annotated[
        Path | None,
        typer.Option("--t1", metavar="FILE", help="Without INPUT: the examination's T1."),
    ] = None,
    t1c: Annotated[
        Path | None, typer.Option("--t1c", metavar="FILE", help="Its T1 after contrast, on the same grid.")
    ] = None,
    t2: Annotated[Path | None, typer.Option("--t2", metavar="FILE", help="Its T2, on the same grid.")] = None,
    flair: Annotated[
        Path | None, typer.Option("--flair", metavar="FILE", help="Its FLAIR, on the same grid.")
    ] = None,
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
    saliency: Annotated[
        bool,
        typer.Option("--saliency", help="With a network: also where it looked; a run of it for each patch."),
    ] = False,
    geometry: options.Form = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Segment a lesion from a click, a box or its RECIST line, or an examination by a network.

    Writes NAME_dseg.nii.gz, NAME_probseg.nii.gz and NAME_dseg.json into the folder. With a hint: label 1, and the volume
    with its 95 % interval; a volume that depends on where exactly the hint lies is told, HINT_UNSTABLE, and an
    outline that the image does not show, HINT_EDGE_UNSEEN. With a network:
    labels of its scheme, a probability for each region, what was missing or looked wrong. A folder, or files by --t1, --t1c,
    --t2 and --flair (a DICOM series is a folder), without a hint: by the tumor network that is shipped. With --saliency also
    NAME_saliency.nii.gz: how far the mean probability of the largest region falls when a place is blurred away.

    Example: oncometry segment ct.nii.gz --diameter 40.1,12,310,12.5,20,310 -o lesion

    Example: oncometry segment --t1c t1c.nii.gz --flair flair.nii.gz -o masks
    """
    settings = settings_from(config, geometry=geometry)
    hints: dict[HintKind, str | None] = {"point": point, "box": box, "diameter": diameter}
    sequences = {Contrast.T1: t1, Contrast.T1C: t1c, Contrast.T2: t2, Contrast.FLAIR: flair}
    files = {contrast: path for contrast, path in sequences.items() if path is not None}
    hinted = [f"--{kind}" for kind, text in hints.items() if text is not None]
    folder = source is not None and source.is_dir()
    if network is not None or brain is not None or ((files or folder) and not hinted):
        _refuse_both(hinted)
        write = write_json if json else write_pairs
        write(_by_network(source, files, (network, brain), output, settings.curate, saliency=saliency))
        return
    if saliency:
        raise SettingsError(Code.SETTINGS, "--saliency goes with a network: a hint is followed without one.")
    if source is None or files:
        raise SettingsError(
            Code.SETTINGS,
            "--t1, --t1c, --t2 and --flair go with a network, not with a hint."
            if files
            else "there is no INPUT.",
            advice="Name an image and a hint, or an examination.",
        )
    if not source.exists():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such file or folder.", path=source)
    hint = _hint(hints, ras=ras)
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


def _by_network(
    source: Path | None,
    files: Mapping[Contrast, Path],
    networks: tuple[str | None, str | None],
    output: Path,
    curate: CurateSettings,
    *,
    saliency: bool,
) -> dict[str, object]:
    """One examination by a tumor network, which a brain network may serve; what is said of it."""
    if (source is None) is (not files):
        raise SettingsError(
            Code.SETTINGS,
            "an examination is a folder as INPUT, or files by --t1, --t1c, --t2, --flair: one of the two.",
        )
    if source is not None and not source.is_dir():
        raise SettingsError(
            Code.SETTINGS,
            "a network takes a folder of one examination.",
            path=source,
            advice="Name a single file by its sequence: --t1c FILE, say.",
        )
    check_first(*files.values(), settings=curate)
    network = open_network(*networks)
    given = source if source is not None else files
    done = segment_images(given, network, output, form=curate.geometry, saliency=saliency)
    for notice in done.segmented.notices:
        tell(f"notice: {notice}")
    told: dict[str, object] = {}
    for name, region in done.trust.items():
        told[f"{name}_ml"] = round(region.volume_ml, 3)
        if region.interval_ml is not None:
            span = "{:.4g} to {:.4g} ({:.0f} %)"
            coverage = 100 * done.segmented.card.volume_coverage
            told[f"{name}_interval_ml"] = span.format(*region.interval_ml, coverage)
        if region.expected_dice is not None:
            told[f"{name}_expected_dice"] = round(region.expected_dice, 3)
    return {
        **told,
        "network": done.segmented.card.name,
        "backend": done.segmented.backend,
        "labels": str(done.labels),
        "probability": None if done.probabilities is None else str(done.probabilities),
        **({} if done.saliency is None else {"saliency": str(done.saliency)}),
        "sidecar": str(done.sidecar),
    }


def _refuse_both(hinted: list[str]) -> None:
    if hinted:
        raise SettingsError(Code.SETTINGS, f"{hinted[0]} and a network are two ways: name one.")


def _hint(given: dict[HintKind, str | None], *, ras: bool) -> Hint:
    """The one hint that was given."""
    there = {kind: text for kind, text in given.items() if text is not None}
    if len(there) != 1:
        named = " and ".join(f"--{kind}" for kind in there) or "none"
        raise SettingsError(
            Code.SETTINGS,
            f"a lesion needs one of --point, --box and --diameter, got {named}.",
            advice="Or let a network find a brain tumor: --t1c FILE, say, or a folder of one examination.",
        )
    kind, text = next(iter(there.items()))
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise SettingsError(
            Code.SETTINGS, f"--{kind} takes numbers in mm with commas between, got {text!r}."
        ) from None
    return hint_of(kind, numbers, ras=ras)
