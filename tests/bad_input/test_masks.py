"""Masks through `oncometry measure`: refused with a code and exit 4, or measured right."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from oncometry.cli.exits import Exit, exit_for
from oncometry.core import OncometryError, OncometryWarning
from oncometry.one_mask import measure_mask

from .examined import examine
from .mask_rows import MASK_ROWS, TRUE_ML
from .row import BadInput, Outcome

VARIANTS = [pytest.param(v, id=f"{row.what[:40]}-{v.name}") for row in MASK_ROWS for v in row.variants]


def _measure(folder: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Rows, and code -> what was said under it."""
    (mask,) = [p for p in folder.iterdir() if p.name.startswith("mask")]
    images = [p for p in folder.iterdir() if p.name.startswith("image")]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rows = measure_mask(mask, images[0] if images else None)
    assert all(isinstance(w.message, OncometryWarning) for w in caught), [str(w.message) for w in caught]
    notices = [w.message.notice for w in caught if isinstance(w.message, OncometryWarning)]
    return rows, {str(n.code): str(n) for n in notices}


@pytest.mark.parametrize("bad", VARIANTS)
def test_mask(bad: BadInput, tmp_path: Path) -> None:
    bad.make(tmp_path)
    if bad.outcome is Outcome.REFUSED:
        with pytest.raises(OncometryError) as caught:
            _measure(tmp_path)
        error = caught.value
        assert (str(error.code), exit_for(error)) == (bad.code, Exit.CORRUPT_INPUT)
        assert error.path is not None
        assert all(part in str(error) for part in bad.told), str(error)
        return
    rows, said = _measure(tmp_path)
    if bad.name in TRUE_ML:
        whole = sum(float(str(r["volume_ml"])) for r in rows if r["compartment"] != "whole" or len(rows) == 1)
        assert whole == pytest.approx(TRUE_ML[bad.name], rel=0.02)
    if bad.code == "REFERENCES_ABSENT":  # one file alone refers to none: it is said where images are known
        found = examine(tmp_path)
        assert bad.code in found.notices
    elif bad.code is not None:
        assert bad.code in said | _withheld(rows), said
        assert all(part in said[bad.code] for part in bad.told), said[bad.code]


def _withheld(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Codes that stand in the rows."""
    flags = [str(flag) for row in rows for flag in row["flags"]]
    reasons = [
        str(code) for row in rows for code in row.get("intensity", {"reasons": {}})["reasons"].values()
    ]
    return dict.fromkeys([*flags, *reasons], "")
