"""Faults of settings in words: all of them, each with its path, the nearest name and the names there are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from oncometry.core import Code, SettingsError
from oncometry.core.faults import told_faults


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Heads(Strict):
    kind: Literal["heads"]
    folder: str


class Cases(Strict):
    kind: Literal["brats", "nnunet"]
    folder: str
    held_out: int = 0


class Inner(Strict):
    steps: int = Field(1, ge=1)
    share: float | Literal["auto"] = "auto"
    scheme: str = "one"

    @field_validator("scheme")
    @classmethod
    def _known(cls, value: str) -> str:
        if value != "one":
            raise SettingsError(Code.SETTINGS, f"there is no scheme {value!r}.", advice="Use one.")
        return value


class Whole(Strict):
    name: Annotated[str, Field(pattern="^[a-z]+$")] = "x"
    inner: Inner = Inner()
    maybe: Inner | None = None
    many: tuple[Inner, ...] = Field((Inner(),), min_length=1)
    named: dict[str, Inner] = {}
    data: Annotated[Heads | Cases, Field(discriminator="kind")] = Heads(kind="heads", folder="a")

    @model_validator(mode="after")
    def _agrees(self) -> Whole:
        if self.name == "odd":
            raise ValueError("an odd name")
        return self


def told(**values: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate(values)
    return told_faults(caught.value, Whole)[0]


INNER = "there are steps, share, scheme"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (
            {"nme": 1},
            "nme: there is no such setting (nearest is name, of name, inner, maybe, many, named, data)",
        ),
        (
            {"inner": {"step": 1}},
            "inner.step: there is no such setting (nearest is steps, of steps, share, scheme)",
        ),
        ({"maybe": {"zzz": 1}}, f"maybe.zzz: there is no such setting ({INNER})"),
        (
            {"many": [{}, {"stps": 1}]},
            "many.1.stps: there is no such setting (nearest is steps, of steps, share, scheme)",
        ),
        (
            {"named": {"a": {"stps": 1}}},
            "named.a.stps: there is no such setting (nearest is steps, of steps, share, scheme)",
        ),
        ({"inner": {"steps": 0}}, "inner.steps: should be greater than or equal to 1, got 0"),
        ({"inner": {"steps": "x"}}, "inner.steps: takes a whole number, got 'x'"),
        ({"inner": 3}, "inner: takes names with values, got 3"),
        ({"many": [3]}, "many.0: takes names with values, got 3"),
        ({"many": []}, "many: tuple should have at least 1 item after validation, not 0, got []"),
        ({"many": "x"}, "many: takes a list, as [a, b], got 'x'"),
        ({"name": "A b"}, "name: has to fit ^[a-z]+$, got 'A b'"),
        ({"name": 3}, "name: takes text, got 3 (write '3', in quotes)"),
        ({"name": "odd"}, "an odd name"),
        ({"data": {"kind": "brats"}}, "data.folder: it is missing"),
        (
            {"data": {"kind": "brats", "folder": "a", "heldout": 1}},
            "data.heldout: there is no such setting (nearest is held_out, of kind, folder, held_out)",
        ),
        ({"data": {"folder": "a"}}, "data.kind: it is missing"),
        ({"data": {"kind": "x"}}, "data.kind: takes 'heads', 'brats', 'nnunet', got 'x'"),
        ({"inner": {"scheme": "two"}}, "inner.scheme: there is no scheme 'two'"),
    ],
)
def test_one_fault(values: dict[str, Any], says: str) -> None:
    assert told(**values) == says


def test_a_yes_that_yaml_took_for_true_is_explained() -> None:
    assert "YAML reads yes, no, on and off as true and false" in told(name=True)


def test_what_a_union_tried_is_no_part_of_the_path() -> None:
    parts = told(inner={"share": "x"}).split("; ")
    assert len(parts) == 2
    assert all(part.startswith("inner.share: takes ") for part in parts)


def test_all_at_once_and_no_more_than_can_be_read() -> None:
    assert told(nme=1, inner={"steps": 0, "stp": 1}, many=[{"zz": 1}]).count("; ") >= 3
    many = told(**{f"z{i}": 1 for i in range(50)})
    assert many.endswith("; and 30 more")


def test_the_advice_of_the_only_fault_is_given() -> None:
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate({"inner": {"scheme": "two"}})
    assert told_faults(caught.value, Whole)[1] == "Use one."
    with pytest.raises(ValidationError) as two:
        Whole.model_validate({"inner": {"scheme": "two", "steps": 0}})
    assert told_faults(two.value, Whole)[1] is None


def test_a_long_value_is_cut() -> None:
    assert len(told(name="B" * 10_000)) < 120
