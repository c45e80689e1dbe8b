"""De-identification by the profile of PS3.15 Annex E."""

from __future__ import annotations

from oncometry.io.deidentify.batch import Deidentified
from oncometry.io.deidentify.folder import deidentify
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption

__all__ = ["Deidentified", "DeidentifySettings", "Key", "ProfileOption", "deidentify"]
