"""What scripts say is translated with everything else."""

import re
from pathlib import Path

from django.template import Context, Template
from django.utils import translation

from oneplan.platform.web import script_words

SCRIPTS = Path(__file__).parents[4] / "frontend" / "src"


def test_every_word_of_the_scripts_is_on_the_list_and_nothing_else():
    said = {words for file in SCRIPTS.rglob("*.ts") for words in re.findall(r'\bt\("([^"]+)"', file.read_text("utf-8"))}
    assert said == set(script_words.WORDS)


def test_a_page_in_english_carries_no_list_and_another_carries_what_differs(monkeypatch):
    page = Template("{% load web %}{% words_of_scripts %}")
    assert page.render(Context()) == ""
    monkeypatch.setattr(script_words, "gettext", lambda words: "Maak toe" if words == "Close" else words)
    with translation.override("af"):
        assert '{"Close": "Maak toe"}' in page.render(Context())
