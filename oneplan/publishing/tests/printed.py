"""The words that a PDF prints, read by another program; a test that needs them is left out, with words, without it."""

import shutil
import subprocess

import pytest

_UNSEEN = {"\xa0": " ", "\u200b": "", "\xad ": ""}  # spaces and hyphens that only lines know


def printed_words(pdf: bytes, *options: str) -> str:
    """All words in order, parted by single spaces. Skips the test where pdftotext is missing."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is missing. On Debian: apt install poppler-utils")
    told = subprocess.run([program, *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    for unseen, shown in _UNSEEN.items():
        told = told.replace(unseen, shown)
    return " ".join(told.split())
