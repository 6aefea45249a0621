"""Many addresses at once: whatever kind of column comes in, the same kind goes out."""

from __future__ import annotations

import sys
from typing import Any

from . import _core, errors

POLICIES = ("raise", "null", "mask")


def tag_sets(snapshot: _core.Snapshot, addresses: Any, policy: str) -> Any:
    """Snapshot.tag_sets()."""
    _check(addresses, policy)
    addresses = _column_of(addresses)
    column = _arrow_column(addresses)
    if column is not None:
        return _answer_column(snapshot, addresses, column, "sets", policy)
    numbers, bad = _numbers(snapshot, addresses, policy)
    if _library(addresses) == "pandas":
        nullable = [None if number == _core.NO_SET else number for number in numbers]
        return _result(_as_series(addresses, nullable, "UInt32"), bad, policy, addresses)
    return _result(numbers, bad, policy)


def annotate(snapshot: _core.Snapshot, addresses: Any, form: str, policy: str) -> Any:
    """Snapshot.annotate()."""
    _check(addresses, policy)
    if form not in ("list", "dictionary"):
        raise ValueError(f"form is 'list' or 'dictionary', not {form!r}")
    addresses = _column_of(addresses)
    column = _arrow_column(addresses)
    if column is not None:
        return _answer_column(snapshot, addresses, column, form, policy)
    numbers, bad = _numbers(snapshot, addresses, policy)
    names: dict[int, Any] = {number: [tag.name for tag in snapshot.tag_set(number)]
                             for number in set(numbers) - {_core.NO_SET}}
    if form == "dictionary":
        names = {number: ";".join(of_set) for number, of_set in names.items()}
    answers: Any = [names.get(number) for number in numbers]
    if _library(addresses) == "pandas":
        answers = _as_series(addresses, answers, "category" if form == "dictionary" else "object")
    return _result(answers, bad, policy, addresses)


def _check(addresses: Any, policy: str) -> None:
    if policy not in POLICIES:
        raise ValueError(f"policy is 'raise', 'null' or 'mask', not {policy!r}")
    if isinstance(addresses, (str, bytes)):
        raise TypeError("expected many addresses; lookup() takes one")


def _library(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def _column_of(addresses: Any) -> Any:
    """One column, as it is; pandas' indexes and arrays as Series. Tables have too many."""
    library = _library(addresses)
    if library == "pandas" and not hasattr(type(addresses), "index"):
        import pandas
        own_index = addresses if isinstance(addresses, pandas.Index) else None
        return pandas.Series(addresses, index=own_index)
    if hasattr(type(addresses), "columns") and library in ("pandas", "polars", "pyarrow"):
        raise TypeError(f"expected one column, not a {library} {type(addresses).__name__}; "
                        "name the column, as in annotate(frame['address'])")
    return addresses


def _arrow_column(addresses: Any) -> Any:
    """What gives these addresses by Arrow's C interface, or None."""
    if hasattr(addresses, "__arrow_c_array__"):
        return addresses
    if _library(addresses) == "pandas":
        return _pandas_column(addresses)
    return addresses if hasattr(addresses, "__arrow_c_stream__") else None


def _pandas_column(series: Any) -> Any:
    """A pandas Series in Arrow's memory; None when it holds other objects, or without pyarrow."""
    try:
        import pyarrow
    except ImportError:
        return None
    try:
        return pyarrow.array(series, from_pandas=True)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
        return None


def _answer_column(snapshot: _core.Snapshot, addresses: Any, column: Any, form: str,
                   policy: str) -> Any:
    answers, bad = _core.answer_column(snapshot, column, form, policy != "raise")
    return _result(_as_given(addresses, answers), _as_given(addresses, bad)
                   if policy == "mask" else None, policy)


class _Chunks:
    """A column that is only a stream, for who would rather take one array."""

    def __init__(self, column: _core.ArrowColumn) -> None:
        self._column = column

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._column.__arrow_c_stream__(requested_schema)


def _as_given(addresses: Any, column: _core.ArrowColumn) -> Any:
    """The column as the library of `addresses` has it; else as it is."""
    library = _library(addresses)
    if library == "pyarrow":
        import pyarrow
        chunked = isinstance(addresses, pyarrow.ChunkedArray)
        return pyarrow.chunked_array(column) if chunked else pyarrow.array(column)
    if library == "polars":
        import polars
        return polars.Series(_Chunks(column)).alias(addresses.name)
    if library == "pandas":
        return _as_pandas(addresses, column)
    return column


def _as_pandas(series: Any, column: _core.ArrowColumn) -> Any:
    import pandas
    import pyarrow
    array = pyarrow.chunked_array(column).combine_chunks()
    if pyarrow.types.is_dictionary(array.type):
        made = pandas.Series(array.to_pandas(), copy=False).cat.remove_unused_categories()
    elif pyarrow.types.is_boolean(array.type):
        made = array.to_pandas()
    else:
        made = pandas.Series(array, dtype=pandas.ArrowDtype(array.type), copy=False)
    made.index, made.name = series.index, series.name
    return made


def _as_series(series: Any, values: Any, dtype: str) -> Any:
    import pandas
    return pandas.Series(values, index=series.index, name=series.name, dtype=dtype)


def _kind_of_array(addresses: Any) -> str | None:
    """The numbers that a NumPy array or a memoryview is of; None for other sequences."""
    if isinstance(addresses, memoryview):
        return {"I": "uint32", "B": "uint8"}.get(addresses.format, addresses.format)
    dtype = getattr(addresses, "dtype", None)
    if dtype is None or _library(addresses) != "numpy" or dtype.kind in "OSU":
        return None
    return str(dtype)


def _numbers(snapshot: _core.Snapshot, addresses: Any, policy: str) -> tuple[memoryview, bytes]:
    kind = _kind_of_array(addresses)
    if kind is None:
        objects = addresses.tolist() if hasattr(addresses, "tolist") else list(addresses)
        return _core.tag_sets_of_objects(snapshot, objects, policy != "raise")
    shape = addresses.shape
    if kind == "uint32" and len(shape) == 1:
        return _core.tag_sets_v4(snapshot, addresses), bytes(shape[0])
    if kind == "uint8" and shape[1:] == (4,):
        return _core.tag_sets_v4_bytes(snapshot, addresses), bytes(shape[0])
    if kind == "uint8" and shape[1:] == (16,):
        return _core.tag_sets_v6(snapshot, addresses), bytes(shape[0])
    if len(shape) == 1 and _library(addresses) == "numpy" and kind.lstrip("<>") in _WIDER:
        return _wider_numbers(snapshot, addresses, policy)
    raise TypeError("expected an array of uint32, int64 or uint64, or of uint8 in the shape (n, 4) "
                    f"or (n, 16), not of {kind} in the shape {shape}")


#: Of NumPy's types of numbers, those that hold every IPv4 address; in the other byte order, too.
_WIDER = ("int64", "uint64", "u4", "i8", "u8")


def _wider_numbers(snapshot: _core.Snapshot, addresses: Any,
                   policy: str) -> tuple[memoryview, bytes]:
    """IPv4 addresses as numbers that may be too large, or below 0."""
    import numpy
    bad = (addresses < 0) | (addresses > 0xffffffff)
    if policy == "raise" and bad.any():
        place = int(bad.argmax())
        raise errors.InvalidAddressError("an IPv4 address as a number is from 0 to 2^32 - 1, not "
                                         f"{addresses[place]}", f"address {place}")
    sets = _core.tag_sets_v4(snapshot, addresses.astype(numpy.uint32))
    numpy.asarray(sets)[bad] = _core.NO_SET
    return sets, bad.tobytes()


def _result(answers: Any, bad: Any, policy: str, series: Any = None) -> Any:
    if policy != "mask":
        return answers
    if isinstance(bad, bytes) and _library(series) == "pandas":
        bad = _as_series(series, memoryview(bad).cast("?").tolist(), "bool")
    elif isinstance(bad, bytes):
        bad = memoryview(bad).cast("?")
        if "numpy" in sys.modules:
            bad = sys.modules["numpy"].asarray(bad)
    return answers, bad
