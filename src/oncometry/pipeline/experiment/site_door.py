"""Whether ComBat as it is declared can be learned in every part of a validation: told before anything is computed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, SettingsError
from oncometry.prediction.declaration import Harmonization
from oncometry.prediction.divided import Divided, divided
from oncometry.prediction.fold.chain import fit_chain
from oncometry.prediction.ledger import FitLedger, Scope
from oncometry.prediction.material import Material
from oncometry.prediction.table import Column, FeatureTable

__all__ = ["check_sites"]

OTHER_POLICIES = (
    "Declare `unseen: pass_through` (rows of a site without training rows stay on their own scale) or `unseen: reference` "
    "(all others are brought to the scale of one site, and those rows are taken to be on it)."
)


def check_sites(material: Material) -> None:
    """Refuse a policy with which a part of the validation could only fail.

    Raises:
        SettingsError: `SITE_UNSEEN`, rows of a held-out site would be refused, or the reference site is not there;
            `SITE_TOO_SMALL`, a training part has too few patients of a site; `SITE_CONFOUNDED`, a training part cannot tell
            what is kept from the sites; `TOO_FEW_PATIENTS`.
    """
    asked, sites = material.experiment.preprocessing.harmonize, material.table.sites
    if asked is None or sites is None:
        return
    if asked.reference_site is not None and asked.reference_site not in sites:
        raise SettingsError(
            Code.SITE_UNSEEN,
            f"`harmonize.reference_site` {asked.reference_site!r} is none of the sites.",
            advice=f"There are: {', '.join(sorted(set(map(str, sites)))[:8])}.",
        )
    parts = divided(material)
    if asked.unseen == "refuse":
        _check_refusing(parts, sites, material.table.patients, asked)
    if asked.reference_site is not None:
        _check_reference(parts, sites, material.table.patients, asked)
    if asked.keep:
        _check_kept(parts, material, asked)


def _check_refusing(
    parts: Divided, sites: NDArray[np.str_], patients: NDArray[np.str_], asked: Harmonization
) -> None:
    if parts.held_out:
        raise SettingsError(
            Code.SITE_UNSEEN,
            f"each site is held out once ({parts.held_out[0].held_out_site} first), and `harmonize.unseen: refuse` refuses "
            "rows of a site that nothing was learned of: no held-out site could be judged.",
            advice=OTHER_POLICIES,
        )
    if len(np.unique(sites)) < 2:
        raise SettingsError(
            Code.SITE_TOO_SMALL,
            f"all patients are of site {sites[0]}: there is nothing to bring together.",
            advice="Leave `harmonize` away.",
        )
    for site in np.unique(sites):
        least = _fewest(parts, sites, patients, str(site))
        if least < asked.minimum_patients:
            raise SettingsError(
                Code.SITE_TOO_SMALL,
                f"a training part has {least} patients of site {site}, fewer than `minimum_patients: "
                f"{asked.minimum_patients}`, and `harmonize.unseen: refuse` refuses its rows.",
                advice=OTHER_POLICIES,
            )


def _check_reference(
    parts: Divided, sites: NDArray[np.str_], patients: NDArray[np.str_], asked: Harmonization
) -> None:
    name = str(asked.reference_site)
    least = _fewest(parts, sites, patients, name)
    if least < asked.minimum_patients:
        raise SettingsError(
            Code.SITE_TOO_SMALL,
            f"a training part has {least} patients of the reference site {name}, fewer than `minimum_patients: "
            f"{asked.minimum_patients}`: its scale cannot be told there.",
            advice="Name a larger site, or none: `unseen: reference` takes the largest site of each training part.",
        )


def _fewest(parts: Divided, sites: NDArray[np.str_], patients: NDArray[np.str_], site: str) -> int:
    """Patients of a site in the training part that has fewest."""
    return min(len(np.unique(patients[rows][sites[rows] == site])) for rows in parts.trained_on())


def _check_kept(parts: Divided, material: Material, asked: Harmonization) -> None:
    """Learn ComBat of one made-up column in every part: what is kept has to be told from the sites there."""
    table, settings = material.table, material.experiment.preprocessing
    kept = table.only([i for i, c in enumerate(table.columns) if c.source in asked.keep])
    column = Column("made up", asked.blocks[0], "made up")
    values = np.column_stack([kept.values, np.random.default_rng(0).normal(size=len(kept.values))])
    trial = FeatureTable(kept.patients, (*kept.columns, column), values, table.sites)
    for rows in parts.trained_on():
        try:
            fit_chain(trial.rows(rows), settings, FitLedger(Scope(0, 0), frozenset()))
        except SettingsError as error:
            count = len(np.unique(table.patients[rows]))
            raise SettingsError(
                error.code, f"in a training part of {count} patients {error.what}", advice=error.advice
            ) from error
