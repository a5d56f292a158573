"""Parts read by Spark: on a cluster, or with local[*] on one computer. Needs pyspark and Java, the extra ``spark``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from allegata.model.error import InputError
from allegata.run.archive.part import read_part
from allegata.run.archive.place import Place
from allegata.run.archive.plan import Part, Settings

MISSING = 'Spark is not installed; install it with Java 17: pip install "allegata[spark]"'


def _session() -> Any:
    """Return the session of Spark: the one there is, as under spark-submit, else a new one by Spark's own settings.

    Raises: InputError if Spark or Java is not there.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError:
        raise InputError(MISSING) from None
    # The workers need what this process has.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return SparkSession.builder.appName("allegata archive read").getOrCreate()
    except (PySparkRuntimeError, OSError) as error:
        raise InputError(f"Spark does not start ({' '.join(str(error).split())[:200]}); it needs Java 17") from None


def read_parts(
    parts: Sequence[Part], out: str, settings: Settings, workers: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what became of each of *parts*, read by the workers of Spark, *workers* at a time if given; *out* is an address that they all reach.

    Each worker keeps the model from one part to the next. A part that Spark tries again is written again, the same.

    Raises: InputError if Spark is not there, or gives up.
    """
    session = _session()
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        for batch in batches:
            for each in batch.column(0).to_pylist():
                made = read_part(Part(**json.loads(each)), Place(out), settings)
                yield pyarrow.RecordBatch.from_arrays([pyarrow.array([json.dumps(made)])], names=["summary"])

    rows = [(json.dumps(asdict(part)),) for part in parts]
    slices = min(workers, len(rows)) if workers else len(rows)
    told = session.createDataFrame(session.sparkContext.parallelize(rows, slices), "part string")
    try:
        for row in told.mapInArrow(work, "summary string").collect():
            yield json.loads(row["summary"])
    except (Py4JJavaError, PySparkException) as error:
        last = [line for line in str(error).splitlines() if "Error" in line or "Exception" in line]
        raise InputError(
            f"Spark gave up: {(last or [str(error)])[0].strip()[:300]}; run it again, it goes on where it stopped"
        ) from None
