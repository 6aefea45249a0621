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


def duckdb_asof_join(snapshot):
    """DuckDB: without Python in the query, by an ASOF join on exported ranges; for IPv4."""
    import pathlib
    import tempfile
    import duckdb
    import pyarrow
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        exported = pathlib.Path(folder, "ranges.csv")  # also: servicetags export csv --shape ranges
        exported.write_bytes(snapshot.export("csv", shape="ranges"))
        database.register("flows", pyarrow.table(FLOWS))
        database.execute(
            "CREATE TABLE ranges AS SELECT first_number::BIGINT AS first, last_number::BIGINT AS "
            "last, string_split(tags, ';') AS tags FROM read_csv(?, all_varchar = true) "
            "WHERE family = '4'", [str(exported)])
        return database.execute(
            "SELECT dst, CASE WHEN number <= last THEN tags WHEN number IS NOT NULL THEN [] END "
            "FROM (SELECT dst, list_reduce(string_split(dst, '.')::BIGINT[], "
            "lambda a, b: a * 256 + b) AS number FROM flows) "
            "ASOF LEFT JOIN ranges ON number >= first ORDER BY dst").fetchall()


def parquet_file(snapshot):
    """Parquet: a row for each tag and prefix, with where the data is from in the file's metadata."""
    import io
    import pathlib
    import tempfile
    import pyarrow.csv
    import pyarrow.parquet
    rows = pyarrow.csv.read_csv(io.BytesIO(snapshot.export("csv", shape="tags")))
    info = {"cloud": snapshot.info.cloud, "change_number": str(snapshot.info.change_number)}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "service_tags.parquet")
        pyarrow.parquet.write_table(rows.replace_schema_metadata(info), path)
        return pyarrow.parquet.read_table(path)


def main():
    snapshot = servicetags.load(*sys.argv[1:2])
    for recipe in (pandas_column, polars_expression, dask_partitions, duckdb_function,
                   duckdb_asof_join, parquet_file):
        print(recipe.__doc__.splitlines()[0], recipe(snapshot), sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
