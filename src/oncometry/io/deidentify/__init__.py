"""De-identification by the profile of PS3.15 Annex E."""

from __future__ import annotations

from oncometry.io.deidentify.batch import SHEETS, Deidentified
from oncometry.io.deidentify.folder import Beside, deidentify
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption

__all__ = ["SHEETS", "Beside", "Deidentified", "DeidentifySettings", "Key", "ProfileOption", "deidentify"]
