"""Service tags in the tools that data people have: each function is a recipe to copy.

    python recipes.py TAGS.json     # needs duckdb, polars, pandas and dask
"""

import sys

import servicetags

FLOWS = {"dst": ["198.18.4.7", "9.9.9.9", None, "198.18.1.24", "198.18.4.9"],
         "bytes": [700, 20, 1, 80, 300]}


def pandas_column(snapshot):
    """pandas: a categorical column, small and ready to be grouped by."""
    import pandas
    flows = pandas.DataFrame(FLOWS)
    flows["tags"] = snapshot.annotate(flows["dst"], form="dictionary")
    return flows.groupby("tags", observed=True)["bytes"].sum()


def polars_expression(snapshot):
    """Polars: an expression, also of a LazyFrame; a row for each tag of an address."""
    import polars
    tags = polars.col("dst").map_batches(lambda column: snapshot.annotate(column),
                                         return_dtype=polars.List(polars.String))
    return (polars.LazyFrame(FLOWS).with_columns(tags=tags).explode("tags")
            .group_by("tags").agg(polars.col("bytes").sum()).sort("tags").collect())


def dask_partitions(snapshot):
    """Dask: partition by partition; the snapshot is pickled in its compiled form."""
    import dask.dataframe
    import pandas

    def tagged(part):
        return part.assign(tags=snapshot.annotate(part["dst"], form="dictionary").astype(object))

    flows = dask.dataframe.from_pandas(pandas.DataFrame(FLOWS), npartitions=2)
    meta = {"dst": object, "bytes": "int64", "tags": object}
    return flows.map_partitions(tagged, meta=meta).groupby("tags")["bytes"].sum().compute()


def duckdb_function(snapshot):
    """DuckDB: a function for SQL that answers by Arrow batches."""
    import duckdb
    import pyarrow
    with duckdb.connect() as database:
        database.register("flows", pyarrow.table(FLOWS))
        database.create_function("service_tags", lambda column: snapshot.annotate(column),
                                 ["VARCHAR"], "VARCHAR[]", type="arrow")
        return database.execute(
            "SELECT tag, sum(bytes) FROM (SELECT unnest(service_tags(dst)) AS tag, bytes "
            "FROM flows) GROUP BY tag ORDER BY tag").fetchall()


def ranges_v4(snapshot):
    """The whole of IPv4 as ranges of equal tags: where each starts, and the tags' names.

    Tags change only where a prefix begins or ends, so those places are all that is asked.
    """
    import numpy
    prefixes = [prefix for tag in snapshot.tags for prefix in tag.prefixes if prefix.version == 4]
    places = {0} | {int(prefix[0]) for prefix in prefixes}
    places |= {int(prefix[-1]) + 1 for prefix in prefixes}
    starts = numpy.array(sorted(places - {1 << 32}), dtype=numpy.uint32)
    sets = numpy.asarray(snapshot.tag_sets(starts))
    new = numpy.append(True, sets[1:] != sets[:-1])
    names = [[tag.name for tag in snapshot.tag_set(number)] for number in sets[new].tolist()]
    return {"start": starts[new], "tags": names}


def duckdb_asof_join(snapshot):
    """DuckDB: without Python in the query, by an ASOF join on ranges that were exported."""
    import duckdb
    import pyarrow
    with duckdb.connect() as database:
        database.register("flows", pyarrow.table(FLOWS))
        database.register("ranges", pyarrow.table(ranges_v4(snapshot)))  # or a Parquet file
        return database.execute(
            "SELECT dst, tags FROM (SELECT *, list_reduce(string_split(dst, '.')::BIGINT[], "
            "lambda a, b: a * 256 + b) AS number FROM flows) "
            "ASOF LEFT JOIN ranges ON number >= start ORDER BY dst"
        ).fetchall()


def main():
    snapshot = servicetags.load(*sys.argv[1:2])
    for recipe in (pandas_column, polars_expression, dask_partitions, duckdb_function,
                   duckdb_asof_join):
        print(recipe.__doc__.splitlines()[0], recipe(snapshot), sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
