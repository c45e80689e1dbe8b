"""What a cohort's database knows of the images that an experiment learned from, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["FeatureSpecUsed", "Imaging", "MaskSource", "Protocol"]


@dataclass(frozen=True)
class Protocol:
    """Images of one kind by one scanner at one site.

    Attributes:
        kind: contrast, or modality.
        site: '' where the experiment has none.
        scanner: manufacturer, model and field strength as the files state them; '' where they state nothing.
        patients, series: how many.
        spacing_mm: in plane and between slices, lowest and highest.
        stated: acquisition parameter with its unit -> values, lowest and highest or all, in words.
    """

    kind: str
    site: str
    scanner: str
    patients: int
    series: int
    spacing_mm: tuple[tuple[float, float], tuple[float, float]] | None
    stated: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MaskSource:
    """Who or what made so many masks: a kind of file that a reader brought, or a network by name."""

    by: str
    is_network: bool
    masks: int


@dataclass(frozen=True)
class FeatureSpecUsed:
    """A feature spec: canonical JSON, its hash, units of the images, and of how many regions it decided values."""

    sha256: str
    parameters: str
    units: tuple[str, ...]
    regions: int


@dataclass(frozen=True)
class Imaging:
    """All of it.

    Attributes:
        protocols: by kind, site and scanner.
        patients: who have images; `described` of them have acquisition parameters for each of their images.
        first, last: dates of acquisition as the files state them; None where none does.
        masks: those that features or sizes were taken in.
        specs: that the features follow, most regions first; empty where none were taken.
        prepared: what was done to an image before features were taken from it: nothing, for they are taken from native ones;
            other volumes were made beside them, by these transforms.
    """

    protocols: tuple[Protocol, ...]
    patients: int
    described: int
    first: date | None
    last: date | None
    masks: tuple[MaskSource, ...]
    specs: tuple[FeatureSpecUsed, ...]
    prepared: tuple[str, ...]
