"""Decisions, manual reads and assessments come back as they were kept."""

from __future__ import annotations

from dataclasses import replace

from oncometry.core import in_force
from oncometry.store import Store, Trace

from .build import Plan, curate_step, manifest, result
from .build_response import PATIENT, assessed, decisions, imported


def _filled(store: Store) -> None:
    found = manifest(Plan())
    store.add_manifest(found, curate_step(found))
    store.add_patient(result(Plan()))
    for decision in decisions():
        store.add_decisions([decision])
    store.add_readings(imported())


def test_decisions_come_back_and_what_is_undone_holds_no_more(store: Store) -> None:
    _filled(store)
    kept = store.decisions(PATIENT)
    assert [replace(d, number=0) for d in kept] == list(decisions())
    assert {d.number for d in kept} - {d.number for d in in_force(kept)} == {1, 9}
    assert store.decisions("nobody") == ()


def test_reads_come_back_and_a_newer_file_takes_their_place(store: Store) -> None:
    _filled(store)
    (kept,) = store.readings(PATIENT)
    (given,) = imported().reads
    assert vars(kept.reading) == vars(given.reading) | {"sources": ("reading:1",)}
    assert (kept.timepoint, kept.lesion_uid, kept.matched_by) == (1, "2.25.1", "tracking uid")
    assert store.add_readings(imported()) == 0
    store.add_readings(imported(version=2))
    assert [read.reading.sources for read in store.readings(PATIENT)] == [("reading:2",)]


def test_an_assessment_replaces_its_own_criterion_and_leads_to_its_sources(store: Store) -> None:
    _filled(store)
    store.add_assessments(PATIENT, "volumetric", [assessed(), assessed(reader="Dr. B", category="SD")])
    assert (
        store.add_assessments(PATIENT, "volumetric", [assessed(), assessed(reader="Dr. B", category="SD")])
        == 0
    )
    assert set(store.table("responses")["reader"]) == {"oncometry", "Dr. B"}
    store.add_assessments(PATIENT, "volumetric", [assessed(category="SD")])
    rows = store.table("responses")
    assert list(rows["category"]) == ["NONE", "SD"]
    told = store.why(rows["value_id"].iloc[1])
    assert {"rule", "instance", "sheet"} <= {node.kind for node in _walk(told)}


def _walk(trace: Trace) -> list[Trace]:
    found = [trace]
    for source in trace.sources:
        found += _walk(source)
    return found
