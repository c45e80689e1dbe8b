"""`oncometry labels`: what is in a mask."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import write_json, write_table
from oncometry.core import fitting_schemes
from oncometry.io import read_mask_file

__all__ = ["labels_command"]


def labels_command(
    mask: Annotated[Path, typer.Argument(metavar="MASK", help="NIfTI, NRRD, DICOM SEG or RTSTRUCT.")],
    scheme: options.Scheme = None,
    json: options.Json = False,
) -> None:
    """List the labels of a mask with voxels and milliliters, and the label schemes that fit.

    Example: oncometry labels sub-01_seg.nii.gz
    """
    segmentation = read_mask_file(mask, scheme=scheme)
    voxel_ml = segmentation.geometry.voxel_volume_mm3 / 1000
    rows = [
        {
            "label": s.number,
            "name": s.name,
            "compartment": s.compartment.value,
            "voxels": s.voxels,
            "volume_ml": s.voxels * voxel_ml,
        }
        for s in segmentation
    ]
    fits = [s.name for s in fitting_schemes(s.number for s in segmentation)]
    if json:
        write_json(
            {
                "scheme": segmentation.scheme,
                "scheme_source": segmentation.scheme_source,
                "fits": fits,
                "labels": rows,
            }
        )
        return
    write_table(
        ("label", "name", "compartment", "voxels", "ml"),
        [(*list(r.values())[:4], f"{r['volume_ml']:.3f}") for r in rows],
    )
    typer.echo(
        f"scheme: {segmentation.scheme} ({segmentation.scheme_source}); fitting: {', '.join(fits) or 'none'}"
    )
