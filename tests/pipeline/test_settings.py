"""Settings are parsed once, refused with the field and the value, and published as a schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oncometry.core import SettingsError
from oncometry.pipeline.settings import ResponseSettings, Settings, load_settings, settings_schema

pytestmark = pytest.mark.storeless

ROOT = Path(__file__).parents[2]


def test_defaults_without_a_file():
    assert load_settings(None) == Settings()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "measurement:\n  join_mm: 3.5\n"),
        ("a.toml", "[measurement]\njoin_mm = 3.5\n"),
        ("a.json", '{"measurement": {"join_mm": 3.5}}'),
    ],
)
def test_yaml_toml_and_json_say_the_same(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert load_settings(path).measurement.join_mm == 3.5


def test_what_was_shown_can_be_loaded(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(Settings().model_dump(mode="json")))
    assert load_settings(path) == Settings()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("measurement: {join_mm: -1}", ["measurement.join_mm", "-1"]),
        ("measurement: {joinn: 1}", ["measurement.joinn: there is no such setting"]),
        ("measurement: {join_mm: x, bogus: 1}\nfoo: 2", ["measurement.join_mm", "measurement.bogus", "foo"]),
        ("curate: {scheme: brats}", ["curate.scheme: there is no label scheme named 'brats'", "Use one of"]),
        ("measurement: [1]", ["measurement"]),
        ("features: {profile: radiomics}", ["features", "no profile 'radiomics'"]),
        ("features: {spec: {families: [colour]}}", ["features", "families", "colour"]),
        ("features: {profile: none, spec: {families: [glcm]}}", ["features", "none"]),
        ("- 1", ["named sections"]),
        ("a: [", ["cannot be parsed"]),
        ("features: {profile: none}\nfeatures: {profile: none}", ["'features' stands twice", "line 2"]),
        ("features: {profile: none, profile: none}", ["'profile' stands twice"]),
    ],
)
def test_a_bad_value_is_named(tmp_path, text, names):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert all(name in str(caught.value) for name in [*names, "bad.yaml"])


def test_another_kind_of_file_is_refused(tmp_path):
    (tmp_path / "a.ini").write_text("[measurement]\njoin_mm=1\n")
    with pytest.raises(SettingsError, match=r"ends in \.yaml, \.yml, \.toml, \.json, not '\.ini'"):
        load_settings(tmp_path / "a.ini")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(SettingsError, match="no such configuration"):
        load_settings(tmp_path / "none.yaml")


def test_changed_validates_again():
    changed = Settings().changed({"measurement": {"join_mm": 4}, "curate": {}})
    assert changed.measurement.join_mm == 4
    with pytest.raises(SettingsError, match=r"curate\.geometry"):
        Settings().changed({"curate": {"geometry": "neither"}})


def test_what_nobody_stated_stays_so_when_settings_change():
    changed = Settings().changed({"response": {"confirmation_days": 28}, "measurement": {"join_mm": 4}})
    assert changed.response.model_fields_set == {"confirmation_days"}
    assert changed.deidentify == Settings().deidentify
    assert changed.changed({"curate": {}}) == changed


def test_response_goes_on_by_what_was_kept_unless_it_is_stated():
    kept = ResponseSettings(criteria=("recist-1.1",), confirmation_days=28, minimum_sd_days=30)
    assert ResponseSettings().going_on(kept) == kept
    asked = ResponseSettings(confirmation_days=None, uncertainty={"draws": 50}).going_on(kept)
    assert (asked.criteria, asked.confirmation_days, asked.minimum_sd_days) == (("recist-1.1",), None, 30)
    assert asked.uncertainty.draws == 50


def test_the_published_schema_is_this_one():
    published = json.loads((ROOT / "docs" / "settings.schema.json").read_text())
    assert published == settings_schema()
