"""Models on disk: equal after a round trip, without anybody's id, and nothing is believed that was changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.prediction.final.made_models import made_models
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, CorruptInputError, NothingFoundError, Notice
from oncometry.io.tensors import arrays_of, tensor_bytes
from oncometry.pipeline.experiment.final import _told
from oncometry.prediction.final.patient_model import PatientModel
from oncometry.prediction.final.store import CARD, read_model, write_model

KINDS = [
    ("binary", None, 3),
    ("binary", "svm", 0),
    ("survival", None, 0),
    ("continuous", None, 0),
    ("ordinal", None, 0),
]


@pytest.mark.parametrize(("kind", "model", "sites"), KINDS)
def test_a_model_read_again_says_the_same(tmp_path: Path, kind: str, model: str | None, sites: int) -> None:
    _, (stored, *_) = made_models(kind, model, sites)
    weights, card = write_model(stored, tmp_path / "m")
    sheet = made_sheet(patients=6, seed=4, sites=sites)
    before = stored.predict(sheet)
    for path in (weights, card):
        again = read_model(path)
        assert again.card.model_copy(update={"weights_sha256": ""}) == stored.card
        after = again.predict(sheet)
        assert before.patients == after.patients
        np.testing.assert_allclose(before.said.score, after.said.score, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("kind", "model", "sites"), KINDS)
def test_nobody_who_was_learned_from_is_named(
    tmp_path: Path, kind: str, model: str | None, sites: int
) -> None:
    made, (stored, *_) = made_models(kind, model, sites)
    for path in write_model(stored, tmp_path / "m"):
        content = path.read_bytes()
        assert not [p for p in made.sheet.patients if str(p).encode() in content]
        assert b"__reduce__" not in content
        assert not content.startswith(b"\x80")


def test_the_card_holds_no_patients_own_extreme() -> None:
    made, (stored, *_) = made_models("binary")
    for column in stored.card.columns:
        if column.level is None and column.transform == "none":
            values = made.sheet.columns[column.source]
            assert column.low < values.min()
            assert column.high > values.max()
            assert column.low not in values
            assert column.high not in values


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    _, (stored, *_) = made_models("binary")
    one = [p.read_bytes() for p in write_model(stored, tmp_path / "a")]
    assert one == [p.read_bytes() for p in write_model(stored, tmp_path / "b")]


def test_what_was_changed_is_refused(tmp_path: Path) -> None:
    _, (stored, *_) = made_models("binary")
    weights, card = write_model(stored, tmp_path / "m")
    whole = weights.read_bytes()
    for changed in (whole[:-1], whole + b"\0", whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:], b""):
        weights.write_bytes(changed)
        with pytest.raises(CorruptInputError) as caught:
            read_model(card)
        assert caught.value.code is Code.MODEL_TAMPERED
    weights.write_bytes(whole)
    told = json.loads(card.read_text())
    told["conformal"]["least"] = [0.0, 0.0]
    card.write_text(json.dumps(told))
    with pytest.raises(CorruptInputError) as caught:
        read_model(card)
    assert caught.value.code is Code.MODEL_TAMPERED


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    _, (stored, *_) = made_models("binary")
    with pytest.raises(NothingFoundError):
        read_model(tmp_path / f"m{CARD}")
    weights, card = write_model(stored, tmp_path / "m")
    weights.unlink()
    with pytest.raises(NothingFoundError) as lone:
        read_model(card)
    assert f"the weights of the card {card.name} are not beside it" in str(lone.value)
    assert f"copy {weights.name} there too" in str(lone.value)
    card.write_text("{}")
    with pytest.raises(CorruptInputError) as caught:
        read_model(card)
    assert caught.value.code is Code.MODEL_UNSAFE


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_weights_that_somebody_made_up_are_refused_or_are_a_model(
    tmp_path: Path, data: st.DataObject
) -> None:
    """Arrays changed one by one, with hashes that fit: what is read predicts finite numbers, or is refused by code."""
    _made, (stored, *_) = made_models("survival")
    weights, card = write_model(stored, tmp_path / "m")
    arrays = arrays_of(weights.read_bytes())
    name = data.draw(st.sampled_from(sorted(set(arrays) - {"card_sha256"})))
    array = arrays[name]
    how = data.draw(st.sampled_from(["drop", "nan", "huge", "short", "other", "extra", "twice"]))
    if how == "drop":
        del arrays[name]
    elif how == "extra":
        arrays[
            data.draw(st.sampled_from(["x", "0.", "99.chain.places", "center.x", "0.y.z", "-1.chain"]))
        ] = array
    elif how == "short":
        arrays[name] = array[:-1]
    elif how == "twice":
        arrays[name] = np.concatenate([array, array])
    elif how == "other":
        arrays[name] = array.astype(np.float32 if array.dtype != np.float32 else np.int8)
    else:
        changed = array.copy().reshape(-1)
        if changed.size:
            at = data.draw(st.integers(0, changed.size - 1))
            if changed.dtype == np.float64:
                changed[at] = np.nan if how == "nan" else 1e300
            else:
                changed[at] = np.iinfo(changed.dtype).max
        arrays[name] = changed.reshape(array.shape)
    content = tensor_bytes(arrays)
    weights.write_bytes(content)
    told = json.loads(card.read_text()) | {"weights_sha256": hashlib.sha256(content).hexdigest()}
    card.write_text(json.dumps(told))
    found = _read_or_refused(card)
    if found is None:
        return
    with np.errstate(all="ignore"):
        said = found.said(found.fit, np.array([[c.reference for c in found.card.columns]]), None)
    assert said.score.shape == (1,)


def _read_or_refused(card: Path) -> PatientModel | None:
    """The model, or None where it is refused by one of the codes."""
    try:
        return read_model(card)
    except CorruptInputError as error:
        if error.code not in (Code.MODEL_UNSAFE, Code.MODEL_TAMPERED):
            raise
        return None


@given(content=st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_bytes_that_are_no_weights_are_refused(content: bytes) -> None:
    for tried in (
        content,
        len(content).to_bytes(8, "little") + content,
        (2).to_bytes(8, "little") + b"{}" + content,
    ):
        with contextlib.suppress(CorruptInputError):
            arrays_of(tried)


@pytest.mark.parametrize(
    "head",
    [
        '{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}',
        '{"a":1}',
        "[]",
        '{"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,2]}}',
    ],
)
def test_heads_that_are_odd_are_refused(head: str) -> None:
    with pytest.raises(CorruptInputError):
        arrays_of(len(head).to_bytes(8, "little") + head.encode() + b"\0\0")


def test_notices_that_name_a_patient_stay_at_home() -> None:
    told = _told(
        [
            Notice(Code.ROW_UNMATCHED, "2 patients are in one sheet only (P001, P002): left out."),
            Notice(Code.TOO_FEW_PATIENTS, "12 events: intervals will be wide."),
        ],
        {"P001", "P002", "7"},
    )
    assert [t.code for t in told] == ["ROW_UNMATCHED", "TOO_FEW_PATIENTS"]
    assert "P001" not in told[0].what
    assert told[1].what.startswith("12 events")


def test_short_names_and_cells_of_patients_stay_at_home_as_well() -> None:
    told = _told(
        [
            Notice(Code.ROW_CONFLICTING, "2 patients have rows that differ in age: 61 and 63."),
            Notice(Code.VALUE_MISSING, "nothing is known of '#7'."),
            Notice(Code.SOURCE_DIFFERS, "0.7 of it, #71 and 17 are other things."),
        ],
        {"#7", "7"},
    )
    assert "61" not in told[0].what
    assert "#7" not in told[1].what
    assert told[2].what.startswith("0.7 of it")
