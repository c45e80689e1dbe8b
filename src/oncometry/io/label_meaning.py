"""From labels to compartments: by the scheme that is stated, by the names in the file, or by a guess."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Code, Compartment, LabelError, LabelScheme, Notice, fitting_schemes, scheme_named
from oncometry.io.label_names import compartment_of, is_generic

__all__ = ["NAMED", "FoundLabel", "Meaning", "guessed_scheme", "interpret"]

NAMED = "named"
"""Scheme of files that name their regions themselves."""
UNKNOWN = "unknown"


@dataclass(frozen=True)
class FoundLabel:
    """A region before it is understood.

    Attributes:
        number: label value, segment or ROI number.
        name, meaning: as the file says, '' where it does not.
        compartment: where the file says it outright.
        interpreted_type: RTSTRUCT's, 'GTV' say.
    """

    number: int
    name: str = ""
    meaning: str = ""
    compartment: Compartment | None = None
    interpreted_type: str = ""


@dataclass(frozen=True)
class Meaning:
    """What the labels are: number -> (name, compartment), and where that comes from."""

    labels: Mapping[int, tuple[str, Compartment]]
    scheme: str
    source: str
    notices: tuple[Notice, ...] = ()


def interpret(
    found: Sequence[FoundLabel], scheme: str | None, *, values: bool, suggested: Sequence[str] = ()
) -> Meaning:
    """Give each label a compartment.

    Args:
        scheme: stated name, or 'named' for the file's own names, or None.
        values: whether numbers are label values, that a scheme may know; those of ROIs and segments are
            not: a stated scheme is held against their names alone.
        suggested: schemes that a guess tries first.

    Raises:
        LabelError: `LABEL_UNKNOWN` for a scheme that does not know a label.
        SettingsError: `SETTINGS` for a scheme that does not exist.
    """
    if scheme is not None and scheme not in (NAMED, UNKNOWN):
        stated = scheme_named(scheme)
        if values:
            return _stated(found, stated)
        names = {short.lower() for short, _ in stated.labels.values()}
        if found and all(label.name.lower() in names for label in found):
            return _stated(found, stated)
    named = any(label.compartment or not is_generic(label.name) for label in found)
    if named:
        return _named(found)
    if values:
        return _guessed(found, suggested)
    return _unnamed(found)


def _stated(found: Sequence[FoundLabel], scheme: LabelScheme) -> Meaning:
    name = scheme.name
    if name == "binary":
        labels = {label.number: (label.name or "tumor", Compartment.WHOLE) for label in found}
        return Meaning(labels, name, "stated")
    by_name = {short.lower(): (short, c) for short, c in scheme.labels.values()}
    labels, foreign = {}, []
    for label in found:
        known = by_name.get(label.name.lower()) or scheme.labels.get(label.number)
        if known is None:
            foreign.append(f"{label.number} ({label.name})" if label.name else str(label.number))
        else:
            labels[label.number] = known
    if foreign:
        knows = ", ".join(f"{n} {short}" for n, (short, _) in scheme.labels.items())
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"the mask has {', '.join(foreign)}, which scheme {name} ({knows}) does not know.",
            advice="State another scheme; `oncometry labels` lists those that fit.",
        )
    return Meaning(labels, name, "stated")


def _named(found: Sequence[FoundLabel]) -> Meaning:
    labels = {}
    for label in found:
        by_type = Compartment.WHOLE if label.interpreted_type == "GTV" else Compartment.OTHER
        meant = label.compartment or compartment_of(label.name, label.meaning) or by_type
        labels[label.number] = (label.name or f"label {label.number}", meant)
    for scheme in fitting_schemes(labels):
        same = all(
            scheme.labels[n][1] is c and scheme.labels[n][0] == name for n, (name, c) in labels.items()
        )
        if same:
            return Meaning(labels, scheme.name, "file")
    return Meaning(labels, NAMED, "file")


def _guessed(found: Sequence[FoundLabel], suggested: Sequence[str]) -> Meaning:
    numbers = sorted(label.number for label in found)
    if not numbers:
        return Meaning(
            {}, "binary", "guessed", (Notice(Code.MASK_EMPTY, "the mask has no voxel that is not 0."),)
        )
    fits = fitting_schemes(numbers)
    chosen = guessed_scheme(numbers, suggested)
    if chosen is not None:
        others = ", ".join(s.name for s in fits if s is not chosen) or "none"
        why = "as its name suggests" if chosen.name in suggested else "the first of the closest fits"
        what = (
            f"labels {numbers} were taken as scheme {chosen.name} ({chosen.source}), {why}; "
            f"others that fit: {others}. State it with --scheme."
        )
        known = {n: chosen.labels.get(n, ("tumor", Compartment.WHOLE)) for n in numbers}
        return Meaning(known, chosen.name, "guessed", (Notice(Code.LABELS_GUESSED, what),))
    what = f"no scheme knows the labels {numbers[:12]}: each is a region by itself. State it with --scheme."
    labels = {n: (f"label {n}", Compartment.OTHER) for n in numbers}
    return Meaning(labels, UNKNOWN, "guessed", (Notice(Code.LABELS_GUESSED, what),))


def guessed_scheme(numbers: Collection[int], suggested: Sequence[str] = ()) -> LabelScheme | None:
    """The first suggested scheme that knows all numbers, else that with the fewest labels to spare.

    Of equals the first; without a suggestion one label alone is a binary mask.
    """
    fitting = fitting_schemes(numbers)
    for name in suggested:
        if scheme_named(name) in fitting:
            return scheme_named(name)
    if len(numbers) == 1:
        return scheme_named("binary")
    return next(iter(fitting), None)


def _unnamed(found: Sequence[FoundLabel]) -> Meaning:
    """ROIs and segments whose names say nothing: one is the tumor, several are regions by themselves."""
    if not found:
        return Meaning({}, NAMED, "file", (Notice(Code.MASK_EMPTY, "there is no region in it."),))
    meant = Compartment.WHOLE if len(found) == 1 else Compartment.OTHER
    labels = {
        f.number: (
            f.name or f"label {f.number}",
            compartment_of(f.meaning) or (Compartment.WHOLE if f.interpreted_type == "GTV" else meant),
        )
        for f in found
    }
    told = ", ".join(f"{n} {name!r}: {c}" for n, (name, c) in labels.items())
    what = f"the names do not say what the regions are; taken as {told}. Name them in the file."
    return Meaning(labels, NAMED, "guessed", (Notice(Code.LABELS_GUESSED, what),))
