"""count, sum, avg, min and max of ten million doubles by key."""

from dataclasses import dataclass

from harness import aggregates
from harness.bench import Bench
from harness.contest import compete
from harness.findings import Findings, PeerGoal
from harness.peer_process import TITLES
from harness.roost_job import RoostJob
from rows import jobs, labels
from tables.keys import KeysTable


@dataclass(frozen=True)
class Aggregation:
    name: str
    title: str
    rows: int
    groups: int
    keys: tuple[str, ...]
    peers: tuple[str, ...]
    goals: tuple[PeerGoal, ...]

    def measure(self, bench: Bench) -> Findings:
        table = KeysTable(bench.scaled(self.rows), bench.scaled(self.groups)).make(bench.data)
        keys = list(self.keys)
        job = RoostJob(bench.work, self.name, jobs.aggregate(table, keys))
        with bench.cluster() as cluster, bench.start_peers(self.peers) as peers:
            outputs = {peer.engine: bench.work / f"{self.name}-{peer.engine}" for peer in peers}
            contenders = [job.contender(cluster, "roost", labels.ROOST)]
            contenders += [
                peer.contender(
                    labels.AGGREGATION[peer.engine],
                    "aggregate",
                    table=table,
                    keys=keys,
                    output=outputs[peer.engine],
                )
                for peer in peers
            ]
            scores = compete(contenders, bench.runs)
        job.require_one_result()
        notes = [
            aggregates.require_agreement(TITLES[name], keys, job.output, path)
            for name, path in outputs.items()
        ]
        return Findings("s", scores, [goal.judge(scores) for goal in self.goals], notes)
