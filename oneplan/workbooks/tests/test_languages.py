"""A workbook in the party's own language: every word is there, and it comes back as one in English does."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from oneplan.commitments.models import Commitment, Pledge
from oneplan.exchange.values import fold
from oneplan.frameworks.queries import rulesets
from oneplan.plans.choices import EditionState
from oneplan.workbooks import actions, instructions, languages, lists, writing
from oneplan.workbooks.choices import ReturnState, Standing
from oneplan.workbooks.languages import ENGLISH, LANGUAGES, Speaker, words_of
from oneplan.workbooks.models import Workbook
from oneplan.workbooks.sheets import LISTS, META, SHEETS
from oneplan.workbooks.tests.conftest import Paper, comparison_of
from oneplan.workbooks.tests.test_round_trip import SOFFICE, through_libreoffice
from oneplan.workbooks.writing import FIRST_COLUMN, HEADER_ROW

OTHERS = [code for code in LANGUAGES if code != ENGLISH]
EVERY = pytest.mark.parametrize("language", OTHERS)
_NAMED = re.compile(r"%\((\w+)\)s")


def said_in(module):
    """The English that a module says, as literals."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "say":
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value


def all_english():
    """Every word and sentence of ours that can stand in a workbook."""
    with translation.override(None):
        yield from said_in(instructions)
        yield from said_in(writing)
        for sheet in SHEETS:
            yield str(sheet.title)
            for column in sheet.columns:
                yield from filter(None, (str(column.label), str(column.help)))
        yield from (str(heading) for heading in lists.LISTED.values())
        yield from (str(label) for choices in lists._FIXED.values() for label in choices.labels)
        yield from (area.label for ruleset in rulesets() for area in ruleset.areas)
        yield from (str(label) for label in EditionState.labels)
        yield from ("Yes", "No", str(lists._WARD))


@EVERY
def test_every_word_is_translated_and_none_is_left_over(language):
    assert set(words_of(language)) == set(all_english())
    assert all(words.strip() == words and words for words in words_of(language).values())


@EVERY
def test_what_is_filled_into_a_sentence_is_named_as_in_english(language):
    for english, words in words_of(language).items():
        assert sorted(_NAMED.findall(words)) == sorted(_NAMED.findall(english)), english
        bare = _NAMED.sub("", words)
        assert "%" not in bare or bare.count("%") == english.count("%") - english.count("%("), words
    assert "{" not in "".join(words_of(language).values())


@EVERY
def test_words_fit_where_a_spreadsheet_puts_them_and_are_told_apart(language):
    say = Speaker(language)
    titles = [say(sheet.title) for sheet in SHEETS] + [say("Read me"), META, LISTS]
    assert len({fold(title) for title in titles}) == len(titles)
    assert not [title for title in titles if len(title) > 31 or re.search(r"[\[\]:*?/\\]", title)]
    for sheet in SHEETS:
        headings = [fold(say(column.label)) for column in sheet.columns]
        assert len(set(headings)) == len(headings), sheet.key
        for column in sheet.columns:
            assert len(say(column.help) if column.help else "") <= writing._TOOL_TIP


@EVERY
def test_no_word_of_a_list_could_mean_two_things(waterberg, language):
    told = lists.Lists(waterberg.edition, None, language)
    for name in lists.LISTED:
        known = told.known(name)
        meanings = [(fold(words), code) for code, words in (*known.items(), *known.english.items())]
        assert len({words for words, _code in set(meanings)}) == len(set(meanings)), (language, name)


@EVERY
def test_nothing_in_a_workbook_was_left_in_english(waterberg, language, monkeypatch):
    missing = []

    def said(self, source):
        if not self.is_english and source not in self.words:
            missing.append(source)
        return self.words.get(source, source)

    monkeypatch.setattr(Speaker, "_said", said)
    workbook = waterberg.issue(language=language)
    waterberg.issue(language=language, institution=waterberg.world.dws)
    assert missing == []
    book, say = waterberg.paper(workbook).book, Speaker(language)
    first = book[say("Read me")]
    rows = [[cell.value for cell in row] for row in first.iter_rows(max_col=4)]
    notice = "Draft translation, not checked yet."
    assert any(say.words[key] in row for row in rows for key in say.words if key.startswith(notice))
    assert any(str(cell).startswith(notice) for row in rows for cell in row)
    beside = {(row[1], row[3]) for row in rows}
    for english in ("Leading institution", "Committed", "Construction 26–50 %", "Yes", "Asked, not answered"):
        assert (say(english), english) in beside
    assert [say("What to fill"), "What to fill"] in [[row[0], row[2]] for row in rows]
    sheet = book[say("Commitments")]
    assert sheet.cell(HEADER_ROW + 1, FIRST_COLUMN + 3).value == say("Title")
    assert "English: Title" in sheet.cell(HEADER_ROW + 1, FIRST_COLUMN + 3).comment.text
    assert "Commitments" not in book.sheetnames
    assert {META, LISTS} < set(book.sheetnames)
    rule = next(each for each in sheet.data_validations.dataValidation if each.type == "date")
    assert rule.error == say("Write a day like 2026-11-22.")


def test_an_english_workbook_has_no_notice_and_no_second_column(waterberg):
    first = waterberg.paper(waterberg.issue()).book["Read me"]
    words = [str(cell.value) for row in first.iter_rows() for cell in row if cell.value]
    assert not [each for each in words if "Draft translation" in each]
    assert first.max_column == 2


@EVERY
def test_it_comes_back_as_it_went_out_and_with_every_change(waterberg, language):
    hub, say = waterberg.world.hub36, Speaker(language)
    workbook = waterberg.issue(language=language)
    paper = waterberg.paper(workbook)
    for path in (paper.path, paper.save()):
        row = waterberg.give_back(path)
        assert (row.state, comparison_of(row).rows) == (ReturnState.COMPARED, []), row.errors
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    paper.put("commitments", waterberg.water.ref, title="Amanzi", kind=say("Programme"), is_catalytic=say("Yes"))
    paper.put("commitments", waterberg.clinic.ref, kind="Service", is_catalytic="yes", finish_on=date(2031, 3, 31))
    paper.put("pledges", f"P-{pledge.pk}", status=say("Tabled"))
    paper.add("commitments", ref="NEW 1", title="Umgwaqo", lead="nat-dws", area=say("Economic positioning"))
    paper.add("pledges", commitment="new 1", year="2027/28 PFMA", amount=7, status=say("Indicative"))
    row = waterberg.give_back(paper.save())
    found = comparison_of(row)
    assert [(each.words, each.issues) for each in found.rows if each.issues] == []
    actions.take_in(row, seal=found.seal, by=hub)
    water, clinic = (Commitment.objects.get(pk=each.pk) for each in (waterberg.water, waterberg.clinic))
    assert (water.title, water.kind, water.is_catalytic) == ("Amanzi", "programme", True)
    assert (clinic.kind, clinic.is_catalytic, clinic.finish_on) == ("service", True, date(2031, 3, 31))
    road = Commitment.objects.get(title="Umgwaqo")
    assert (road.area, Pledge.objects.get(party__commitment=road).status) == ("economy", "indicative")
    pledge.refresh_from_db()
    assert pledge.status == "tabled"


def test_a_word_of_neither_language_is_refused_under_the_heading_of_the_workbook(waterberg):
    paper = waterberg.paper(waterberg.issue(language="zu"))
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    paper.put("pledges", f"P-{pledge.pk}", status="Vielleicht")
    [row] = comparison_of(waterberg.give_back(paper.save())).rows
    assert (row.standing, row.title, row.issues[0].column) == (Standing.REFUSED, "Izethembiso", "Isimo semali")
    assert "Kuzibophezelwe" in row.issues[0].message


def test_a_translation_that_is_mended_later_changes_no_workbook_that_is_out(waterberg, monkeypatch):
    paper = waterberg.paper(waterberg.issue(language="nso"))
    mended = {english: f"{words} x" for english, words in words_of("nso").items()}
    monkeypatch.setattr(languages, "words_of", lambda code: mended if code == "nso" else {})
    assert Speaker("nso")("Title") == "Hlogo x"
    row = waterberg.give_back(paper.save())
    assert (row.state, comparison_of(row).rows) == (ReturnState.COMPARED, []), row.errors
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    row = waterberg.give_back(paper.put("pledges", f"P-{pledge.pk}", status="Ya go šupa").save())
    [change] = comparison_of(row).rows
    assert change.values == {"status": "indicative"}


def test_a_workbook_that_was_issued_before_there_were_languages_is_still_read(waterberg):
    import hashlib
    import json
    import zlib

    workbook = waterberg.issue()
    issued = {"sheets": workbook.issued["sheets"]}
    packed = json.dumps(issued, ensure_ascii=False, separators=(",", ":")).encode()
    old, digest = workbook.digest, hashlib.sha256(packed).hexdigest()
    Workbook.objects.update(packed=zlib.compress(packed), digest=digest)
    paper = waterberg.paper(workbook)
    for row in paper.book[META].iter_rows():
        for cell in row:
            cell.value = digest if cell.value == old else cell.value
    row = waterberg.give_back(paper.save())
    assert (row.state, comparison_of(row).rows) == (ReturnState.COMPARED, []), row.errors


@pytest.mark.engine_free  # what another program does to a file hangs on no engine
@pytest.mark.skipif(not SOFFICE, reason="needs LibreOffice (apt-get install libreoffice-calc-nogui)")
def test_libreoffice_saves_one_in_another_language_without_a_change(waterberg):
    row = waterberg.give_back(through_libreoffice(waterberg.paper(waterberg.issue(language="nso")).path))
    assert (row.state, comparison_of(row).rows) == (ReturnState.COMPARED, []), row.errors


def test_the_language_is_chosen_on_the_page_and_remembered(waterberg, django_capture_on_commit_callbacks):
    hub, here = waterberg.world.client(waterberg.world.hub36), "/spaces/DC36/workbooks/"
    page = hub.get(here).content.decode()
    for name in LANGUAGES.values():
        assert f">{name}</option>" in page
    assert "Left empty, the workbook holds the whole plan" in page
    with django_capture_on_commit_callbacks(execute=True):
        address = hub.post(here, {"institution": "", "language": "xh"})["Location"]
    assert Workbook.objects.get().language == "xh"
    assert "isiXhosa" in hub.get(address).content.decode()
    assert "isiXhosa" in hub.get(here).content.decode()
    assert hub.post(here, {"institution": "", "language": "tlh"}).status_code == 409
    planner = waterberg.world.client(waterberg.world.planner)
    assert ">Sepedi</option>" in planner.get("/institutions/nat-dws/workbooks/").content.decode()


def test_a_comparison_shows_the_english_beside_the_words_of_the_workbook(waterberg):
    paper = waterberg.paper(waterberg.issue(language="af"))
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    row = waterberg.give_back(paper.put("pledges", f"P-{pledge.pk}", status="Onbefonds").save())
    page = waterberg.world.client(waterberg.world.hub36).get(f"/workbooks/returns/{row.pk}/").content.decode()
    for words in ("Toesegginge (Pledges)", "Status van befondsing", "Funding status", "Verbind (Committed)",
                  "Onbefonds (Unfunded)"):  # fmt: skip
        assert words in page


def test_issued_on_the_command_line_in_a_language(waterberg, tmp_path):
    from click.testing import CliRunner

    from oneplan.cli.main import main

    out, hub = tmp_path / "af.xlsx", waterberg.world.hub36
    given = ["workbook", "issue", "DC36", "--out", str(out), "--as", "hendrik@example.org", "--language"]
    answer = CliRunner().invoke(main, [*given, "de"])
    assert (answer.exit_code, "nso (Sepedi)" in answer.output) == (1, True), answer.output
    answer = CliRunner().invoke(main, [*given, "af"])
    assert answer.exit_code == 0, answer.output
    assert Paper(out, Workbook.objects.get(issued_by=hub.user_id)).book.sheetnames[0] == "Lees my"
