"""All rows, in the order of the results, with the goals of each."""

from harness.findings import PeerGoal
from rows import jobs
from rows.aggregation import Aggregation
from rows.empty_tasks import EmptyTasks
from rows.grouped_ols import GroupedOLS
from rows.growth import Growth
from rows.idle_memory import IdleMemory
from rows.learner_cases import LARGE, SMALL
from rows.learners import Learners
from rows.python_functions import FirstCall, GroupedFunction, MappedFunction
from rows.scheduler import SchedulerAlone
from rows.second_executor import SecondExecutor
from rows.shuffle import Shuffle
from rows.shuffle_alone import ShuffleAlone
from rows.side_by_side import SideBySide
from rows.tiny_job import TinyJob
from tables.stores import StoresTable

ENGINES = ("duckdb", "polars")
CLUSTERS = ("dask", "ray", "spark")
MILLION = 1_000_000
# The two columns of a pair have together as many values as the one column of a single key.
KEYS = {
    "integer": ("one integer key", ("integer",)),
    "string": ("one string key", ("text",)),
    "two": ("two keys, an integer and a string", ("first", "second")),
}
GROUPS = {"100": 100, "100k": 100_000, "5m": 5 * MILLION}

CATALOGUE = [
    GroupedOLS(
        "ols-10m",
        "Grouped `LinearRegression`, 10 M rows, 100 k groups",
        10 * MILLION,
        100_000,
        (*ENGINES, "pandas"),
        (PeerGoal("duckdb", 0.45),),
    ),
    GroupedOLS(
        "ols-20m",
        "Grouped `LinearRegression`, 20 M rows, 1 M groups",
        20 * MILLION,
        MILLION,
        ENGINES,
        (PeerGoal("duckdb", 0.45), PeerGoal("duckdb", 1.25, "memory")),
    ),
    Growth(
        "ols-100m",
        "Grouped `LinearRegression`, 100 M rows, 5 M groups, beside 20 M rows, 1 M groups",
        StoresTable(20 * MILLION, MILLION),
        StoresTable(100 * MILLION, 5 * MILLION),
        5.5,
    ),
    GroupedOLS(
        "ols-csv-10m",
        "Grouped `LinearRegression` from CSV, 10 M rows, 100 k groups",
        10 * MILLION,
        100_000,
        ENGINES,
        (PeerGoal("duckdb", 1),),
        "csv",
    ),
    *(
        Aggregation(
            f"aggregate-{key}-{size}",
            f"`group_by` with `aggregate`, 10 M rows, {groups:,} groups, {title}",
            10 * MILLION,
            groups,
            columns,
            ENGINES,
            (PeerGoal("duckdb", 1),),
        )
        for key, (title, columns) in KEYS.items()
        for size, groups in GROUPS.items()
    ),
    SideBySide(
        "rows-10m",
        "Rows of a group side by side (`metrics: [mae]`), 10 M rows, 100 k groups",
        10 * MILLION,
        100_000,
        (PeerGoal("duckdb", 2),),
    ),
    SecondExecutor(
        "executors-ols",
        "One executor to two, grouped `LinearRegression`, 10 M rows",
        10 * MILLION,
        100_000,
        jobs.ols,
    ),
    SecondExecutor(
        "executors-rows",
        "One executor to two, rows of a group side by side, 10 M rows",
        10 * MILLION,
        100_000,
        jobs.ols_of_rows,
    ),
    Shuffle("shuffle", "Shuffle between two executors", 20 * MILLION, MILLION, 1.5, 0.8),
    ShuffleAlone(
        "shuffle-alone",
        "Blocks from one process to another, without a job",
        "shuffle-benchmark",
        1.5,
        0.8,
    ),
    EmptyTasks("empty-tasks-4k", "Empty tasks, 4,000", 4_000, 10_000, CLUSTERS),
    EmptyTasks("empty-tasks-40k", "Empty tasks, 40,000", 40_000, 10_000),
    TinyJob("tiny-job", "A job of ten rows, from command to exit", 30, 300),
    IdleMemory("idle-memory", "Memory of an idle cluster", 100),
    SchedulerAlone(
        "scheduler",
        "Scheduler alone, simulated: 10,000 executors, 1,000,000 tasks",
        10_000,
        1_000_000,
        200_000,
    ),
    GroupedOLS(
        "function-1m",
        "A function of each group, 1 M rows, 10 k groups",
        MILLION,
        10_000,
        ("pandas", *CLUSTERS),
    ),
    GroupedFunction(
        "python-lstsq",
        "A Python function of each group, `numpy.linalg.lstsq`, 1 M rows, 10 k groups",
        "lstsq",
        MILLION,
        10_000,
        (PeerGoal("python", 1.15),),
    ),
    GroupedFunction(
        "python-sklearn",
        "A Python function of each group, scikit-learn's `LinearRegression`, 1 M rows, 10 k groups",
        "sklearn",
        MILLION,
        10_000,
        (PeerGoal("python", 1.15),),
    ),
    MappedFunction(
        "python-map",
        "A Python function of batches, one more column of 10 M rows",
        10 * MILLION,
        100_000,
        (PeerGoal("spark", 0.5),),
    ),
    FirstCall("python-first", "The first Python function on warm executors", 1.5),
    Learners("learners-100", "Every learner, groups of 100 rows and 4 features", SMALL, 50),
    Learners("learners-10k", "Every learner, groups of 10,000 rows and 20 features", LARGE, 1),
]
# What `make bench` runs: ten million rows, against engines of one machine.
QUICK = ["ols-10m", "ols-csv-10m", "aggregate-*", "rows-10m"]
