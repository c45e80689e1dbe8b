"""`oncometry labels`: what is in a mask."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import tell, write_json, write_table
from oncometry.cli.settings import settings_from
from oncometry.io import label_summary, read_mask_file
from oncometry.io.first_look import check_first

__all__ = ["labels_command"]


def labels_command(
    mask: Annotated[Path, typer.Argument(metavar="MASK", help="NIfTI, NRRD, DICOM SEG or RTSTRUCT.")],
    scheme: options.Scheme = None,
    geometry: options.Form = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """List the labels of a mask with voxels and milliliters, and the label schemes that fit.

    Example: oncometry labels sub-01_seg.nii.gz
    """
    settings = settings_from(config, scheme=scheme, geometry=geometry).curate
    check_first(None if mask.is_dir() else mask, settings=settings)
    summary = label_summary(read_mask_file(mask, scheme=settings.scheme, form=settings.geometry))
    for notice in summary.notices:
        tell(f"warning: {notice}")
    if json:
        write_json(
            {
                "scheme": summary.scheme,
                "scheme_source": summary.scheme_source,
                "fits": summary.fits,
                "labels": summary.rows,
                "notices": [str(n) for n in summary.notices],
            }
        )
        return
    write_table(
        ("label", "name", "compartment", "voxels", "ml"),
        [(*list(r.values())[:4], f"{r['volume_ml']:.3f}") for r in summary.rows],
    )
    fits = ", ".join(summary.fits) or "none"
    typer.echo(f"scheme: {summary.scheme} ({summary.scheme_source}); fitting: {fits}")
