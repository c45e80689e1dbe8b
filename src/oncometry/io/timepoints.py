"""Visits: series grouped by study, then by date, then by what their names say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from oncometry.core import UNORDERED, Code, Contrast, Notice, Timepoint
from oncometry.io.manifest import DoseRecord, MaskRecord, SeriesRecord
from oncometry.io.names import session_date, session_day, session_order

__all__ = ["assign_timepoints"]

EARLIEST = date(1950, 1, 1)


@dataclass
class _Visit:
    """Members that belong to one visit, while it is being put together."""

    members: list[SeriesRecord | MaskRecord | DoseRecord] = field(default_factory=list)
    session: str | None = None
    day: date | None = None


Records = tuple[tuple[SeriesRecord, ...], tuple[MaskRecord, ...], tuple[DoseRecord, ...]]
R = TypeVar("R", SeriesRecord, MaskRecord, DoseRecord)


def assign_timepoints(
    series: Sequence[SeriesRecord],
    masks: Sequence[MaskRecord],
    doses: Sequence[DoseRecord],
    window_days: int,
) -> tuple[Records, tuple[Timepoint, ...], tuple[Notice, ...]]:
    """The records with their time points, all time points, and what was odd about dates.

    One study is one visit, whatever the dates of its series. Studies of another day within `window_days`
    of the first of a visit join it if they show nothing that it shows (CT beside MR), and their folders
    do not name different sessions: the same sequence twice is a change to measure. Without a study the
    session that a name states is the visit. A mask goes with its image. A visit of several dates says so
    (`DATES_DIFFER`). Dates before 1950, in the future, or equal over several named sessions are not
    believed (`DATES_IMPLAUSIBLE`). Where neither dates nor names tell the order of all visits they are
    `UNORDERED`, and that is said under the same code.
    """
    by_patient: dict[str, list[SeriesRecord | MaskRecord | DoseRecord]] = defaultdict(list)
    everything: list[SeriesRecord | MaskRecord | DoseRecord] = [*series, *masks, *doses]
    for record in everything:
        by_patient[record.patient_id].append(record)
    given: dict[str, Timepoint] = {}
    points: list[Timepoint] = []
    notices: list[Notice] = []
    for patient, members in sorted(by_patient.items()):
        visits = _visits(members, window_days)
        ordered = _ordered(patient, visits)
        notices += _implausible(patient, visits)
        if not all(point.is_ordered for point, _ in ordered):
            notices.append(_without_order(patient, visits))
        for point, visit in ordered:
            points.append(point)
            notices += _several_days(point, visit)
            given |= {record.key: point for record in visit.members}
    records = (_with(series, given), _with(masks, given), _with(doses, given))
    return records, tuple(points), tuple(notices)


def _with(records: Sequence[R], given: dict[str, Timepoint]) -> tuple[R, ...]:
    return tuple(replace(record, timepoint=given[record.key]) for record in records)


def _visits(members: list[SeriesRecord | MaskRecord | DoseRecord], window_days: int) -> list[_Visit]:
    """Images first; masks and doses then follow what they belong to."""
    images = [m for m in members if isinstance(m, SeriesRecord)]
    visits = _merge(_groups(images), window_days)
    rest = [m for m in members if not isinstance(m, SeriesRecord)]
    alone: list[MaskRecord | DoseRecord] = []
    for record in rest:
        home = _home(record, visits)
        if home is None:
            alone.append(record)
        else:
            home.members.append(record)
    return visits + _merge(_groups(alone), window_days)


def _groups(members: Sequence[SeriesRecord | MaskRecord | DoseRecord]) -> list[_Visit]:
    """One visit a study; without a study, one a named session; the rest together."""
    groups: dict[tuple[str, str], _Visit] = {}
    for record in members:
        session = getattr(record, "session", None)
        study = record.study_instance_uid
        key = ("study", study) if study else ("session", session or "")
        visit = groups.setdefault(key, _Visit())
        visit.members.append(record)
        visit.session = visit.session or session
        day = _day_of(record)
        visit.day = day if visit.day is None else min(visit.day, day or visit.day)
    return list(groups.values())


def _day_of(record: SeriesRecord | MaskRecord | DoseRecord) -> date | None:
    if isinstance(record, SeriesRecord):
        return record.study_date or record.acquired or session_date(record.session)
    return record.acquired or session_date(record.session) if isinstance(record, MaskRecord) else None


def _merge(visits: list[_Visit], window_days: int) -> list[_Visit]:
    """Join visits whose believable dates lie within the window and that show different things."""
    merged: list[_Visit] = []
    for visit in sorted(visits, key=_sort_key):
        last = merged[-1] if merged else None
        if last is not None and _same_visit(last, visit, window_days):
            last.members += visit.members
            last.session = last.session or visit.session
        else:
            merged.append(visit)
    return merged


def _same_visit(one: _Visit, other: _Visit, window_days: int) -> bool:
    if one.session and other.session and one.session != other.session:
        return False
    if _believable(one.day) and _believable(other.day) and one.day and other.day:
        apart = (other.day - one.day).days
        return apart == 0 or (apart <= window_days and not _show_the_same(one, other))
    return False


def _show_the_same(one: _Visit, other: _Visit) -> bool:
    """Whether a sequence of one may be one of the other; an unknown contrast may be any of its modality."""
    mine, theirs = _shown(one), _shown(other)
    unknown = {what for what, contrast in mine | theirs if contrast in (None, Contrast.UNKNOWN)}
    both = {what for what, _ in mine} & {what for what, _ in theirs}
    return bool(mine & theirs or unknown & both)


def _shown(visit: _Visit) -> set[tuple[str, Contrast | None]]:
    """(modality, contrast) of the images; of masks and doses without one, what they are."""
    return {
        (m.modality.value, m.contrast) if isinstance(m, SeriesRecord) else (type(m).__name__, None)
        for m in visit.members
    }


def _believable(day: date | None) -> bool:
    return day is not None and EARLIEST <= day <= date.today()


def _sort_key(visit: _Visit) -> tuple[object, ...]:
    believable = _believable(visit.day)
    first = min((m.key for m in visit.members), default="")
    return (
        not believable,
        visit.day if believable and visit.day else date.min,
        session_order(visit.session),
        first,
    )


def _home(record: MaskRecord | DoseRecord, visits: list[_Visit]) -> _Visit | None:
    """The visit of the image a record is linked to, else of its study, else of its session."""
    linked = getattr(record, "series_key", None)
    session = getattr(record, "session", None)
    for visit in visits:
        if linked and any(member.key == linked for member in visit.members):
            return visit
    for visit in visits:
        studies = {member.study_instance_uid for member in visit.members}
        if record.study_instance_uid and record.study_instance_uid in studies:
            return visit
    for visit in visits:
        if session is not None and session in (visit.session, str(visit.day)):
            return visit
    return visits[0] if len(visits) == 1 and session is None and record.study_instance_uid is None else None


def _implausible(patient: str, visits: list[_Visit]) -> list[Notice]:
    odd = sorted({str(v.day) for v in visits if v.day is not None and not _believable(v.day)})
    notices = []
    if odd:
        what = (
            f"patient {patient}: the dates {', '.join(odd)} are not believed; visits are not ordered by them."
        )
        notices.append(Notice(Code.DATES_IMPLAUSIBLE, what))
    if _all_equal(visits):
        what = f"patient {patient}: {len(visits)} visits all have the date {visits[0].day}; ordered by name."
        notices.append(Notice(Code.DATES_IMPLAUSIBLE, what))
    return notices


def _without_order(patient: str, visits: list[_Visit]) -> Notice:
    measured = _measured(visits)
    undated = sum(not _believable(v.day) for v in measured)
    what = (
        f"patient {patient}: {undated} of {len(measured)} visits have no date that can be believed, and no names "
        "tell the order: no lesion is followed from one visit to another, and no change is given. "
        "Put the images of each visit into a folder that says which it is: ses-01, ses-02, ..."
    )
    return Notice(Code.DATES_IMPLAUSIBLE, what)


def _measured(visits: list[_Visit]) -> list[_Visit]:
    """Those in which lesions are: all but a dose alone, which has no date."""
    return [v for v in visits if not all(isinstance(m, DoseRecord) for m in v.members)]


def _by_date(visits: list[_Visit]) -> bool:
    return all(_believable(v.day) for v in _measured(visits)) and not _all_equal(visits)


def _by_name(visits: list[_Visit]) -> bool:
    """Whether names order the visits; one visit needs none."""
    measured = _measured(visits)
    places = {session_order(v.session) for v in measured if v.session}
    return len(measured) < 2 or len(places) == len(measured)


def _several_days(point: Timepoint, visit: _Visit) -> list[Notice]:
    """What to say of a visit whose images are not of one day."""
    days: dict[date, set[str]] = defaultdict(set)
    for member in visit.members:
        if isinstance(member, SeriesRecord):
            day = member.acquired or member.study_date or session_date(member.session)
            if day is not None and _believable(day):
                days[day].add(f"{member.modality} {member.contrast}")
    dated = set(days) | ({point.acquired} if point.acquired is not None else set())
    if len(dated) < 2:
        return []
    told = "; ".join(f"{day} ({', '.join(sorted(shown))})" for day, shown in sorted(days.items()))
    studies = {m.study_instance_uid for m in visit.members if m.study_instance_uid}
    apart = f"{len(studies)} studies that show different things (visit_window_days: 0 keeps them apart)"
    what = (
        f"patient {point.patient_id}: time point {point.label} ({point.acquired}) holds images of {told}: "
        f"{'one study' if len(studies) == 1 else apart}. Each image keeps its own date."
    )
    return [Notice(Code.DATES_DIFFER, what)]


def _all_equal(visits: list[_Visit]) -> bool:
    return len(visits) > 1 and visits[0].day is not None and len({v.day for v in visits}) == 1


def _ordered(patient: str, visits: list[_Visit]) -> list[tuple[Timepoint, _Visit]]:
    """Number the visits: by date where all have a believable one, else by session label, else in no order."""
    dated = _by_date(visits)
    ordered = dated or _by_name(visits)
    ranked = sorted(visits, key=_sort_key if dated else lambda v: (session_order(v.session), _sort_key(v)))
    counted = [session_day(v.session) for v in ranked]
    points = []
    for number, visit in enumerate(ranked, start=1):
        day = visit.day if _believable(visit.day) and not _all_equal(visits) else None
        since, source = None, "session label" if visit.session else "single"
        if dated and visit.day and ranked[0].day:
            since = (visit.day - ranked[0].day).days
            source = "study date" if any(m.study_instance_uid for m in visit.members) else "file name"
        elif (here := counted[number - 1]) is not None and (start := counted[0]) is not None:
            since = here - start
        since, source = (since, source) if ordered else (None, UNORDERED)
        points.append((Timepoint(patient, number, f"{number:02d}", since, day, source), visit))
    return points
