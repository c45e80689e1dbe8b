"""`oncometry lesions`: the ledger listed, and every decision checked before it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from oncometry.cli import app
from oncometry.cli.lesions_command import VERBS
from oncometry.core import Decision, DecisionKind
from oncometry.pipeline import CohortFolder

from ..pipeline.conftest import run_inline
from ..pipeline.deciding import SECOND, import_reads, read, table
from ..small_cohort import P1, P2, write_small_cohort

WHO = ("--by", "Ada", "--why", "a vessel")


def kept(cohort: Path) -> list[Decision]:
    with CohortFolder.open(cohort).store() as store:
        return list(store.decisions())


@pytest.fixture
def decide(oncometry, copy):
    """Decide about P1's lesions; gives what was kept last."""

    def said(verb: str, *words: object, patient: str | None = P1, code: int = 0) -> Decision:
        whose = () if patient is None else ("--patient", patient)
        ran = oncometry("lesions", verb, copy, *words, *WHO, *whose)
        assert ran.code == code, ran.err
        return kept(copy)[-1]

    return said


def test_lines_in_the_table_are_those_of_the_verbs():
    group = typer.main.get_command(app).commands["lesions"]
    for name, lazy in VERBS.items():
        assert group.commands[name].help.splitlines()[0] == lazy.line


def test_the_ledger_is_listed_with_or_without_the_word(oncometry, undisturbed):
    ran = oncometry("lesions", undisturbed)
    assert ran.code == 0
    assert ran.out == oncometry("lesions", "list", undisturbed).out
    lines = ran.out.splitlines()
    assert lines[0].split()[:4] == ["patient", "lesion", "visit", "day"]
    new = next(line for line in lines if "absent: not yet there" in line)
    assert new.split()[-1] == "new"
    assert any("new (absence)" in line for line in lines)
    only = oncometry("lesions", undisturbed, "--patient", P2).out
    assert P1 not in only
    assert P2 in only


def test_json_has_everything(oncometry, copy):
    import_reads(copy, read("R1", "T01", (40.0, 20.0)))
    said = json.loads(oncometry("lesions", copy, "--json").out)
    first = next(x for x in said["lesions"] if (x["patient"], x["lesion"]) == (P1, "L1"))
    stored = table(copy, "lesions").set_index("lesion")
    assert first["tracking_uid"] == stored["tracking_uid"]["L1"]
    assert [visit["status"] for visit in first["visits"]] == ["measured", "measured"]
    sizes = table(copy, "measurements").set_index("value_id")
    for visit in first["visits"]:
        for size in visit["sizes"]:
            assert sizes.loc[size["value_id"], "volume_ml"] == size["volume_ml"]
    assert {role["criteria"] for role in first["roles"]} == {"volumetric"}
    assert said["waiting"] == []


def test_an_exclusion_keeps_who_why_and_where(decide, copy):
    made = decide("exclude", "L2")
    assert (made.kind, made.reader, made.why, made.patient_id) == (
        DecisionKind.EXCLUDE,
        "Ada",
        "a vessel",
        P1,
    )
    (lesion,) = made.lesions
    seen = table(copy, "measurements").query("lesion == 'L2' and compartment == 'whole'").iloc[0]
    assert (lesion.name, lesion.anchor, lesion.mask_key) == ("L2", SECOND, seen["mask_key"])
    assert lesion.centroid_lps_mm == pytest.approx([seen[f"centroid_{axis}_mm"] for axis in "xyz"])


def test_a_tracking_uid_names_a_lesion_without_its_patient(decide, copy):
    uid = table(copy, "lesions").set_index("lesion")["tracking_uid"]["L2"]
    made = decide("exclude", uid, patient=None)
    assert (made.patient_id, made.lesions[0].name) == (P1, "L2")


@pytest.mark.parametrize("visit", ["2", "02", SECOND])
def test_a_visit_is_named_by_number_label_or_date(decide, visit):
    made = decide("split", "L1", "--from", visit)
    assert (made.kind, made.anchor) == (DecisionKind.SPLIT, SECOND)


def test_what_each_verb_keeps(decide):
    made = decide("role", "L1", "non-target", "--criteria", "recist-1.1")
    assert (made.role, made.criteria, made.anchor) == ("non-target", "recist-1.1", None)
    made = decide("state", "L1", "Unequivocal-Progression", "--at", 2)
    assert (made.state, made.anchor) == ("unequivocal progression", SECOND)
    made = decide("status", "L1", "not-evaluable", "--at", 2)
    assert (made.status, made.anchor) == ("not evaluable", SECOND)
    made = decide("accept", "--reader", "oncometry", "--at", 2)
    assert (made.kind, made.accepted_reader, made.lesions) == (DecisionKind.ACCEPT, "oncometry", ())


@pytest.mark.parametrize("said", ["absent", "too-small", "Too_Small to measure", "not-imaged"])
def test_a_status_is_taken_as_the_help_writes_it(decide, said):
    plain = said.casefold().replace("-", " ").replace("_", " ")
    assert str(decide("status", "L1", said, "--at", 2).status).startswith(plain)


def test_sizes_are_one_decision_each(decide, copy):
    decide(
        "measure", "L1", "--at", 2, "--longest-diameter", 14.2, "--short-axis", 10, "--compartment", "core"
    )
    sizes = {d.quantity: (d.value, d.compartment, d.anchor) for d in kept(copy)}
    assert sizes == {
        "longest_diameter_mm": (14.2, "core", SECOND),
        "short_axis_mm": (10.0, "core", SECOND),
    }


def test_the_same_again_is_said_and_not_kept_twice(oncometry, decide, copy):
    first = decide("exclude", "L2")
    ran = oncometry("lesions", "exclude", copy, "L2", *WHO, "--patient", P1)
    assert f"{first.value_id} exclude by Ada of L2 was decided already" in ran.err
    assert len(kept(copy)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("role", "L1", "target"), ("role", "L1", "non-target")),
        (
            ("measure", "L1", "--at", 2, "--longest-diameter", 10),
            ("measure", "L1", "--at", 2, "--longest-diameter", 12),
        ),
        (
            ("measure", "L1", "--at", 2, "--longest-diameter", 10),
            ("status", "L1", "not-evaluable", "--at", 2),
        ),
        (("state", "L1", "present", "--at", 2), ("state", "L1", "absent", "--at", 2)),
        (("accept", "--reader", "R1"), ("accept", "--reader", "oncometry")),
    ],
)
def test_what_a_later_decision_outranked_can_be_decided_again(decide, copy, first, second):
    import_reads(copy, read("R1", "T01", (40.0, 20.0)))
    decide(*first)
    decide(*second)
    assert decide(*first).number == 3
    assert decide(*first).number == 3


def test_a_split_that_was_linked_again_can_be_decided_again(decide, copy, small_inputs):
    decide("split", "L1", "--from", 2)
    run_inline(small_inputs / "scans", copy)
    decide("link", "L1", "L1.2")
    run_inline(small_inputs / "scans", copy)
    assert decide("split", "L1", "--from", 2).number == 3


def test_other_sizes_and_visits_outrank_nothing(decide):
    decide("measure", "L1", "--at", 2, "--longest-diameter", 10)
    decide("measure", "L1", "--at", 2, "--volume", 2)
    decide("measure", "L1", "--at", 1, "--longest-diameter", 12)
    decide("role", "L1", "target", "--criteria", "recist-1.1")
    assert decide("measure", "L1", "--at", 2, "--longest-diameter", 10).number == 4


def test_a_decision_says_what_applies_it(oncometry, copy):
    ran = oncometry("lesions", "exclude", copy, "L2", *WHO, "--patient", P1)
    assert "the next `oncometry run` of the scans applies it" in ran.err
    ran = oncometry("lesions", "role", copy, "L1", "target", *WHO, "--patient", P1, "--json")
    (decision,) = json.loads(ran.out)["decisions"]
    assert (decision["new"], decision["what"]) == (True, "role target")
    assert "oncometry assess COHORT" in json.loads(ran.out)["applied_by"]


def test_what_is_undone_can_be_decided_again_and_undone_again(oncometry, decide, copy):
    first = decide("exclude", "L2")
    decide("undo", f"decision:{first.number}", patient=None)
    again = decide("exclude", "L2")
    assert again.number > first.number
    holds = {
        row["decision"]: row["holds"]
        for row in json.loads(oncometry("lesions", copy, "--decisions", "--json").out)
    }
    assert holds[first.value_id] == "undone"
    assert holds[again.value_id] == "pending"
    ran = oncometry("lesions", "undo", copy, first.number, *WHO)
    assert ran.code == 2
    assert "was undone" in ran.err


def test_an_undone_undo_brings_the_decision_back(oncometry, decide, copy):
    first = decide("exclude", "L2")
    undo = decide("undo", first.number, patient=None)
    decide("undo", undo.number, patient=None)
    rows = json.loads(oncometry("lesions", copy, "--decisions", "--json").out)
    assert [row["holds"] for row in rows] == ["pending", "undone", "yes"]


def test_what_is_decided_shows_in_the_ledger_after_a_run(oncometry, decide, copy, small_inputs):
    decide("exclude", "L2")
    assert "decision:1 exclude by Ada" in oncometry("lesions", copy).out
    run_inline(small_inputs / "scans", copy)
    line = next(line for line in oncometry("lesions", copy).out.splitlines() if "exclude by Ada" in line)
    assert "no lesion" in line
    said = json.loads(oncometry("lesions", copy, "--json").out)["lesions"]
    assert [x["excluded"] for x in said if x["patient"] == P1] == [None, "Ada: a vessel"]


def test_what_only_a_run_applies_is_told_as_pending_until_then(
    oncometry, decide, copy, small_inputs, tmp_path
):
    commands = {
        "list": ("lesions", copy),
        "assess": ("assess", copy, "--criteria", "recist-1.1"),
        "export": ("export", copy, "-o", tmp_path / "out"),
    }

    def told() -> set[str]:
        lines = {name: oncometry(*words).err.splitlines() for name, words in commands.items()}
        pending = {name: {x for x in said if x.startswith("pending: ")} for name, said in lines.items()}
        assert pending["list"] == pending["assess"] == pending["export"]
        return pending["list"]

    decide("role", "L1", "target")
    assert told() == set()
    first = decide("exclude", "L2")
    applies = "the next `oncometry run` of the scans applies it"
    assert told() == {f"pending: {P1}: {first.value_id} exclude by Ada of L2: {applies}"}
    assert json.loads(oncometry("lesions", copy, "--json").out)["pending"] == [first.value_id]
    of_other = oncometry("assess", copy, "--criteria", "recist-1.1", "--patient", P2)
    assert "pending" not in of_other.err
    run_inline(small_inputs / "scans", copy)
    assert told() == set()
    undo = decide("undo", first.number, patient=None)
    assert told() == {f"pending: {P1}: {undo.value_id} undo {first.value_id} by Ada: {applies}"}
    decide("undo", undo.number, patient=None)
    assert told() == set()


def test_a_reader_who_read_can_be_accepted(oncometry, copy):
    import_reads(copy, read("R1", "T01", (40.0, 20.0)))
    ran = oncometry("lesions", "accept", copy, "--reader", "R1", *WHO, "--patient", P1)
    assert ran.code == 0
    assert kept(copy)[-1].accepted_reader == "R1"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("exclude", "L9", "--patient", P1), 3, "there is no lesion 'L9'"),
        (("exclude", "L1"), 2, "2 patients have a lesion L1"),
        (("exclude", "L1", "--patient", "nobody"), 3, "there is no patient 'nobody'"),
        (("link", "L1", "L1", "--patient", P1), 2, "are the same lesion"),
        (("link", "L1", "L2", "--patient", P1), 2, "one mask of visit 2 shows both L1 and L2"),
        (("split", "L1", "--from", "1", "--patient", P1), 2, "is not seen both before visit 1"),
        (("split", "L2", "--from", "2", "--patient", P1), 2, "is not seen both before visit 2"),
        (("split", "L1", "--from", "2031-01-01", "--patient", P1), 3, f"2 (02, {SECOND})"),
        (("role", "L1", "target", "--criteria", "recist", "--patient", P1), 2, "no criteria 'recist'"),
        (("role", "L1", "aim", "--patient", P1), 2, "'aim'"),
        (("measure", "L1", "--at", "2", "--patient", P1), 2, "there is no size"),
        (("measure", "L1", "--at", "2", "--volume", "0", "--patient", P1), 2, "0 is no volume_ml"),
        (("measure", "L1", "--at", "2", "--volume", "nan", "--patient", P1), 2, "nan is no volume_ml"),
        (("measure", "L1", "--at", "2", "--longest-diameter", "2000", "--patient", P1), 2, "at most 1000"),
        (
            ("measure", "L1", "--at", "2", "--longest-diameter", "9", "--short-axis", "10", "--patient", P1),
            2,
            "more than the longest diameter",
        ),
        (("state", "L1", "growing", "--at", "2", "--patient", P1), 2, "'growing' is none of absent"),
        (("status", "L1", "not", "--at", "2", "--patient", P1), 2, "'not' is none of"),
        (("status", "L1", "", "--at", "2", "--patient", P1), 2, "'' is none of"),
        (("status", "L1", "measured", "--at", "2", "--patient", P1), 2, "measured by a size"),
        (("accept", "--reader", "R9", "--patient", P1), 3, "there is no reader 'R9'"),
        (("accept", "--reader", "oncometry"), 2, "not said of which patient"),
        (("undo", "5"), 3, "there is no decision 5"),
        (("undo", "five"), 2, "'five' is no number"),
    ],
)
def test_mistakes_are_refused_and_nothing_is_kept(oncometry, copy, words, code, says):
    verb, *rest = words
    ran = oncometry("lesions", verb, copy, *rest, *WHO)
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert kept(copy) == []


@pytest.mark.parametrize(("by", "why"), [("", "x"), ("Ada", " "), ("oncometry", "x")])
def test_a_decision_has_a_person_and_a_reason(oncometry, copy, by, why):
    ran = oncometry("lesions", "exclude", copy, "L2", "--patient", P1, "--by", by, "--why", why)
    assert ran.code == 2
    assert kept(copy) == []


def test_a_verb_that_is_none_is_told_from_a_cohort(oncometry, copy):
    ran = oncometry("lesions", "exlude", copy, "L2")
    assert ran.code == 2
    assert "there is no 'exlude': neither a cohort nor one of list, import, link" in ran.err


def test_a_decision_whose_lesion_is_gone_waits(oncometry, decide, copy, tmp_path, small_inputs):
    decide("exclude", "L2")
    with CohortFolder.open(copy).store() as store:
        found = store.decisions()
    first = write_small_cohort(tmp_path / "first", visits=(0,)) / "scans"
    gone = tmp_path / "gone"
    run_inline(first, gone)
    with CohortFolder.open(gone).store() as store:
        store.add_decisions(found)
    ran = oncometry("lesions", gone)
    assert "waiting: decision:1 exclude by Ada: its lesion is not in the ledger any more" in ran.err
    assert json.loads(oncometry("lesions", gone, "--json").out)["waiting"] == ["decision:1"]
