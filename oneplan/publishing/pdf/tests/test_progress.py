"""The whole way, with the boundaries of the database and the site's own address."""

import pytest

from oneplan.publishing.pdf import plan_pdf, prepared
from oneplan.publishing.pdf.tests.small import COUNTRY, SPACE_MAP, content
from oneplan.publishing.pdf.tests.small import told as as_told


@pytest.mark.django_db
def test_it_draws_the_boundaries_in_force_and_tells_its_progress():
    told: list[int] = []
    pdf = plan_pdf(as_told(content()), progress=lambda percent, _words: told.append(percent))
    assert pdf.startswith(b"%PDF-1.7")
    assert told == sorted(told)
    assert told[-1] == 100


def test_permalinks_name_the_site_where_it_is_known(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.org", "https://oneplan.example.org"]
    meta = prepared(as_told(content()), space=SPACE_MAP, country=COUNTRY).data["meta"]
    assert meta["permalink"] == "https://oneplan.example.org/plans/DC34/editions/2/"
    draft = prepared(as_told(content(adopted=False)), space=SPACE_MAP, country=COUNTRY).data["meta"]
    assert draft["permalink"] == "https://oneplan.example.org/spaces/DC34/plan/2/"
