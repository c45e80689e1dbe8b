"""What the columns of a clinical sheet are, told by their names; a stated map wins."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from oncometry.io.clinical.cells import lacks_value

__all__ = ["Column", "Role", "names_course", "recognize", "split_unit"]


class Role(StrEnum):
    """What a column is about. `VALUE`: anything else, kept by its name."""

    PATIENT = "patient_id"
    VISIT = "visit"
    DATE = "date"
    DAY = "day"
    AGE = "age"
    SEX = "sex"
    RESPONSE = "response"
    STEROID = "steroid_dose"
    TREATMENT = "treatment"
    AGENT = "agent"
    TREATMENT_KIND = "treatment_kind"
    TREATMENT_START = "treatment_start"
    TREATMENT_END = "treatment_end"
    RADIATION_DOSE = "radiotherapy_dose"
    FRACTIONS = "fractions"
    SURVIVAL = "survival_time"
    OBSERVED = "event_observed"
    CENSORING = "censoring"
    EVENT_DATE = "event_date"
    LAST_CONTACT = "last_contact"
    TOXICITY_TERM = "toxicity_term"
    TOXICITY_GRADE = "toxicity_grade"
    CTCAE_VERSION = "ctcae_version"
    VALUE = "value"
    IGNORED = "ignore"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        index: 0 the first.
        header: as it stands; 'column D' where blank or `lacks_value`; 'dose (2)' where it repeats.
        name: canonical or own name, with unit, for stored values.
        unit: 'days', 'mg', 'Gy' ... as far as the name tells.
        endpoint: 'death', 'progression' or 'recurrence' for survival columns.
        values: stated translations of cell texts ('1' -> 'M').
        again: index of the first column that means the same, where this is not the first.
    """

    index: int
    header: str
    role: Role
    name: str
    unit: str | None = None
    endpoint: str | None = None
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    again: int | None = None

    @property
    def lead(self) -> int:
        """Index of the first column that means the same."""
        return self.index if self.again is None else self.again


UNITS: Mapping[str, str] = MappingProxyType(
    {
        "days": "days", "day": "days", "d": "days", "weeks": "weeks", "week": "weeks", "wk": "weeks",
        "months": "months", "month": "months", "mo": "months", "mos": "months", "mths": "months",
        "years": "years", "year": "years", "yrs": "years", "yr": "years", "y": "years",
        "mg": "mg", "mgperday": "mg/day", "mgday": "mg/day", "mgd": "mg/day", "mgdaily": "mg/day",
        "gy": "Gy", "cgy": "cGy", "kg": "kg", "cm": "cm", "mm": "mm", "ml": "ml", "percent": "%",
    }
)  # fmt: skip
_STATE = "(observed|event|status|indicator|flag|ind)"
_NUMBER = "(id|identifier|code|no|nr|num|number)"
_VISIT = "(visit|scan|study|assessment|exam|examination|mri|imaging|acquisition|image)"
_MOMENT = "at(the)?(diagnosis|scan|baseline|visit|surgery|enrollment|enrolment|mri|imaging)"
_COURSE = "(treatment|therapy|drug|course|radiotherapy|rt|chemotherapy)"
_RADIATION = "(rt|rtx|radiotherapy|radiation)"
_PRESCRIBED = "(total|prescribed|prescription)"
_RECURRENCE = "(recurrence|relapse)"
_PATTERNS: tuple[tuple[Role, str | None, str], ...] = (
    (Role.PATIENT, None, rf"(patient|subject|participant|case|usubj|usubject|brats\d*(subject)?)s?{_NUMBER}"),
    (Role.PATIENT, None, r"patient|subject|participant|pid|id|mrn|bidsid|case"),
    (Role.VISIT, None, rf"visit(name)?|visit{_NUMBER}|timepoint{_NUMBER}?|session{_NUMBER}?|tp"),
    (Role.DATE, None, rf"{_VISIT}?date|dateof{_VISIT}|[a-z]{{2}}dtc"),
    (Role.DAY, None, rf"{_VISIT}?day|days?(since|from)(baseline|first{_VISIT}?)"),
    (Role.AGE, None, rf"age({_MOMENT})?"),
    (Role.SEX, None, r"sex|gender"),
    (Role.RESPONSE, None, r"(best)?(overall)?(tumou?r)?response(category|status|assessment)?"),
    (Role.RESPONSE, None, r"(best|overall)?(rano|recist)(response|category|rating)?"),
    (Role.STEROID, None, r"(dexamethasone|dexa?|corticosteroids?|steroids?)(daily)?(dose)?(daily)?"),
    (Role.TREATMENT_KIND, None, r"(treatment|therapy)(type|kind|modality|category)"),
    (Role.TREATMENT_START, None, rf"{_COURSE}?start(date|ed|edon)?"),
    (Role.TREATMENT_END, None, rf"{_COURSE}?(end|stop)(date|ed|edon)?"),
    (Role.TREATMENT, None, r"(current|first|firstline)?(treatment|therapy|regimen)(name|arm|given)?"),
    (Role.AGENT, None, r"agents?|drugs?|medication|(chemotherapy|treatment)(agent|drug)"),
    (Role.RADIATION_DOSE, None, rf"{_PRESCRIBED}?{_RADIATION}?{_PRESCRIBED}?dose"),
    (Role.FRACTIONS, None, rf"{_RADIATION}?(n|no|nr|number|num)?(of)?{_RADIATION}?(fractions?|fx)"),
    (Role.CENSORING, None, r".*censor.*"),
    (
        Role.SURVIVAL,
        "progression",
        r"progressionfree(survival|interval|time)?|pfs(time)?|timetoprogression|ttp",
    ),
    (Role.SURVIVAL, "recurrence", rf"({_RECURRENCE}|disease)free(survival|interval)|timeto{_RECURRENCE}"),
    (Role.SURVIVAL, "recurrence", r"(rfs|dfs)(time)?"),
    (Role.SURVIVAL, "death", r"(overall)?survival(time)?|os(time)?|timetodeath"),
    (Role.EVENT_DATE, "death", r"(death|deceased)date|dateofdeath|dod"),
    (Role.EVENT_DATE, "progression", r"progressiondate|dateofprogression"),
    (Role.EVENT_DATE, "recurrence", rf"{_RECURRENCE}date|dateof{_RECURRENCE}"),
    (Role.LAST_CONTACT, "death", r"(dateof)?last(contact|followup|seen|known|alive|knownalive)(date)?"),
    (
        Role.OBSERVED,
        "death",
        rf"(death|os|overallsurvival|survival){_STATE}|death|died|dead|deceased|vitalstatus",
    ),
    (
        Role.OBSERVED,
        "progression",
        rf"(progression|pfs|progressionfreesurvival){_STATE}|progression|progressed",
    ),
    (Role.OBSERVED, "recurrence", rf"({_RECURRENCE}|rfs|dfs){_STATE}|{_RECURRENCE}|recurred|relapsed"),
    (Role.OBSERVED, None, r"event(observed|status|indicator|flag)?|status"),
    (Role.TOXICITY_GRADE, None, r"(toxicity|tox|ae|adverseevent|ctcae)grade|grade(ctcae)|aetoxgr"),
    (Role.CTCAE_VERSION, None, r"ctcaev(ersion)?|aectcaeversion"),
    (Role.TOXICITY_TERM, None, r"(toxicity|tox|ae|adverseevents?|ctcae)(term|name|type)"),
    (Role.TOXICITY_TERM, None, r"toxicity|adverseevent|aedecod"),
)
_TIMES = frozenset({None, "days", "weeks", "months", "years"})
_UNITS_OF: Mapping[Role, Collection[str | None]] = MappingProxyType(
    {
        Role.STEROID: frozenset({"mg", "mg/day"}),
        Role.RADIATION_DOSE: frozenset({"Gy", "cGy"}),
        Role.SURVIVAL: _TIMES,
        Role.AGE: _TIMES,
        Role.TREATMENT_START: frozenset({None, "days"}),
        Role.TREATMENT_END: frozenset({None, "days"}),
    }
)
_CONVERTED = frozenset({Role.AGE, Role.SURVIVAL, Role.RADIATION_DOSE})
"""Roles that mean the same in any unit they have."""
_BY_ANY_NAME = frozenset({Role.SEX, Role.DATE, Role.DAY, Role.SURVIVAL, Role.OBSERVED, Role.EVENT_DATE})
"""Roles of which a row has one: 'gender' is 'sex', 'scan date' is 'date'. An age at diagnosis is none at the scan."""
_COMPILED = tuple((role, endpoint, re.compile(pattern)) for role, endpoint, pattern in _PATTERNS)


def recognize(headers: Sequence[str], column_map: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a table.

    Args:
        headers: the cells of the header row.
        column_map: header -> what to read it as: a name that is recognized (`overall_survival_days`,
            `death_observed`, `sex` ...), any other name to keep it under, or `ignore`. After a colon,
            translations of its cells: `sex: 1=M, 2=F`.
    """
    stated = {_squash(header): target for header, target in column_map.items()}
    columns: list[Column] = []
    for index, cell in enumerate(headers):
        shown = f"column {_letters(index)}" if not cell or lacks_value(cell) else cell
        target, values = _split_target(stated.get(_squash(shown), shown))
        header = _unused(shown, {c.header for c in columns})
        columns.append(_distinct(_column(index, header, target, values), columns))
    return tuple(columns)


def names_course(name: str) -> bool:
    """Whether the name of a column of dates begins with a word for a treatment: 'rt_start', not 'start'."""
    return re.match(_COURSE, _squash(name)) is not None


def split_unit(name: str) -> tuple[str, str | None]:
    """A column name without its unit, and the unit: 'Age (days)' -> 'Age', 'days'."""
    bracket = re.fullmatch(r"(.*?)\s*[\[(]\s*([^\])]*?)\s*[\])]\s*", name)
    if bracket and (unit := UNITS.get(_squash(bracket[2]))):
        return bracket[1], unit
    words = [w for w in re.split(r"[\s_\-./]+", _uncamel(name)) if w]
    for count in (3, 2, 1):
        unit = UNITS.get("".join(words[-count:]).casefold())
        if unit and len(words) > count:
            return "_".join(words[:-count]), unit
    return name, None


def _column(index: int, header: str, target: str, values: Mapping[str, str]) -> Column:
    if target.casefold() == Role.IGNORED:
        return Column(index, header, Role.IGNORED, header)
    whole, (stem, unit) = _squash(target), split_unit(target)
    for candidate, found_unit in ((whole, None), (_squash(stem), unit)):
        for role, endpoint, pattern in _COMPILED:
            if pattern.fullmatch(candidate):
                role, unit = _checked(role, found_unit)
                name = target if role is Role.VALUE else _snake(stem)
                return Column(index, header, role, name, unit, endpoint, values)
    return Column(index, header, Role.VALUE, target, unit, None, values)


def _checked(role: Role, unit: str | None) -> tuple[Role, str | None]:
    """A role that needs a kind of unit is only a value under any other."""
    fits = role not in _UNITS_OF or unit in _UNITS_OF[role]
    return (role if fits else Role.VALUE), unit


def _distinct(column: Column, before: Sequence[Column]) -> Column:
    """A role has one column, the first, and those that mean the same again; the others are values.

    No two columns that mean different things have one name.
    """
    first = next((c for c in before if c.again is None and _mean_the_same(c, column)), None)
    if first is not None:
        return replace(column, again=first.index)
    several = (Role.PATIENT, Role.VALUE, Role.IGNORED)
    taken = any((c.role, c.endpoint) == (column.role, column.endpoint) for c in before)
    if taken and column.role not in several:
        column = replace(column, role=Role.VALUE, name=column.header, endpoint=None)
    return replace(column, name=_unused(column.name, {c.name for c in before}))


def _mean_the_same(a: Column, b: Column) -> bool:
    if (a.role, a.endpoint) != (b.role, b.endpoint) or a.role in (Role.VALUE, Role.IGNORED):
        return False
    if a.unit != b.unit and a.role not in _CONVERTED:
        return False
    whose = a.role is not Role.OBSERVED or a.endpoint is not None
    return a.name == b.name or (a.role in _BY_ANY_NAME and whose)


def _unused(name: str, taken: Collection[str]) -> str:
    count, candidate = 1, name
    while candidate in taken:
        count += 1
        candidate = f"{name} ({count})"
    return candidate


def _split_target(target: str) -> tuple[str, Mapping[str, str]]:
    name, colon, rest = target.partition(":")
    pairs = [part.split("=", 1) for part in rest.split(",") if "=" in part]
    if not colon or not pairs:
        return target.strip(), MappingProxyType({})
    return name.strip(), MappingProxyType({a.strip().casefold(): b.strip() for a, b in pairs})


def _uncamel(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _squash(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "", name.casefold())


def _snake(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", _uncamel(name).casefold()).strip("_")


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
