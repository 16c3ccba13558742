"""What changed between the demarcations, and how far conversions lie from recounts: makes three files anew from real data.

    python scripts/measure_demarcations.py FOLDER

FOLDER holds `boundaries/` and `indicators/` as in docs/evidence/demarcations.md. Written are the pieces and the known errors
among the parameters of `oneplan/indicators/demarcations`, and that page.
"""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent


def main(folder: Path) -> None:
    from oneplan.indicators.demarcations import book
    from oneplan.indicators.tests import recounts

    parameters = book.FOLDER
    pieces = recounts.pieces_of(folder / "boundaries")
    (parameters / "pieces_2011_2016.csv").write_text(pieces.as_csv, encoding="utf-8")
    book.book.cache_clear()
    measured = recounts.measure(folder / "indicators" / "wazimap_census2011_long.csv.gz")
    (parameters / "known_errors.yaml").write_text(measured.as_yaml, encoding="utf-8")
    page = recounts.page(measured, pieces)
    (ROOT / "docs" / "evidence" / "demarcations.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneplan.config.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    main(Path(sys.argv[1]))
