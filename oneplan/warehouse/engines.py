"""Who answers: DuckDB inside this process, or by one setting a Spark cluster. The same expressions, the same columns.

`ONEPLAN_SPARK=spark://host:7077` hands every question to that cluster, which reads the build's Parquet; the folder of
builds must be where its workers see it. Spark is not installed by default: `pip install pyspark` beside OnePlan.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from oneplan.platform.errors import RuleBroken
from oneplan.warehouse import store
from oneplan.warehouse.connection import Columns, Reading
from oneplan.warehouse.statements import Write, written

Values = Mapping[str, int | str]


def ask(turn: Reading, shape: Hashable, write: Write, values: Values) -> Columns:
    """The columns of an expression with these values bound, of the build whose turn it is."""
    if settings.WAREHOUSE_SPARK:
        return _on_spark(turn.build, shape, write, values)
    return turn.ask(written(shape, write), values)


_turn = threading.Lock()
_session: Any = None
_seen = ""  # the folder of the build whose tables the session knows


def _on_spark(build: store.Build, shape: Hashable, write: Write, values: Values) -> Columns:
    text = written(shape, write, "pyspark")
    with _turn:
        session = _connected()
        _meet(session, build)
        found = session.sql(text, args=dict(values))
        rows = found.collect()
        return {name: [row[at] for row in rows] for at, name in enumerate(found.columns)}


def _connected() -> Any:
    global _session
    if _session is None:
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise RuleBroken(
                _("ONEPLAN_SPARK is set, but pyspark is not installed. Install it, or leave ONEPLAN_SPARK empty.")
            ) from None
        _session = (
            SparkSession.builder.master(settings.WAREHOUSE_SPARK).appName("OnePlan")
            .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.ansi.enabled", "true").getOrCreate()
        )  # fmt: skip
    return _session


def _meet(session: Any, build: store.Build) -> None:
    """Name the tables of a build to the session, once."""
    global _seen
    if _seen == str(build.folder):
        return
    for name in build.facts["tables"]:
        session.read.parquet(str(build.folder / name)).createOrReplaceTempView(name)
    _seen = str(build.folder)


def leave_cluster() -> None:
    """End the session with the cluster, if there is one; the next question begins another."""
    global _session, _seen
    with _turn:
        if _session is not None:
            _session.stop()
        _session, _seen = None, ""
