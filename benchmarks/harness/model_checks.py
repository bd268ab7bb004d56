"""Whether the models that two contenders made of the same groups are equally good."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# x (group, row, feature) and the label (group, row), where there are such.
Rows = tuple[np.ndarray | None, np.ndarray | None]


class Check(Protocol):
    # The share of rows that models are compared on, which they were not trained on; 0: on all.
    held_out: float

    def __call__(self, ours: pa.Table, theirs: pa.Table, rows: Rows) -> str:
        """Says what it compared; raises AssertionError when that disagrees.

        Tables of models have a row a group in the same order, and columns of the same names.
        """


def column(models: pa.Table, name: str) -> np.ndarray:
    values = models[name]
    if pa.types.is_list(values.type):
        return pc.list_flatten(values).to_numpy().reshape(len(values), -1)
    return values.to_numpy()


@dataclass(frozen=True)
class SameWeights:
    """Where there is one optimum, and both come to it."""

    # As a share of a group's largest coefficient.
    tolerance: float
    held_out: float = 0

    def __call__(self, ours: pa.Table, theirs: pa.Table, rows: Rows) -> str:
        one, other = self._weights(ours), self._weights(theirs)
        differences = np.abs(one - other).max(axis=1) / np.abs(other).max(axis=1)
        largest = differences.max()
        if not largest <= self.tolerance:
            raise AssertionError(f"coefficients differ by {largest:.2g} of the largest")
        return f"coefficients differ by {largest:.0e} of a group's largest at most"

    @staticmethod
    def _weights(models: pa.Table) -> np.ndarray:
        return np.column_stack([column(models, "coefficients"), column(models, "intercept")])


def hinge(linear: np.ndarray, label: np.ndarray) -> np.ndarray:
    return np.maximum(0, 1 - (2 * label - 1) * linear)


def logistic(linear: np.ndarray, label: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, linear) - label * linear


def poisson(linear: np.ndarray, label: np.ndarray) -> np.ndarray:
    return np.exp(linear) - label * linear


@dataclass(frozen=True)
class NoHigherObjective:
    """For optima that a search comes close to, one closer than the other."""

    loss: Callable[[np.ndarray, np.ndarray], np.ndarray]
    # Of half the sum of the squared coefficients; the intercept has none.
    penalty: float
    tolerance: float = 1e-6
    held_out: float = 0

    def __call__(self, ours: pa.Table, theirs: pa.Table, rows: Rows) -> str:
        one, other = self._objective(ours, rows), self._objective(theirs, rows)
        excess = (one - other) / np.abs(other)
        if not excess.max() <= self.tolerance:
            raise AssertionError(f"an objective is {excess.max():.2g} higher, relatively")
        return f"objectives of Roost, relatively, {excess.min():+.0e} to {excess.max():+.0e}"

    def _objective(self, models: pa.Table, rows: Rows) -> np.ndarray:
        slopes, intercept = column(models, "coefficients"), column(models, "intercept")
        linear = np.einsum("grf,gf->gr", rows[0], slopes) + intercept[:, None]
        penalty = self.penalty / 2 * (slopes**2).sum(axis=1)
        return self.loss(linear, rows[1]).mean(axis=1) + penalty


@dataclass(frozen=True)
class NotWorse:
    """Where both choose at random or differ in detail: the mean of a metric over all groups."""

    metric: str
    # Relative to the peer's mean.
    allowed: float
    more_is_better: bool = False
    held_out: float = 0

    def __call__(self, ours: pa.Table, theirs: pa.Table, rows: Rows) -> str:
        one, other = column(ours, self.metric).mean(), column(theirs, self.metric).mean()
        found = f"mean `{self.metric}` {one:.4g}, of the peer {other:.4g}"
        worse = (other / one if self.more_is_better else one / other) - 1
        if not worse <= self.allowed:
            raise AssertionError(found)
        return found


@dataclass(frozen=True)
class SameForecasts:
    """Searches end at different places of a flat optimum: the mean difference counts."""

    # As a share of the mean value.
    tolerance: float
    held_out: float = 0

    def __call__(self, ours: pa.Table, theirs: pa.Table, rows: Rows) -> str:
        one, other = column(ours, "forecast"), column(theirs, "forecast")
        difference = float(np.abs(one - other).mean() / np.abs(other).mean())
        if not difference <= self.tolerance:
            raise AssertionError(f"forecasts differ by {difference:.2g} on average")
        return f"forecasts differ by {difference:.2%} on average"
