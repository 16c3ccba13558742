"""babbage's cube on the tuned tables, asked over its standard input; runs in babbage's own environment.

A line of JSON in (cuts, drilldowns, order, page_size), a line out: the answer and the milliseconds that it took.
"""

import json
import sys
import time

from babbage.cube import Cube  # type: ignore[import-not-found]
from sqlalchemy import (  # type: ignore[import-not-found]
    BigInteger,
    Column,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    create_engine,
)


def _named(table: str, column: str, *more: str) -> dict[str, object]:
    attributes = {name: {"column": f"{table}.{name}", "type": "string"} for name in ("code", "label", *more)}
    return {
        "attributes": attributes,
        "key_attribute": "code",
        "label_attribute": "label",
        "join_column": [column, "id"],
    }


def _plain(column: str) -> dict[str, object]:
    return {"attributes": {column: {"column": column, "type": "integer"}}, "key_attribute": column}


MODEL = {
    "fact_table": "facts",
    "measures": {"amount": {"column": "amount"}},
    "dimensions": {
        "municipality": _named("municipalities", "municipality", "district"),
        "function": _named("functions", "function"),
        "item": _named("items", "item"),
        "project": _named("projects", "project"),
        "type": {
            "attributes": {"code": {"column": "types.code", "type": "string"}}, "key_attribute": "code",
            "join_column": ["type", "id"],
        },
        "year": _plain("year"),
        "period": _plain("period"),
    },
}  # fmt: skip


def main() -> None:
    engine = create_engine(sys.argv[1])
    small = ("municipality", "year", "type", "function", "item", "period")
    table = Table(
        "facts", MetaData(bind=engine), *(Column(name, SmallInteger, primary_key=name == small[0]) for name in small),
        Column("project", Integer), Column("amount", BigInteger),
    )  # fmt: skip  # babbage counts by a key: the first column stands for it, so that no index is needed for one
    cube = Cube(engine, "budgets", MODEL, fact_table=table)
    for line in sys.stdin:
        asked = json.loads(line)
        began = time.perf_counter()
        answer = cube.aggregate(aggregates="amount.sum", **asked)
        took = (time.perf_counter() - began) * 1000
        print(json.dumps({"ms": took, "answer": {"cells": answer["cells"]}}, default=int), flush=True)


if __name__ == "__main__":
    main()
