"""One least squares a store, from a file to models in Parquet."""

from dataclasses import dataclass
from pathlib import Path

from harness import models
from harness.bench import Bench
from harness.contest import compete
from harness.findings import Findings, PeerGoal
from harness.peer_process import TITLES
from harness.roost_job import RoostJob
from rows import jobs, labels
from tables.stores import StoresTable

# A loop over the groups of more rows than this is run once.
ROWS_FOR_A_LOOP = 2_000_000


@dataclass(frozen=True)
class GroupedOLS:
    name: str
    title: str
    rows: int
    stores: int
    peers: tuple[str, ...]
    goals: tuple[PeerGoal, ...] = ()
    format: str = "parquet"

    def measure(self, bench: Bench) -> Findings:
        shape = (bench.scaled(self.rows), bench.scaled(self.stores))
        table = StoresTable(*shape, self.format).make(bench.data)
        job = RoostJob(bench.work, self.name, jobs.ols(table))
        with bench.cluster() as cluster, bench.start_peers(self.peers) as peers:
            outputs = {peer.engine: bench.work / f"{self.name}-{peer.engine}" for peer in peers}
            contenders = [job.contender(cluster, "roost", labels.ROOST)]
            contenders += [
                peer.contender(
                    labels.OLS[peer.engine],
                    "grouped_ols",
                    at_most=1 if peer.engine == "pandas" and shape[0] > ROWS_FOR_A_LOOP else None,
                    table=table,
                    output=outputs[peer.engine],
                )
                for peer in peers
            ]
            scores = compete(contenders, bench.runs)
            started = [
                f"{TITLES[peer.engine]} took {peer.seconds_to_start:.1f} s to start, not counted"
                for peer in peers
                if peer.seconds_to_start > 1
            ]
        notes = [
            f"{shape[0]:,} rows of {shape[1]:,} stores, {table.stat().st_size / 2**20:,.0f} MiB of"
            f" {self.format}, in the page cache; y ~ x1 + x2 + x3 + x4",
            *started,
            # A CSV holds the same rows, in a form from which it is slow to pick some.
            *checked(job, StoresTable(*shape).path(bench.data), outputs),
        ]
        return Findings("s", scores, [goal.judge(scores) for goal in self.goals], notes)


def checked(job: RoostJob, table: Path, outputs: dict[str, Path]) -> list[str]:
    """What agrees; raises when something does not."""
    digest = job.require_one_result()
    ours = models.read_roost(job.output)
    return [
        models.require_least_squares(table, ours),
        *(
            models.require_agreement(TITLES[name], ours, models.read_peer(path))
            for name, path in outputs.items()
        ),
        f"All runs of Roost wrote the same bytes (SHA-256 {digest[:16]}...)",
    ]
