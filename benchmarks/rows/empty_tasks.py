"""How many tasks that do nothing a cluster runs in a second."""

import statistics
from dataclasses import dataclass

from harness.bench import Bench
from harness.contest import Contender, compete
from harness.findings import Findings, Goal
from rows import jobs, labels
from tables.tiny import write_tiny


@dataclass(frozen=True)
class EmptyTasks:
    name: str
    title: str
    tasks: int
    bound: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        tasks = bench.scaled(self.tasks)
        job = bench.work / f"{self.name}.yaml"
        job.write_text(jobs.empty_tasks(write_tiny(bench.work), tasks))
        with bench.cluster() as cluster, bench.start_peers(self.peers) as peers:
            label = f"Roost: `partitions: {tasks}` of ten rows (`roost submit`, the whole command)"
            contenders = [
                Contender("roost", label, lambda: tasks / cluster.submit(job), cluster.process_ids)
            ]
            contenders += [
                Contender(
                    peer.engine,
                    labels.EMPTY_TASKS[peer.engine],
                    lambda peer=peer: tasks / peer.run("empty_tasks", count=tasks),
                    peer.process_ids,
                )
                for peer in peers
            ]
            scores = compete(contenders, bench.runs)
        goal = Goal(
            f"{self.bound:,.0f} tasks a second",
            self.bound,
            statistics.median(scores[0].values),
            is_at_least=True,
            unit="tasks/s",
        )
        return Findings("tasks/s", scores, [goal])
