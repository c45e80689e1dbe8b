"""The methods paragraph says what ran, and nothing else."""

from __future__ import annotations

from oncometry.report.methods import write_methods
from oncometry.report.tables import Row


def step(name: str, parameters: dict[str, object], status: str = "done") -> Row:
    return {"name": name, "parameters": parameters, "version": "0.1.0", "status": status}


def measured(join_mm: float) -> Row:
    return step("measure", {"measurement": {"join_mm": join_mm, "cavity": "in", "diameter": "inside"}})


def test_parameters_are_those_of_the_steps() -> None:
    text = " ".join(write_methods([measured(2.0), measured(3.5)], [], []).paragraphs)
    assert "less than 2 or 3.5 mm apart" in text
    assert "counted into the whole tumor" in text
    assert "stays inside the lesion" in text
    assert "Oncometry 0.1.0" in text


def test_only_what_ran_is_mentioned_and_cited() -> None:
    methods = write_methods([measured(2.0)], [], [])
    text = " ".join(methods.paragraphs)
    assert "N4" not in text
    assert "registration" not in text.lower()
    assert [r.doi for r in methods.references] == ["10.1016/j.ejca.2008.10.026", "10.1200/JCO.2009.26.3541"]


def test_citations_are_numbered_in_order() -> None:
    volume = {
        "steps": [{"name": "bias", "parameters": {"method": "N4"}}, {"name": "resample", "parameters": {}}]
    }
    window = {"steps": [{"name": "normalize", "parameters": {"method": "window", "limits": [-160, 240]}}]}
    methods = write_methods([measured(2.0)], [volume, window], [])
    text = " ".join(methods.paragraphs)
    assert "N4 [1]" in text
    assert "linear interpolation [2]" in text
    assert "clipping to -160 to 240 HU" in text
    assert "RECIST 1.1 [3]" in text


def test_nothing_ran() -> None:
    methods = write_methods([step("measure", {}, status="failed")], [], [])
    assert methods.paragraphs == ()
    assert methods.references == ()
