"""ComBat: each site's shift and scale taken out of the features, as far as training rows show them.

Source: Johnson, Li and Rabinovic, doi:10.1093/biostatistics/kxj037; to a reference site: Stein et al.,
doi:10.1186/s12859-015-0478-3 (M-ComBat).

A site's effects can only be known from rows of that site. Estimating them from the rows to be predicted would make a patient's
prediction depend on who comes with him, so that is not offered: for a site without training rows there are three policies.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from oncometry.core import Code, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.finite_table import finite_table, some
from oncometry.prediction.harmonization.door import site_names
from oncometry.prediction.harmonization.shrinkage import (
    parametric_effects,
    plain_effects,
    posterior_weighted_effects,
)

__all__ = ["ComBat", "Unseen"]

_ROUNDING = 1e-12
"""Part of a column's largest value below which differences are those of arithmetic."""

_ARRAYS = ("mean_", "deviation_", "coefficients_", "shift_", "variance_", "adjusted_")


class Unseen(StrEnum):
    """What happens to rows of a site that had too few training rows, or none."""

    REFUSE = "refuse"
    PASS_THROUGH = "pass_through"  # noqa: S105 - they stay on their own scale, beside others on the common one
    REFERENCE = "reference"  # all others go to the reference site's scale; these are taken to be on it


class _Door(NamedTuple):
    """(n, p) features, (n,) site names, (n, q) covariates, checked."""

    features: FloatArray
    sites: NDArray[np.str_]
    covariates: FloatArray


class ComBat(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Harmonizes features between sites; scikit-learn's contract, with the sites beside the features.

    Args:
        unseen: the policy for a site without enough training rows.
        reference_site: whose scale the others are brought to, its own rows staying as they are; None is the common mean,
            or with `unseen="reference"` the largest training site.
        parametric: the form of the priors: normal and inverse gamma, or none (slower, p x p numbers).
        minimum_per_site: patients (rows, where no groups are given) from which on a site's effects are estimated.
            Below about twenty they are doubtful (doi:10.2967/jnumed.121.262464); two is the least that arithmetic allows.
        covariates: names of the columns of `covariates`, whose linear effect is kept. Categories come as 0/1 columns. The outcome
            never is one of them: it is unknown for a new patient (`check_not_outcome`).

    Attributes:
        sites_: (s,) names of the harmonized sites, sorted.
        reference_site_: the one whose scale is the common one, or None.
        mean_, deviation_: (p,) the common mean, and the standard deviation about sites and covariates.
        coefficients_: (q, p) of the covariates.
        shift_, variance_: (s, p) each site's effects, in units of `deviation_`.
        adjusted_: (p,) False where a column is constant, in all rows or within a site: it is left as it is.
        notices_: what was accepted but is worth saying.
    """

    def __init__(
        self,
        unseen: str = "refuse",
        reference_site: str | None = None,
        parametric: bool = True,
        minimum_per_site: int = 10,
        covariates: tuple[str, ...] = (),
    ) -> None:
        self.unseen = unseen
        self.reference_site = reference_site
        self.parametric = parametric
        self.minimum_per_site = minimum_per_site
        self.covariates = covariates

    def fit(
        self,
        X: FloatArray,  # noqa: N803
        y: object = None,  # noqa: ARG002
        *,
        sites: ArrayLike,
        covariates: FloatArray | None = None,
        groups: ArrayLike | None = None,
    ) -> ComBat:
        """Learn the sites' effects.

        Args:
            X: (n, p) training rows.
            y: never looked at; there, because pipelines hand it on.
            sites: (n,) names.
            covariates: (n, q), a column a name of `covariates`.
            groups: (n,) patients, by which sites are counted.

        Raises:
            SettingsError: `SETTINGS`, shapes or options; `VALUE_MISSING`, a value is not finite or a site has no name;
                `SITE_TOO_SMALL`, by policy; `SITE_UNSEEN`, the reference site is not there;
                `SITE_CONFOUNDED`, covariates cannot be told from sites.
        """
        policy = self._checked_policy()
        given = self._through_the_door(X, sites, covariates)
        found, kept = self._enough(given.sites, groups, policy)
        self.sites_, self.notices_, self.n_features_in_ = found, kept, given.features.shape[1]
        self.reference_site_ = self._reference(given.sites, policy)
        used = np.isin(given.sites, found)
        if len(found) < 2:
            self._learn_nothing()
        else:
            self._learn(given.features[used], given.sites[used], given.covariates[used])
        return self

    def transform(
        self,
        X: FloatArray,  # noqa: N803
        *,
        sites: ArrayLike,
        covariates: FloatArray | None = None,
    ) -> FloatArray:
        """(n, p) on the common scale; each row's result depends on that row alone.

        Raises:
            SettingsError: as `fit`; `SITE_UNSEEN`, by policy.
        """
        given = self._through_the_door(X, sites, covariates)
        if given.features.shape[1] != self.n_features_in_:
            raise SettingsError(
                Code.SETTINGS,
                f"{given.features.shape[1]} features came, {self.n_features_in_} were harmonized.",
            )
        strangers = self._strangers(given.sites)
        if strangers and self._checked_policy() is Unseen.REFUSE:
            raise SettingsError(Code.SITE_UNSEEN, self._about(strangers), advice=_POLICIES)
        found = given.features.copy()
        kept = np.flatnonzero(self.adjusted_)
        for index, site in enumerate(self.sites_):
            if site == self.reference_site_:
                continue
            rows = np.flatnonzero(given.sites == site)
            expected = self.mean_ + given.covariates[rows] @ self.coefficients_
            standard = (given.features[np.ix_(rows, kept)] - expected) / self.deviation_
            standard = (standard - self.shift_[index]) / np.sqrt(self.variance_[index])
            found[np.ix_(rows, kept)] = standard * self.deviation_ + expected
        return found

    def notices_for(self, sites: ArrayLike) -> tuple[Notice, ...]:
        """What is to be said of rows of these sites: which are not harmonized."""
        strangers = self._strangers(site_names(sites))
        return (Notice(Code.SITE_UNSEEN, self._about(strangers)),) if strangers else ()

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Parameters that JSON holds, and arrays by name, for `from_state`."""
        parameters = {
            **self.get_params(),
            "unseen": str(self.unseen),
            "covariates": list(self.covariates),
            "sites": [str(site) for site in self.sites_],
            "fitted_reference_site": self.reference_site_,
            "features": int(self.n_features_in_),
            "notices": [[str(x.code), x.what] for x in self.notices_],
        }
        return parameters, {name.rstrip("_"): getattr(self, name) for name in _ARRAYS}

    @classmethod
    def from_state(cls, parameters: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> ComBat:
        """The fitted transformer that gave this state."""
        found = cls(
            unseen=parameters["unseen"],
            reference_site=parameters["reference_site"],
            parametric=parameters["parametric"],
            minimum_per_site=parameters["minimum_per_site"],
            covariates=tuple(parameters["covariates"]),
        )
        found.sites_ = np.array(parameters["sites"], dtype=np.str_)
        found.reference_site_ = parameters["fitted_reference_site"]
        found.n_features_in_ = parameters["features"]
        found.notices_ = tuple(Notice(Code(code), what) for code, what in parameters["notices"])
        for name in _ARRAYS:
            setattr(found, name, arrays[name.rstrip("_")])
        return found

    def _learn_nothing(self) -> None:
        self.adjusted_ = np.zeros(self.n_features_in_, dtype=bool)
        self.mean_, self.deviation_ = np.empty(0), np.empty(0)
        self.coefficients_ = np.empty((len(self.covariates), 0))
        self.shift_ = self.variance_ = np.empty((len(self.sites_), 0))

    def _learn(self, features: FloatArray, sites: NDArray[np.str_], covariates: FloatArray) -> None:
        """Mean, deviation and effects, of rows whose sites are all large enough."""
        member = (sites[:, None] == self.sites_).astype(np.float64)
        count = len(self.sites_)
        fitted = _least_squares(np.hstack([member, covariates]), features, self.covariates)
        residuals = features - member @ fitted[:count] - covariates @ fitted[count:]
        about = slice(None) if self.reference_site_ is None else sites == self.reference_site_
        deviation = np.sqrt((residuals[about] ** 2).mean(axis=0))
        least = _ROUNDING * np.abs(features).max(axis=0)
        kept = _varies_everywhere(features, sites, self.sites_, least) & (deviation > least)
        if not kept.all():
            self.notices_ += (_about_constant(np.flatnonzero(~kept)),)
        weights = member[about].mean(axis=0)  # of the reference site alone, or of all as they are large
        self.adjusted_, self.deviation_ = kept, deviation[kept]
        self.mean_, self.coefficients_ = weights @ fitted[:count, kept], fitted[count:, kept]
        expected = self.mean_ + covariates @ self.coefficients_
        self._learn_effects((features[:, kept] - expected) / self.deviation_, sites)

    def _learn_effects(self, standard: FloatArray, sites: NDArray[np.str_]) -> None:
        shape = (len(self.sites_), standard.shape[1])
        self.shift_, self.variance_ = np.zeros(shape), np.ones(shape)
        if shape[1] == 0:
            return
        drawn = parametric_effects if self.parametric else posterior_weighted_effects
        effects = drawn if shape[1] > 1 else plain_effects
        for index, site in enumerate(self.sites_):
            if site != self.reference_site_:
                self.shift_[index], self.variance_[index] = effects(standard[sites == site])

    def _checked_policy(self) -> Unseen:
        if self.unseen not in set(Unseen):
            allowed = ", ".join(Unseen)
            raise SettingsError(Code.SETTINGS, f"unseen={self.unseen!r} is none of {allowed}.")
        if self.minimum_per_site < 2:
            raise SettingsError(
                Code.SETTINGS, f"minimum_per_site={self.minimum_per_site!r}: a scale needs two rows at least."
            )
        return Unseen(self.unseen)

    def _through_the_door(
        self, features: FloatArray, sites: ArrayLike, covariates: FloatArray | None
    ) -> _Door:
        values, names = finite_table(features, "features"), site_names(sites)
        wanted = (len(values), len(self.covariates))
        given = np.empty((len(values), 0)) if covariates is None else finite_table(covariates, "covariates")
        if len(names) != len(values) or given.shape != wanted:
            raise SettingsError(
                Code.SETTINGS,
                f"features of shape {values.shape}, {len(names)} sites, covariates of shape {given.shape};"
                f" {wanted[1]} covariates are declared.",
            )
        return _Door(values, names, given)

    def _enough(
        self, sites: NDArray[np.str_], groups: ArrayLike | None, policy: Unseen
    ) -> tuple[NDArray[np.str_], tuple[Notice, ...]]:
        """The sites large enough, and what is to be said of the others."""
        patients = np.arange(len(sites)) if groups is None else np.asarray(groups)
        if patients.shape != sites.shape:
            raise SettingsError(Code.SETTINGS, f"groups of shape {patients.shape} for {len(sites)} rows.")
        counts = {str(site): len(np.unique(patients[sites == site])) for site in np.unique(sites)}
        large = [site for site, count in counts.items() if count >= self.minimum_per_site]
        small = [f"{site} ({count})" for site, count in counts.items() if site not in large]
        said: list[str] = []
        if small:
            said.append(
                f"{len(small)} of {len(counts)} sites have fewer than {self.minimum_per_site} training patients:"
                f" {some(small)}. Their effects cannot be estimated."
            )
        if len(large) < 2:
            said.append(f"{len(large)} of {len(counts)} sites remain: there is nothing to bring together.")
        if said and policy is Unseen.REFUSE:
            raise SettingsError(Code.SITE_TOO_SMALL, " ".join(said), advice=_POLICIES)
        return np.array(large, dtype=np.str_), tuple(Notice(Code.SITE_TOO_SMALL, x) for x in said)

    def _reference(self, sites: NDArray[np.str_], policy: Unseen) -> str | None:
        if self.reference_site is not None:
            if str(self.reference_site) in self.sites_:
                return str(self.reference_site)
            raise SettingsError(
                Code.SITE_UNSEEN,
                f"the reference site {self.reference_site!r} has {int((sites == str(self.reference_site)).sum())}"
                f" training rows; harmonized are {some(self.sites_.tolist()) or 'none'}.",
            )
        if policy is not Unseen.REFERENCE or not len(self.sites_):
            return None
        return str(max(self.sites_, key=lambda site: int((sites == site).sum())))

    def _strangers(self, sites: NDArray[np.str_]) -> list[str]:
        return sorted({str(x) for x in sites} - {str(x) for x in self.sites_})

    def _about(self, strangers: list[str]) -> str:
        done = {
            Unseen.REFUSE: "they cannot be harmonized",
            Unseen.PASS_THROUGH: "their rows stay on their own scale",
            Unseen.REFERENCE: f"their rows are taken to be on the scale of {self.reference_site_!r}",
        }[self._checked_policy()]
        return f"sites without enough training rows: {some(strangers)}; {done}."


_POLICIES = (
    "Leave them out, or say by `unseen` what is to happen: 'pass_through' leaves them as they are, 'reference' brings all"
    " others to the scale of a reference site."
)


def _varies_everywhere(
    features: FloatArray, sites: NDArray[np.str_], names: NDArray[np.str_], least: FloatArray
) -> NDArray[np.bool_]:
    """(p,) whether each site's rows differ from one another, so that there is a scale."""
    found: NDArray[np.bool_] = np.ones(features.shape[1], dtype=bool)
    for name in names:
        found &= np.ptp(features[sites == name], axis=0) > least
    return found


def _about_constant(columns: NDArray[np.intp]) -> Notice:
    return Notice(
        Code.CONSTANT,
        f"{len(columns)} features are constant within a site and are left as they are: columns"
        f" {some([str(x) for x in columns.tolist()])}.",
    )


def _least_squares(design: FloatArray, features: FloatArray, names: tuple[str, ...]) -> FloatArray:
    scale = np.abs(design).max(axis=0)
    scale[scale == 0] = 1
    found, _, rank, _ = np.linalg.lstsq(design / scale, features, rcond=1e-10)
    if rank < design.shape[1]:
        raise SettingsError(
            Code.SITE_CONFOUNDED,
            f"the covariates {some(list(names))} cannot be told from the sites or from one another:"
            f" rank {int(rank)} of {design.shape[1]}.",
            advice="Leave out a covariate that is constant, follows the site, or follows from the others.",
        )
    return np.asarray(found / scale[:, None], dtype=np.float64)
