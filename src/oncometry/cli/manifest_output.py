"""The manifest on stdout."""

from __future__ import annotations

import typer

from oncometry.cli.exits import Exit, exit_for_counts
from oncometry.cli.output import write_json, write_table
from oncometry.core import Code
from oncometry.pipeline import FileRecord, Manifest, MaskRecord, SeriesRecord, refused

__all__ = ["exit_for_manifest", "show_manifest"]


def show_manifest(manifest: Manifest, *, json: bool) -> None:
    """Every file with what became of it (JSON), or the series, masks and counts (text)."""
    if json:
        write_json(_as_json(manifest))
        return
    write_table(
        ("patient", "timepoint", "kind", "contrast", "grid", "description"),
        [
            *(
                (
                    s.patient_id,
                    s.timepoint.label if s.timepoint else None,
                    s.modality,
                    s.contrast,
                    s.geometry.describe(),
                    s.description,
                )
                for s in manifest.series
            ),
            *(
                (
                    m.patient_id,
                    m.timepoint.label if m.timepoint else None,
                    m.kind,
                    _scheme(m),
                    m.linked_by,
                    m.description,
                )
                for m in manifest.masks
            ),
        ],
    )
    refused = [f for f in manifest.files if f.code is not None]
    write_table(("refused", "code", "why"), [(f.shown, f.code, f.detail) for f in refused])
    counts = " + ".join(f"{n} {status}" for status, n in manifest.counts.items())
    typer.echo(f"files {len(manifest.files)} = {counts}")


def _scheme(mask: MaskRecord) -> str | None:
    """The label scheme, where it is known before the labels are read."""
    guessed = mask.scheme_source == "guessed" and not any(n.code is Code.LABELS_GUESSED for n in mask.notices)
    return None if guessed else mask.scheme


def _as_json(manifest: Manifest) -> dict[str, object]:
    return {
        "layout": manifest.layout,
        "counts": {"files": len(manifest.files), **{s.value: n for s, n in manifest.counts.items()}},
        "files": [_file(record) for record in manifest.files],
        "series": [_series(record) for record in manifest.series],
        "masks": [_mask(record) for record in manifest.masks],
        "notices": [str(notice) for notice in manifest.notices],
    }


def _file(f: FileRecord) -> dict[str, object]:
    return {
        "file": f.shown,
        "kind": f.kind,
        "status": f.status,
        "code": f.code,
        "detail": f.detail,
        "duplicate_of": f.duplicate_of,
        "member_of": f.member_of,
        "sha256": f.sha256,
    }


def _series(s: SeriesRecord) -> dict[str, object]:
    return {
        "key": s.key,
        "patient_id": s.patient_id,
        "timepoint": s.timepoint.number if s.timepoint else None,
        "modality": s.modality,
        "contrast": s.contrast,
        "confidence": s.confidence,
        "evidence": s.evidence,
        "unit": s.unit,
        "shape": s.geometry.shape,
        "spacing_mm": s.geometry.spacing_mm,
        "notices": [str(n) for n in s.notices],
    }


def _mask(m: MaskRecord) -> dict[str, object]:
    return {
        "key": m.key,
        "patient_id": m.patient_id,
        "timepoint": m.timepoint.number if m.timepoint else None,
        "kind": m.kind,
        "series_key": m.series_key,
        "linked_by": m.linked_by,
        "scheme": _scheme(m),
        "notices": [str(n) for n in m.notices],
    }


def exit_for_manifest(manifest: Manifest) -> Exit:
    """Done, some quarantined, nothing found, or all corrupt."""
    corrupt = bool(refused(manifest))
    return exit_for_counts(len(manifest.series) + len(manifest.masks), corrupt=corrupt, failed=False)
