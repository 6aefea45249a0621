"""Service tags in Apache Spark: a DataFrame's addresses answered by Arrow batches.

    from servicetags import spark as service_tags
    tagged = service_tags.annotate(flows, "dst", servicetags.latest())
    tagged.groupBy("tags").count()

Needs PySpark 3.4 or newer, pyarrow, and this package in the Python of driver and workers.
"""

from __future__ import annotations

import hashlib
from typing import Any, Iterator, Literal

import pyarrow
from pyspark.sql import DataFrame, functions, types

from . import Snapshot, parse

__all__ = ["annotate"]

#: The snapshots of this worker's process, by the hash of their compiled bytes.
_snapshots: dict[str, Snapshot] = {}


def annotate(frame: DataFrame, column: str, snapshot: Snapshot, *, to: str = "tags",
             form: Literal["list", "text"] = "list",
             policy: Literal["raise", "null"] = "raise") -> DataFrame:
    """The frame with a column `to` of the names of each address's tags, sorted.

    `column` has addresses as text, as 4 or 16 bytes, or as numbers (bigint; IPv4). The names
    come as an array, empty when no tag holds the address; as `form` "text" in one text, joined
    by ";". Nulls stay null. What is no address fails the job, or is null with the policy "null".

    The compiled snapshot (about 2 MB) is broadcast: it comes to each executor once, and is
    opened once by each of its Python processes. With Spark 4.1 or newer only `column` goes
    through Python; older ones take whole rows there.
    """
    if form not in ("list", "text"):
        raise ValueError(f"form is 'list' or 'text', not {form!r}")
    if policy not in ("raise", "null"):
        raise ValueError(f"policy is 'raise' or 'null', not {policy!r}")
    data = snapshot.compile()
    answer = _Answer(frame.sparkSession.sparkContext.broadcast(data),
                     hashlib.sha256(data).hexdigest(), form, policy)
    kind = types.ArrayType(types.StringType()) if form == "list" else types.StringType()
    if hasattr(functions, "arrow_udf"):
        return frame.withColumn(to, _column_function(answer, kind)(frame[column]))
    return _by_rows(frame, column, to, answer, kind)


class _Answer:
    """What goes to the workers: a reference to the broadcast, and how to answer."""

    def __init__(self, broadcast: Any, key: str, form: str, policy: Any) -> None:
        self._broadcast, self._key, self._form, self._policy = broadcast, key, form, policy

    def __call__(self, addresses: pyarrow.Array) -> pyarrow.Array:
        snapshot = _snapshots.get(self._key)
        if snapshot is None:
            snapshot = _snapshots[self._key] = parse(self._broadcast.value)
        if self._form == "list":
            return snapshot.annotate(addresses, policy=self._policy)
        return snapshot.annotate(addresses, form="dictionary",
                                 policy=self._policy).dictionary_decode()


def _column_function(answer: _Answer, kind: types.DataType) -> Any:
    def tags(addresses: pyarrow.Array) -> pyarrow.Array:
        return answer(addresses)

    return functions.arrow_udf(tags, kind)


def _by_rows(frame: DataFrame, column: str, to: str, answer: _Answer,
             kind: types.DataType) -> DataFrame:
    kept = [name for name in frame.columns if name != to]
    schema = types.StructType([frame.schema[name] for name in kept] +
                              [types.StructField(to, kind)])

    def tags(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            columns = [batch.column(name) for name in kept] + [answer(batch.column(column))]
            yield pyarrow.RecordBatch.from_arrays(columns, names=[*kept, to])

    return frame.mapInArrow(tags, schema)
