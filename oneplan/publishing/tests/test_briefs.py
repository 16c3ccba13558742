"""The one-page briefs: one A4, accessible, with the figures of the reader's own view and no more."""

import page
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.access.actors import PUBLIC
from oneplan.plans.actions import record_finding, write_vision
from oneplan.plans.models import VisionStatement
from oneplan.publishing.briefs import district_brief, meeting_brief
from oneplan.publishing.briefs.standing import standing
from oneplan.publishing.pdf.tests.small import SPACE_MAP
from oneplan.publishing.tests.conftest import SECRET
from oneplan.publishing.tests.printed import printed_words

HOSTILE = '#panic("x") $x$ @ref ' + "Thohoyandouuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu " * 60


def _words(pdf):
    """The words of a brief that is one accessible page."""
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, report.failures
    assert report.document.page_count == 1
    return printed_words(pdf)


def _says(words, *sentences):
    for said in sentences:
        assert said in words, said


def test_the_public_reads_what_is_adopted_and_no_name(published):
    published.next_edition()
    for brief in (district_brief, meeting_brief):
        words = _words(brief(PUBLIC, published.world.dc36))
        _says(words, "Edition 1, adopted on")
        for hidden in ("DRAFT", SECRET, "Sipho"):
            assert hidden not in words


def test_a_reader_of_drafts_reads_the_edition_in_progress_on_one_page_whatever_its_texts(published, monkeypatch):
    monkeypatch.setattr("oneplan.publishing.briefs.standing.space_map", lambda _space: SPACE_MAP)
    edition, reader = published.next_edition(), published.world.hub36
    vision = VisionStatement.objects.get(edition=edition)
    write_vision(edition, text=HOSTILE, revision=vision.revision, by=reader)
    draft = ("Edition 2: edition in progress, not adopted", "DRAFT – not adopted")
    _says(_words(district_brief(reader, published.world.dc36)), *draft, "Six areas", "Who is who", "$x$ @ref")
    words = _words(meeting_brief(reader, published.world.dc36))
    _says(words, *draft, "Owners", "Party", "Money", "Place", "Delivery", "Where it stands", "Clear the gate of stage")
    _says(words, "Where commitments land", "Where money is missing", "Approximate: not the legal boundaries")


def test_both_sources_tell_the_same_of_the_same_commitments_in_a_fixed_number_of_queries(published):
    edition, dc36, reader = published.next_edition(), published.world.dc36, published.world.hub36
    sealed, live = standing(PUBLIC, dc36).figures, standing(reader, dc36).figures
    assert sealed is not None
    assert live is not None
    for name in ("every", "funded", "placed", "late", "gaps", "landing", "unplaced_refs"):
        assert getattr(sealed, name) == getattr(live, name), name
    assert [(label, dict(states)) for label, states in sealed.states] == [
        (label, dict(states)) for label, states in live.states
    ]
    assert {basis: list(years) for basis, years in sealed.money.items()} == live.money

    def count():
        with CaptureQueriesContext(connection) as queries:
            standing(reader, dc36)
        return len(queries)

    before = count()
    for number in range(4):
        record_finding(edition, area="people", statement=f"Finding {number}", whole_space=True, by=reader)
    assert count() == before <= 20


def test_a_space_without_a_plan_says_so(world):
    for brief in (district_brief, meeting_brief):
        _says(_words(brief(PUBLIC, world.eth)), "No One Plan of this space is adopted yet")
