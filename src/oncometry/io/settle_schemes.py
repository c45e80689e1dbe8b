"""One guess for label maps of one kind: a visit with one label left means what the others mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from oncometry.core import Code, LabelScheme, Notice, OncometryError, fitting_schemes
from oncometry.io.label_meaning import guessed_scheme
from oncometry.io.labelmap import LabelContent, read_label_file
from oncometry.io.manifest import FileKind, MaskKind, MaskRecord
from oncometry.io.names import mask_words
from oncometry.io.nifti import GeometryChoice

__all__ = ["settle_schemes"]


@dataclass(frozen=True)
class _Kin:
    """Masks that one hand made, as far as names tell: of one patient, called alike.

    Attributes:
        called: the words of their names that say mask.
        labels: of all of them together.
        suggested: schemes that names suggest for each of them.
    """

    called: frozenset[str]
    members: tuple[MaskRecord, ...]
    labels: frozenset[int]
    suggested: tuple[str, ...]

    @property
    def fitting(self) -> LabelScheme | None:
        return guessed_scheme(self.labels, self.suggested)

    @property
    def sure(self) -> bool:
        """Whether its labels alone single out a scheme: several, and all that the scheme has."""
        scheme = self.fitting
        return scheme is not None and len(self.labels) > 1 and set(scheme.labels) == self.labels


def settle_schemes(masks: Sequence[MaskRecord], form: GeometryChoice) -> tuple[MaskRecord, ...]:
    """Give NIfTI and NRRD masks whose scheme is a guess the scheme that fits those of their kind together.

    Alone, labels {1} would be a binary mask, though at another date 1 is necrosis beside 2 and 3. A patient's
    masks that are called alike have one scheme. Those whose labels single none out (one label, or fewer than
    the scheme has) take that of other patients' masks called alike, where these agree; those of one data
    set, as their names say, have one scheme. Masks that name their labels, or hold another kind of values,
    are left as they are.
    """
    numbers = {m.key: found for m in masks if (found := _numbers(m, form))}
    kins = _kins([m for m in masks if m.key in numbers], numbers)
    settled: dict[str, MaskRecord] = {}
    for kin in kins:
        scheme, labels = _settled(kin, [k for k in kins if k.called == kin.called])
        if scheme is None:
            continue
        for mask in kin.members:
            alone = scheme is guessed_scheme(numbers[mask.key], kin.suggested)
            settled[mask.key] = replace(
                mask, scheme=scheme.name, notices=mask.notices if alone else _announced(mask, scheme, labels)
            )
    return tuple(settled.get(m.key, m) for m in masks)


def _kins(masks: Sequence[MaskRecord], numbers: Mapping[str, set[int]]) -> list[_Kin]:
    alike: dict[tuple[str, frozenset[str], tuple[str, ...]], list[MaskRecord]] = defaultdict(list)
    for mask in masks:
        alike[mask.patient_id, mask_words(mask.path.name), mask.hints.schemes].append(mask)
    return [
        _Kin(called, tuple(members), frozenset().union(*(numbers[m.key] for m in members)), suggested)
        for (_, called, suggested), members in alike.items()
    ]


def _settled(kin: _Kin, alike: Sequence[_Kin]) -> tuple[LabelScheme | None, frozenset[int]]:
    """The scheme of a patient's masks, and the labels that it rests on."""
    same = [k for k in alike if k.suggested == kin.suggested]
    together = frozenset().union(*(k.labels for k in same))
    of_all = guessed_scheme(together, kin.suggested)
    if of_all is not None and of_all.name in kin.suggested:
        return of_all, together
    if kin.sure:
        return kin.fitting, kin.labels
    sure = {k.fitting.name: k for k in same if k.sure and k.fitting is not None}
    if not sure and of_all is not None and len(together) > 1:
        return of_all, together
    if len(sure) == 1:
        (other,) = sure.values()
        if other.fitting in fitting_schemes(kin.labels):
            return other.fitting, kin.labels | other.labels
    return kin.fitting, kin.labels


def _announced(mask: MaskRecord, scheme: LabelScheme, labels: Collection[int]) -> tuple[Notice, ...]:
    """The mask's notices, and one on a scheme that it would not have been given alone."""
    others = ", ".join(s.name for s in fitting_schemes(labels) if s is not scheme) or "none"
    what = (
        f"labels {sorted(labels)} of this mask and those called alike were taken as scheme {scheme.name} "
        f"({scheme.source}); others that fit: {others}. State it with --scheme."
    )
    return (*mask.notices, Notice(Code.LABELS_GUESSED, what, str(mask.path)))


def _numbers(mask: MaskRecord, form: GeometryChoice) -> set[int]:
    """Label values without names; empty where there are none or they say themselves what they are."""
    if mask.kind not in (MaskKind.NIFTI, MaskKind.NRRD) or mask.scheme_source != "guessed":
        return set()
    kind = FileKind.NIFTI if mask.kind is MaskKind.NIFTI else FileKind.NRRD
    try:
        content: LabelContent = read_label_file(mask.path, kind, form)
    except OncometryError:
        return set()
    named = {number for number, _ in mask.hints.names}
    if any(r.named or r.probability is not None or r.number in named for r in content.regions):
        return set()
    return set() if _odd(content) else {r.number for r in content.regions}


def _odd(content: LabelContent) -> bool:
    return any(n.code is Code.LABELS_GUESSED for n in content.notices)
