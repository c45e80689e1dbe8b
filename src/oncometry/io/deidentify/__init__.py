"""De-identification by the profile of PS3.15 Annex E."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.io.deidentify.claim import SCANS
    from oncometry.io.deidentify.folder import Beside, check_inputs, deidentify
    from oncometry.io.deidentify.key import Key
    from oncometry.io.deidentify.outcome import Deidentified, LeftOut, by_code
    from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption
    from oncometry.io.deidentify.sheet_columns import check_columns

__all__ = [
    "SCANS",
    "Beside",
    "Deidentified",
    "DeidentifySettings",
    "Key",
    "LeftOut",
    "ProfileOption",
    "by_code",
    "check_columns",
    "check_inputs",
    "deidentify",
]

open_lazily(
    __name__,
    {
        "SCANS": "oncometry.io.deidentify.claim",
        "Beside": "oncometry.io.deidentify.folder",
        "Deidentified": "oncometry.io.deidentify.outcome",
        "DeidentifySettings": "oncometry.io.deidentify.settings",
        "Key": "oncometry.io.deidentify.key",
        "LeftOut": "oncometry.io.deidentify.outcome",
        "ProfileOption": "oncometry.io.deidentify.settings",
        "by_code": "oncometry.io.deidentify.outcome",
        "check_columns": "oncometry.io.deidentify.sheet_columns",
        "check_inputs": "oncometry.io.deidentify.folder",
        "deidentify": "oncometry.io.deidentify.folder",
    },
)
