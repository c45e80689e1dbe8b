"""Named label schemes: the same number means different tissue in different data sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from oncometry.core.errors import Code, SettingsError
from oncometry.core.terms import Compartment

__all__ = ["COMPOSITION", "SCHEMES", "LabelScheme", "fitting_schemes", "scheme_named"]

C = Compartment

COMPOSITION: Mapping[Compartment, frozenset[Compartment]] = MappingProxyType(
    {
        C.WHOLE: frozenset({C.WHOLE, C.CORE, C.ENHANCING, C.NON_ENHANCING, C.NECROSIS, C.CYST, C.EDEMA}),
        C.CORE: frozenset({C.CORE, C.ENHANCING, C.NON_ENHANCING, C.NECROSIS, C.CYST}),
        C.ENHANCING: frozenset({C.ENHANCING}),
    }
)
"""Which parts make a measured compartment. A resection cavity is in none unless asked for."""


@dataclass(frozen=True)
class LabelScheme:
    """What the numbers of a label map mean.

    Attributes:
        name: as given to `--scheme`.
        labels: value -> (short name of the source, compartment); 0 is background.
        source: publication or data set that defines it.
    """

    name: str
    labels: Mapping[int, tuple[str, Compartment]]
    source: str


def _scheme(name: str, source: str, labels: dict[int, tuple[str, Compartment]]) -> LabelScheme:
    return LabelScheme(name, MappingProxyType(labels), source)


_ALL = (
    _scheme("binary", "one region against background", {1: ("tumor", C.WHOLE)}),
    _scheme(
        "brats-2023",
        "BraTS 2023 adult glioma, doi:10.7303/syn51156910 (labels 1 NCR, 2 ED, 3 ET)",
        {1: ("NCR", C.NECROSIS), 2: ("ED", C.EDEMA), 3: ("ET", C.ENHANCING)},
    ),
    _scheme(
        "brats-2017-2021",
        "BraTS 2017-2021, arXiv:2107.02314 (labels 1 NCR, 2 ED, 4 ET)",
        {1: ("NCR", C.NECROSIS), 2: ("ED", C.EDEMA), 4: ("ET", C.ENHANCING)},
    ),
    _scheme(
        "brats-2024",
        "BraTS 2024 adult glioma post-treatment, arXiv:2405.18368 (labels 1 NETC, 2 SNFH, 3 ET, 4 RC)",
        {
            1: ("NETC", C.NON_ENHANCING),
            2: ("SNFH", C.EDEMA),
            3: ("ET", C.ENHANCING),
            4: ("RC", C.CAVITY),
        },
    ),
    _scheme(
        "brats-peds-3",
        "BraTS-PEDs 2023, arXiv:2305.17033 (labels 1 NC, 2 ED, 3 ET)",
        {1: ("NC", C.NON_ENHANCING), 2: ("ED", C.EDEMA), 3: ("ET", C.ENHANCING)},
    ),
    _scheme(
        "brats-peds-4",
        "BraTS-PEDs 2024, arXiv:2404.15009 (labels 1 ET, 2 NET, 3 CC, 4 ED)",
        {
            1: ("ET", C.ENHANCING),
            2: ("NET", C.NON_ENHANCING),
            3: ("CC", C.CYST),
            4: ("ED", C.EDEMA),
        },
    ),
    _scheme(
        "msd-brain-tumour",
        "Medical Segmentation Decathlon Task01, doi:10.1038/s41467-022-30695-9 (labels 1 ED, 2 NET, 3 ET)",
        {1: ("ED", C.EDEMA), 2: ("NET", C.NON_ENHANCING), 3: ("ET", C.ENHANCING)},
    ),
    _scheme(
        "lumiere",
        # Its table of radiomics swaps the names of 1 and 2; the volumes shipped with the masks, and
        # contrast uptake, say that 1 enhances.
        "LUMIERE, doi:10.1038/s41597-022-01881-7 (DeepBraTumIA labels 1 ET, 2 NCR, 3 ED)",
        {1: ("ET", C.ENHANCING), 2: ("NCR", C.NECROSIS), 3: ("ED", C.EDEMA)},
    ),
)

SCHEMES: Mapping[str, LabelScheme] = MappingProxyType({s.name: s for s in _ALL})


def scheme_named(name: str) -> LabelScheme:
    """The scheme of that name.

    Raises:
        SettingsError: `SETTINGS` if there is none.
    """
    if name not in SCHEMES:
        raise SettingsError(
            Code.SETTINGS,
            f"there is no label scheme named {name!r}.",
            advice=f"Use one of {', '.join(SCHEMES)}.",
        )
    return SCHEMES[name]


def fitting_schemes(values: Iterable[int]) -> tuple[LabelScheme, ...]:
    """Schemes that name every given non-zero value, most specific (fewest unused labels) first."""
    present = {v for v in values if v != 0}
    fits = [s for s in _ALL if present and present <= set(s.labels)]
    return tuple(sorted(fits, key=lambda s: len(set(s.labels) - present)))
