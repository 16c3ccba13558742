"""`oneplan locate`: every row answered or named."""

import csv

import pytest

from oneplan.platform.errors import RuleBroken
from oneplan.spaces.exports import locate_file


def located(folder, text):
    (folder / "points.csv").write_text(text, encoding="utf-8")
    report = locate_file(folder / "points.csv", folder / "out.csv")
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return report, list(csv.DictReader(file))


def test_rows_are_answered_and_other_columns_kept(approximate, tmp_path):
    report, rows = located(tmp_path, 'name,Latitude,Longitude\nTshwane,-25.74,28.19\n"Sea, far",-40,10\n')
    assert [row["space"] for row in rows] == ["TSH", ""]
    assert rows[0]["name"] == "Tshwane" and rows[1]["name"] == "Sea, far"
    assert rows[0]["quality"] == "approximate" and rows[0]["boundary_version"].startswith("Wards, approximate")
    assert (report.rows_read, report.rows_located, report.rows_outside, report.rows_refused) == (2, 1, 1, 0)


def test_bad_rows_stay_with_blanks_and_are_named(approximate, tmp_path):
    bad = "longitude,latitude\n28.19,-25.74\n,\nabc,1\n0,0\n-25.74,28.19\n28,95\nnan,1\n28.19\n"
    report, rows = located(tmp_path, bad)
    assert len(rows) == 8 and [bool(row["space"]) for row in rows] == [True] + [False] * 7
    assert [number for number, _sentence in report.problems] == [3, 4, 5, 6, 7, 8, 9]
    said = " ".join(sentence for _number, sentence in report.problems)
    for words in ("empty", "not a pair", "Atlantic", "swapped", "not degrees", "1 cells"):
        assert words in said


def test_it_refuses_a_file_without_the_columns_or_with_answers_in_it(approximate, tmp_path):
    for text, words in (
        ("lon,lat\n1,2\n", "needs one column"),
        ("longitude,latitude,ward\n1,2,3\n", "already"),
        ("", "needs one column"),
    ):
        with pytest.raises(RuleBroken, match=words):
            located(tmp_path, text)
    assert not (tmp_path / "out.csv").exists()
    with pytest.raises(RuleBroken, match="overwrite"):
        locate_file(tmp_path / "points.csv", tmp_path / "points.csv")
