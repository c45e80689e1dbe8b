"""Tables as files: whole, typed, and inert."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from oncometry.core import SettingsError
from oncometry.store import EXPORT_FORMATS, Store, export
from oncometry.store import export as export_function
from oncometry.store.export import CELL_CHARACTERS

from .build import Plan, curate_step, manifest, result

EVIL = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "plain", None, "x" * 40_000, "\x1b[31m"]


class Fabricated:
    def tables(self) -> tuple[str, ...]:
        return ("evil",)

    def table(self, name: str) -> pd.DataFrame:
        n = len(EVIL)
        return pd.DataFrame(
            {
                "text": pd.Series(EVIL, dtype=object),
                "number": pd.Series([-1.5] * n),
                "count": pd.Series([None, *range(n - 1)], dtype="Int64"),
                "date": pd.Series([None, *["2020-01-15"] * (n - 1)], dtype="datetime64[s]"),
                "at": pd.Series(["2026-01-02T03:04:05"] * n, dtype="datetime64[us, UTC]"),
            }
        )


def test_a_cohort_in_every_format(tmp_path: Path) -> None:
    plan = Plan()
    with Store.open(tmp_path / "c", create=True) as store:
        found = manifest(plan)
        store.add_manifest(found, curate_step(found))
        store.add_patient(result(plan))
        files = export(store, tmp_path / "out", set(EXPORT_FORMATS))
        names = store.tables()
        frames = {name: store.table(name) for name in names}
    assert [f.name for f in files] == [
        *(f"{n}.csv" for n in names),
        *(f"{n}.parquet" for n in names),
        "oncometry.xlsx",
    ]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(f.name for f in files)
    for name in names:
        back = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        assert list(back.columns) == list(frames[name].columns)
        assert len(back) == len(frames[name])
    back = pd.read_csv(tmp_path / "out" / "measurements.csv")
    assert back["volume_ml"].tolist() == frames["measurements"]["volume_ml"].tolist()
    assert back["date"].iloc[0] == "2020-01-15"
    book = openpyxl.load_workbook(tmp_path / "out" / "oncometry.xlsx", read_only=True)
    assert tuple(book.sheetnames) == tuple(name for name in names if name != "features")


def test_what_a_killed_export_left_aside_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".evil.csv.0123456789abcdef.part").write_bytes(b"half")
    others = {".evil.csv.part", ".other.csv.0123456789abcdef.part", ".evil.csv.0123456789abcdef.part.txt"}
    for name in others:
        (tmp_path / name).write_bytes(b"a user's")
    export(Fabricated(), tmp_path, {"csv"})
    assert {path.name for path in tmp_path.iterdir()} == {"evil.csv", *others}


def test_spreadsheet_cells_are_never_formulas(tmp_path: Path) -> None:
    export_function(Fabricated(), tmp_path, {"xlsx"})
    sheet = openpyxl.load_workbook(tmp_path / "oncometry.xlsx")["evil"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell.value for cell in cells[:4]] == EVIL[:4]
    assert len(cells[7].value) == CELL_CHARACTERS
    assert "\x1b" not in cells[8].value
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [-1.5] * len(EVIL)
    assert sheet["D3"].value == "2020-01-15"
    assert sheet["E3"].value == "2026-01-02T03:04:05Z"


def test_csv_text_is_inert_and_numbers_stay_numbers(tmp_path: Path) -> None:
    export_function(Fabricated(), tmp_path, {"csv"})
    frame = pd.read_csv(tmp_path / "evil.csv", keep_default_na=False)
    assert frame["text"].tolist()[:7] == [*(f"'{t}" for t in EVIL[:5]), "plain", ""]
    assert frame["number"].tolist() == [-1.5] * len(EVIL)


@pytest.mark.parametrize("formats", [set(), {"pdf"}])
def test_unknown_formats(tmp_path: Path, formats: set[str]) -> None:
    with pytest.raises(SettingsError):
        export_function(Fabricated(), tmp_path, formats)
    assert list(tmp_path.iterdir()) == []
