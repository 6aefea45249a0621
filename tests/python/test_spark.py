"""Spark: annotated frames, in this process's threads and on a standalone cluster of our own."""

import ipaddress
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock
import warnings

import servicetags

TESTS = pathlib.Path(__file__).resolve().parents[1]
SAMPLE = TESTS.parent / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", TESTS.parents[1] / "shared" / "data"))
ROWS = 2_000_000
try:
    import pyspark
    from pyspark.sql import SparkSession, functions
    from servicetags import spark as service_tags
    MISSING = None if shutil.which("java") else "java"
except ImportError:
    MISSING = "pyspark"
if MISSING:
    print(f"LEFT OUT: {MISSING} is not there", file=sys.stderr)


def session(master, **settings):
    """A new session whose workers run this very Python."""
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    # Of pandas, which is not used here.
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    builder = SparkSession.builder.master(master).appName("servicetags")
    for name, value in {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
                        "spark.sql.shuffle.partitions": "4",
                        "spark.driver.host": "127.0.0.1", "spark.log.level": "OFF",
                        "spark.driver.bindAddress": "127.0.0.1", **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def holders(path):
    """A function from an address to its tags' names, by `ipaddress` and the file alone."""
    tags, lengths = {}, {4: set(), 6: set()}
    for value in json.loads(path.read_text(encoding="utf-8-sig"))["values"]:
        for prefix in value["properties"]["addressPrefixes"]:
            network = ipaddress.ip_network(prefix)
            lengths[network.version].add(network.prefixlen)
            tags.setdefault((network.version, int(network.network_address), network.prefixlen),
                            []).append(value["name"])

    def lookup(text):
        address = ipaddress.ip_address(text)
        names = set()
        for length in lengths[address.version]:
            shift = address.max_prefixlen - length
            number = int(address) >> shift << shift
            names.update(tags.get((address.version, number, length), ()))
        return sorted(names, key=str.lower)

    return lookup


@unittest.skipIf(MISSING, "LEFT OUT")
class Local(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.spark = session("local[2]")
        cls.snapshot = servicetags.load(SAMPLE)
        cls.lookup = staticmethod(holders(SAMPLE))

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()

    ROWS = [("198.18.4.7", 1), ("9.9.9.9", 2), (None, 3), ("2001:db8:100:200::5", 4)]

    def expected(self, rows):
        return [None if text is None else self.lookup(text) for text, _ in rows]

    def test_forms_and_nulls(self):
        frame = self.spark.createDataFrame(self.ROWS, "dst string, n int")
        tagged = service_tags.annotate(frame, "dst", self.snapshot)
        self.assertEqual(tagged.columns, ["dst", "n", "tags"])
        rows = tagged.orderBy("n").collect()
        self.assertEqual([row.tags for row in rows], self.expected(self.ROWS))
        self.assertEqual([(row.dst, row.n) for row in rows], self.ROWS)
        text = service_tags.annotate(frame, "dst", self.snapshot, to="dst", form="text")
        self.assertEqual([row.dst for row in text.orderBy("n").collect()],
                         [None if names is None else ";".join(names)
                          for names in self.expected(self.ROWS)])

    def test_the_way_of_older_versions(self):
        frame = self.spark.createDataFrame(self.ROWS, "dst string, n int")
        with unittest.mock.patch.object(service_tags, "functions", object()):
            tagged = service_tags.annotate(frame, "dst", self.snapshot)
            same = service_tags.annotate(tagged, "dst", self.snapshot, form="text")
        self.assertEqual([row.tags for row in tagged.orderBy("n").collect()],
                         self.expected(self.ROWS))
        self.assertEqual(same.columns, ["dst", "n", "tags"])
        self.assertEqual(same.orderBy("n").first().tags, ";".join(self.lookup("198.18.4.7")))

    def test_bytes_and_numbers(self):
        address = ipaddress.ip_address("198.18.4.7")
        frame = self.spark.createDataFrame([(address.packed, int(address))], "b binary, n bigint")
        for column in ("b", "n"):
            row = service_tags.annotate(frame, column, self.snapshot).first()
            self.assertEqual(row.tags, self.lookup(str(address)))

    def test_bad_rows(self):
        frame = self.spark.createDataFrame([("198.18.4.7",), ("x",)], "dst string")
        kept = service_tags.annotate(frame, "dst", self.snapshot, policy="null")
        self.assertEqual({row.dst: row.tags is None for row in kept.collect()},
                         {"198.18.4.7": False, "x": True})
        with self.assertRaisesRegex(Exception, "InvalidAddressError"):
            service_tags.annotate(frame, "dst", self.snapshot).collect()
        for wrong in ({"form": "dictionary"}, {"policy": "mask"}):
            with self.assertRaises(ValueError):
                service_tags.annotate(frame, "dst", self.snapshot, **wrong)


class Daemon:
    """A process of Spark's; started once it has said that it is."""

    def __init__(self, kind, *arguments, ready):
        home = pathlib.Path(pyspark.__file__).parent
        environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_NO_DAEMONIZE": "1",
                       "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [home / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}", "--host",
             "127.0.0.1", "--port", "0", "--webui-port", "0", *arguments],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        said = []
        for line in self.process.stderr:
            said.append(line)
            found = re.search(ready, line)
            if found:
                self.found = found
                break
        else:
            raise RuntimeError("it did not start:\n" + "".join(said[-20:]))
        # What it says from now on must go somewhere.
        self.reader = threading.Thread(target=self.process.stderr.read)
        self.reader.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()


@unittest.skipIf(MISSING, "LEFT OUT")
class Cluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = TESTS.parent / "build" / "spark-work"
        cls.path = (sorted(REAL.glob("ServiceTags_Public_*.json")) or [SAMPLE])[-1]
        if cls.path == SAMPLE:
            print(f"LEFT OUT: no published files in {REAL}", file=sys.stderr)
        master = Daemon("master.Master", ready=r"Starting Spark master at (spark://[0-9.:]+)")
        cls.addClassCleanup(master.stop)
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.master = master.found[1]
        for _ in range(2):
            worker = Daemon("worker.Worker", "--cores", "1", "--memory", "1g", "--work-dir",
                            str(cls.work), cls.master, ready="Successfully registered with master")
            cls.addClassCleanup(worker.stop)

    def pool(self, count):
        """Addresses of which every other is in some prefix, and some are IPv6."""
        random_ = random.Random(6)
        tags = servicetags.load(self.path).tags
        filled = [tag for tag in tags if len(tag) > 0]
        for number in range(count):
            prefix = random_.choice(random_.choice(filled).prefixes)
            inside = prefix[random_.randrange(min(prefix.num_addresses, 1 << 20))]
            yield str(inside if number % 2 else ipaddress.IPv4Address(random_.getrandbits(32)))

    def annotate(self, workers, expected):
        """Rows a second, the median of three; checks all of them against the oracle."""
        spark = session(self.master, **{"spark.cores.max": str(workers),
                                        "spark.executor.cores": "1",
                                        "spark.executor.memory": "700m"})
        self.addCleanup(spark.stop)
        pool = functions.broadcast(spark.createDataFrame(list(enumerate(expected)),
                                                         "k int, dst string"))
        rows = spark.range(ROWS, numPartitions=4).withColumn(
            "k", functions.expr(f"cast(pmod(hash(id), {len(expected)}) as int)"))
        flows = rows.join(pool, "k").select("id", "dst").persist()
        self.assertEqual(flows.count(), ROWS)
        tagged = service_tags.annotate(flows, "dst", servicetags.load(self.path))
        groups = tagged.groupBy("dst", "tags").count().collect()
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            tagged.agg(functions.sum(functions.size("tags"))).collect()
            seconds.append(time.perf_counter() - start)
        executors = len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1
        self.assertEqual(executors, workers)
        self.assertEqual(sum(row["count"] for row in groups), ROWS)
        self.assertEqual(len(groups), len({row.dst for row in groups}))  # always one answer
        for row in groups:
            self.assertEqual(row.tags, expected[row.dst], row.dst)
        spark.stop()
        return ROWS / statistics.median(seconds)

    def test_one_worker_and_two(self):
        lookup = holders(self.path)
        expected = {address: lookup(address) for address in set(self.pool(20_000))}
        rates = [self.annotate(workers, expected) for workers in (1, 2)]
        print(f"Spark: {ROWS} rows annotated, {rates[0] / 1e6:.2f} million rows a "
              f"second on one worker, {rates[1] / 1e6:.2f} on two", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
