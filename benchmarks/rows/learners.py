"""Models a second of every learner, a group each, beside scikit-learn."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness.bench import Bench
from harness.cluster import LocalCluster
from harness.contest import Contender, compete, ratio
from harness.findings import Duel, Findings, Goal
from harness.model_checks import Rows
from harness.peer_process import PeerProcess
from harness.roost_job import RoostJob
from rows import jobs
from rows.learner_cases import Case, Peer, Scale
from tables.groups import KEY, GroupsTable

UNIT = "models/s"
NOTES = [
    "Roost: the whole `roost submit` on a warm cluster of two executors of one slot: it reads"
    " Parquet files, brings the rows of a group together, which are not side by side in them,"
    " trains, computes the default metrics of training and writes metrics and models as Parquet",
    "scikit-learn: `fit` alone, in two processes of joblib that have imported it, of one thread"
    " each; rows are grouped and mapped into their memory before. It ends when all models are with"
    " the parent process; no metrics, and nothing is written",
    "Both fit the same first groups of one table; how many a run takes differs, so that it lasts"
    " long enough",
]


@dataclass(frozen=True)
class Learners:
    name: str
    title: str
    scale: Scale
    # Times the models a second of the peer.
    bound: float
    peers: tuple[str, ...] = ("sklearn",)

    def measure(self, bench: Bench) -> Findings:
        duels, notes, disagreements = [], [], []
        with bench.cluster() as cluster, bench.start_peers(self.peers) as peers:
            for case in self.scale.cases():
                print(f"  {case.name}", flush=True)
                run = CaseRun(case, self.scale, bench)
                duels.append(run.measure(cluster, peers[0] if peers else None))
                try:
                    run.check()
                except AssertionError as error:
                    # The others are measured, so that one run names all that disagree.
                    disagreements.append(f"{case.name}: {error}")
                    print(f"  {disagreements[-1]}", flush=True)
                notes.append(run.note)
        if disagreements:
            raise AssertionError("; ".join(disagreements))
        return Findings(UNIT, [], [self._goal(duels)], NOTES + notes, duels)

    def _goal(self, duels: list[Duel]) -> Goal:
        """Of the learner that is furthest from it; it says how many of all reach it."""
        text = f"{self.bound:g} times as many models a second with every learner"
        ratios = {duel.name: ratio(*duel.scores) for duel in duels if len(duel.scores) == 2}
        if not ratios:
            return Goal(text, self.bound, is_at_least=True, absent="scikit-learn was not there")
        worst = min(ratios, key=ratios.__getitem__)
        met = sum(value >= self.bound for value in ratios.values())
        text += f" ({met} of {len(ratios)} have them; the least is that of {worst})"
        return Goal(text, self.bound, ratios[worst], is_at_least=True)


class CaseRun:
    """A learner on the groups of a table."""

    def __init__(self, case: Case, scale: Scale, bench: Bench):
        self._case, self._bench = case, bench
        self._table = GroupsTable(scale.rows, scale.features, scale.groups_of_file)
        # Whole files: Roost reads nothing that it does not train on.
        self._files = self._table.make(bench.data, bench.scaled(case.groups))
        self._groups = len(self._files) * scale.groups_of_file
        count = scale.features if case.features is None else case.features
        self._features = self._table.feature_names[:count]
        self._file_name = case.name.replace(" ", "-").replace(",", "")
        self._job = self._job_file(self._file_name, case.train)
        # The run whose models are checked.
        self._checked = self._job
        self._theirs: Path | None = None
        self.note = f"{case.name}: `{case.text}`"

    def _job_file(self, name: str, train: dict) -> RoostJob:
        case = self._case
        text = jobs.learner(self._files, KEY, case.text, case.label, self._features, train)
        return RoostJob(self._bench.work, name, text)

    def measure(self, cluster: LocalCluster, peer: PeerProcess | None) -> Duel:
        case = self._case
        contenders = [
            Contender(
                "roost",
                f"{self._groups:,} groups",
                lambda: self._groups / self._job.run(cluster),
            )
        ]
        if peer is not None and case.peer is not None:
            groups = min(self._bench.scaled(case.peer.groups), self._groups)
            contenders.append(self._peer_contender(peer, case.peer, groups))
        scores = compete(contenders, self._bench.runs)
        if len(contenders) == 2:
            self._describe(cluster, peer, case.peer)
        return Duel(case.name, scores)

    def _describe(self, cluster: LocalCluster, peer: PeerProcess, counterpart: Peer) -> None:
        """What is checked about the models, for which both train once more if rows are held out."""
        self._theirs = self._bench.work / "peer.parquet"
        request = {"output": self._theirs}
        if held_out := counterpart.check.held_out:
            train = self._case.train | {"test_fraction": held_out}
            self._checked = self._job_file(f"{self._file_name}-held-out", train)
            self._checked.run(cluster)
            request |= self._estimator(counterpart) | {"held_out": held_out}
        peer.run("describe", **request)

    def _peer_contender(self, peer: PeerProcess, counterpart: Peer, groups: int) -> Contender:
        table = self._table
        peer.run(
            "load",
            table=[table.rows, table.features, table.groups_of_file],
            files=[str(file) for file in self._files],
            groups=groups,
            features=self._features,
            label=self._case.label,
        )
        request = self._estimator(counterpart)
        return Contender(
            peer.engine, f"{groups:,} groups", lambda: groups / peer.run("train", **request)
        )

    @staticmethod
    def _estimator(peer: Peer) -> dict:
        return {"estimator": peer.estimator, "parameters": peer.parameters}

    def _models(self) -> pa.Table:
        models = pq.read_table(self._checked.output)
        if len(models) != self._groups:
            raise AssertionError(f"{len(models)} models of {self._groups} groups")
        failed = models.filter(pc.is_valid(models["error"]))
        if len(failed) > 0:
            raise AssertionError(f"{len(failed)} groups without a model: {failed['error'][0]}")
        return models.sort_by(KEY)

    def check(self) -> None:
        """After measuring. The groups of the peer are the first of Roost's."""
        self._job.require_one_result()
        ours, peer = self._models(), self._case.peer
        if self._theirs is None:
            return
        theirs = pq.read_table(self._theirs)
        agreement = peer.check(ours.slice(0, len(theirs)), theirs, self._rows(len(theirs)))
        differs = f" ({peer.differs})" if peer.differs else ""
        self.note += f" beside `{peer.text}`{differs}; {agreement}"

    def _rows(self, groups: int) -> Rows:
        label = self._case.label

        def read(columns: list[str]):
            return self._table.arrays(self._files, groups, columns)

        return (
            read(self._features) if self._features else None,
            read([label])[..., 0] if label else None,
        )
