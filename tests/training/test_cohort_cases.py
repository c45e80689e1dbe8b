"""Which visits of a cohort teach the same thing, and masks that teach nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests.segmentation.made_network import centered

from oncometry.core import Code, LabelError, NothingFoundError, Segment, Segmentation
from oncometry.core import Compartment as C
from oncometry.io.case_layouts import CaseFiles
from oncometry.pipeline import masked_visits
from oncometry.pipeline.progress import SilentProgress

pytest.importorskip("torch")

from oncometry.training import cohort_cases
from oncometry.training_data import CasesData

GRID = centered((4, 4, 4), (1.0, 1.0, 1.0))


def visit(name: str, *compartments: C) -> tuple[CaseFiles, masked_visits.LaidVisit]:
    return CaseFiles(name, name, {}, Path()), masked_visits.LaidVisit({}, Path(), compartments, ())


def drawn(compartment: C, source: str = "file") -> Segmentation:
    inside = np.zeros(GRID.shape, dtype=bool)
    inside[1:3, 1:3, 1:3] = True
    return Segmentation(GRID, (Segment.from_mask(1, "region", compartment, inside),), "named", source)


def test_a_mask_of_the_whole_is_left_out_where_others_show_parts() -> None:
    before = [("d", LabelError(Code.LABEL_UNKNOWN, "told before."))]
    parts, whole, edema = visit("a", C.EDEMA, C.ENHANCING), visit("b", C.WHOLE), visit("c", C.EDEMA)
    found = cohort_cases._of_one_kind([parts, whole, edema], before)
    assert [case.name for case in found.found.cases] == ["a", "c"]
    told = dict(found.found.left_out)
    assert list(told) == ["d", "b"]
    assert told["b"].code is Code.LABEL_ABSENT
    assert [rule.name for rule in found.rules] == ["WT", "ET"]
    alone = cohort_cases._of_one_kind([whole], [])
    assert (alone.scheme, [case.name for case in alone.found.cases]) == ("binary", ["b"])


@pytest.mark.parametrize(
    ("segmentation", "said"),
    [(drawn(C.OTHER), "no part of a tumor"), (drawn(C.WHOLE, "guessed"), "data.scheme")],
)
def test_a_mask_that_names_no_tumor_does_not_teach_that_there_is_none(
    segmentation: Segmentation, said: str
) -> None:
    with pytest.raises(LabelError, match=said) as caught:
        masked_visits._check_understood(segmentation, Path("mask.dcm"))
    assert caught.value.code is Code.LABEL_UNKNOWN
    masked_visits._check_understood(drawn(C.WHOLE), Path("mask.dcm"))
    masked_visits._check_understood(Segmentation(GRID, (), "named"), Path("mask.dcm"))


def test_visits_of_which_none_shows_what_the_others_show_are_nothing_to_learn_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = [visit("a", C.WHOLE, C.ENHANCING), visit("b", C.CORE)]
    none = SimpleNamespace(patient_ids=(), timepoints=(1, 2), series=(), masks=(), files=(), notices=())
    monkeypatch.setattr(cohort_cases, "curate", lambda *_, **__: none)
    monkeypatch.setattr(cohort_cases, "_visits", lambda *_: iter([(f.name, f.name, v) for f, v in visits]))
    data = CasesData(kind="cohort", folder=tmp_path / "scans")
    with pytest.raises(NothingFoundError, match="none of 2 visits"):
        cohort_cases.cohort_cases(data, tmp_path / "out", SilentProgress())
