"""The sites of rows at the door: a name for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code, SettingsError

__all__ = ["site_names"]


def site_names(sites: ArrayLike) -> NDArray[np.str_]:
    """(n,) names as text.

    Raises:
        SettingsError: `SETTINGS`, it is no list; `VALUE_MISSING`, a row has no site.
    """
    given = np.asarray(sites)
    if given.ndim != 1:
        raise SettingsError(Code.SETTINGS, f"sites of shape {given.shape}: one name a row.")
    listed = given.tolist()
    nameless = [i for i, site in enumerate(listed) if site is None or site != site or str(site).strip() == ""]
    if nameless:
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{len(nameless)} of {len(listed)} rows have no site, the first {listed[nameless[0]]!r} in row {nameless[0]}.",
        )
    return np.array([str(site) for site in listed], dtype=np.str_)
