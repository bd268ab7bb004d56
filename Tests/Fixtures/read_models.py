"""Decodes the models of models.json by docs/models.md alone and compares its predictions with those that are kept.

usage: read_models.py        (reads models.json beside itself)

It needs nothing but Python, and no line of Roost: what it can read, a reader in another language can.
"""
import bisect
import json
import math
import pathlib
import struct


class Reader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, size):
        assert self.place + size <= len(self.data), "the bytes end too early"
        self.place += size
        return self.data[self.place - size:self.place]

    def byte(self):
        return self.take(1)[0]

    def double(self):
        return struct.unpack("<d", self.take(8))[0]

    def int32(self):
        return struct.unpack("<i", self.take(4))[0]

    def count(self):
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self):
        return self.take(self.count()).decode()

    def list(self, read):
        return [read() for _ in range(self.count())]

    def doubles(self, count=None):
        return [self.double() for _ in range(self.count() if count is None else count)]


def softmax(values):
    largest = max(values)
    shares = [math.exp(value - largest) for value in values]
    return [share / sum(shares) for share in shares]


def dot(coefficients, x):
    return sum(c * value for c, value in zip(coefficients, x) if c != 0)


def rows_of(values, width):
    return [values[start:start + width] for start in range(0, len(values), width)]


def linear(r):
    intercept, coefficients, _ = r.double(), r.doubles(), r.doubles()
    return lambda x: [intercept + dot(coefficients, x)]


def generalized_linear(r):
    link = r.byte()
    power = r.double() if link == 7 else 1
    function = linear(r)
    inverse = [
        lambda eta: eta, math.exp, lambda eta: 1 / eta, lambda eta: 1 / (1 + math.exp(-eta)),
        lambda eta: math.erfc(-eta / math.sqrt(2)) / 2, lambda eta: 1 - math.exp(-math.exp(eta)),
        lambda eta: eta * eta, lambda eta: eta ** (1 / power)][link]
    return lambda x: [inverse(function(x)[0])]


def logistic(r):
    columns, intercepts, coefficients, _ = r.count(), r.doubles(), r.doubles(), r.doubles()
    rows = rows_of(coefficients, columns)

    def predict(x):
        values = [a + dot(row, x) for a, row in zip(intercepts, rows)]
        return softmax([0] + values) if len(values) == 1 else softmax(values) if values else [1]
    return predict


def support_vectors(r):
    function, threshold, classes = linear(r), r.double(), r.count()

    def predict(x):
        value = function(x)[0]
        return [threshold - value, value - threshold] if classes == 2 else [value]
    return predict


def naive_bayes(r):
    kind, a, first, second = r.byte(), r.doubles(), r.doubles(), r.doubles()
    width = len(first) // len(a)
    b, c = rows_of(first, width), rows_of(second, width)

    def value(index, x):
        if kind < 2:
            return a[index] + dot(b[index], x)
        if kind == 2:
            return a[index] + sum(one for one, v in zip(b[index], x) if v != 0)
        return a[index] - sum(
            (v - m) ** 2 / (2 * s) + math.log(s) / 2 for v, m, s in zip(x, b[index], c[index]))
    return lambda x: softmax([value(index, x) for index in range(len(a))])


def isotonic(r):
    _, column, boundaries, values = r.count(), r.count(), r.doubles(), r.doubles()

    def predict(x):
        place = bisect.bisect_left(boundaries, x[column])
        if place == len(boundaries):
            return [values[-1]]
        if place == 0 or boundaries[place] == x[column]:
            return [values[place]]
        share = (x[column] - boundaries[place - 1]) / (boundaries[place] - boundaries[place - 1])
        return [values[place - 1] * (1 - share) + values[place] * share]
    return predict


def trees(r):
    columns, classes = r.count(), r.count()
    categories = [r.count() for _ in range(columns)] if r.byte() else [0] * columns
    weight = r.count if r.byte() else r.double

    def node():
        tag = r.count()
        if tag == 0 and classes == 0:
            weight()
            return r.doubles(1)
        if tag == 0:
            weights = [weight() for _ in range(classes)]
            return [w / sum(weights) for w in weights]
        column = tag - 1
        if categories[column] == 0:
            threshold = r.double()
            return (lambda x: x[column] <= threshold), node(), node()
        count = categories[column]
        bits = int.from_bytes(r.take(8 * ((count + 64) // 64)), "little")

        def goes_left(x):
            code = int(x[column]) if 0 <= x[column] < count else count
            return bits >> code & 1 == 1
        return goes_left, node(), node()

    def leaf(tree, x):
        while isinstance(tree, tuple):
            tree = tree[1] if tree[0](x) else tree[2]
        return tree
    found = [node() for _ in range(r.count())]
    return lambda x: [leaf(tree, x) for tree in found]


def decision_tree(r):
    function = trees(r)
    r.doubles()
    return lambda x: function(x)[0]


def ensemble(r):
    combination, function = r.byte(), trees(r)
    r.doubles()

    def predict(x):
        values = function(x)
        sums = [sum(column) for column in zip(*values)]
        if combination == 0:
            return [value / len(values) for value in sums]
        p = 1 / (1 + math.exp(-2 * sums[0]))
        return sums if combination == 1 else [1 - p, p]
    return predict


def scaled(cosine, x):
    length = math.sqrt(sum(v * v for v in x))
    return [v / length for v in x] if cosine and length > 0 else x


def distance(x, center):
    return sum((v - c) ** 2 for v, c in zip(x, center))


def k_means(r):
    cosine, columns, clusters = r.byte(), r.count(), r.count()
    centers = rows_of(r.doubles(columns * clusters), columns)
    return lambda x: [min(range(clusters), key=lambda c: distance(scaled(cosine, x), centers[c]))]


def bisecting_k_means(r):
    cosine, columns, children = r.byte(), r.count(), r.list(r.int32)
    centers = [None] + [r.doubles(columns) for _ in children[1:]]
    leaves = [node for node, child in enumerate(children) if child == 0]

    def predict(x):
        x, node = scaled(cosine, x), 0
        while children[node]:
            node = min(children[node], children[node] + 1, key=lambda n: distance(x, centers[n]))
        return [leaves.index(node)]
    return predict


def mixture(r):
    means = r.doubles()
    width = len(means)
    deviations, components = r.doubles(width), r.count()
    weights = r.doubles(components)
    centers = [r.doubles(width) for _ in weights]
    factors = [[r.doubles(row + 1) for row in range(width)] for _ in weights]

    def predict(x):
        z, logs = [(v - m) / d for v, m, d in zip(x, means, deviations)], []
        for weight, center, factor in zip(weights, centers, factors):
            solved = []
            for row, v, c in zip(factor, z, center):
                solved.append((v - c - dot(row, solved)) / row[-1])
            logs.append(
                math.log(weight) - sum(math.log(row[-1]) for row in factor)
                - sum(s * s for s in solved) / 2)
        return softmax(logs)
    return predict


def seasonal_naive(r):
    season, _ = r.doubles(), r.double()
    return lambda row: [season[row % len(season)]]


def exponential_smoothing(r):
    _, _, season = r.byte(), r.byte(), r.byte()
    _, _, _, phi, level, slope, _, _ = r.doubles(8)
    seasons = r.doubles()

    def predict(row):
        value = level + slope * sum(phi ** k for k in range(1, row + 2))
        if season:
            state = seasons[row % len(seasons)]
            value = value + state if season == 1 else value * state
        return [value]
    return predict


FORMS = [
    linear, generalized_linear, logistic, support_vectors, naive_bayes, isotonic, decision_tree, ensemble,
    k_means, bisecting_k_means, mixture, seasonal_naive, exponential_smoothing]


def preparation(r):
    features = []
    for _ in r.list(r.int32):
        kind = r.byte()
        codes = r.list(r.int32) if kind == 2 else []
        features.append((kind, codes, r.doubles(4 if kind == 0 else 1)))

    def prepare(x):
        columns = []
        for value, (kind, codes, numbers) in zip(x, features):
            value = numbers[0] if math.isnan(value) else value
            if kind == 0:
                _, center, scale, shift = numbers
                columns.append((value - center) * scale + shift if scale else shift)
            elif kind == 1:
                columns.append(value)
            else:
                columns += [float(value == code) for code in codes]
        return columns
    return prepare


def model(data):
    """The model's kind and a function from the columns of a row, or from the row's number, to its outputs."""
    r = Reader(data)
    assert r.take(4) == b"RMDL" and r.byte() == 1
    _, kind, _ = r.text(), r.byte(), r.list(r.text)
    r.list(lambda: (r.count(), r.list(r.text)))
    r.list(r.text)
    prepare = preparation(r) if r.byte() else lambda x: x
    predict = FORMS[r.byte() - 1](r)
    assert r.place == len(data), "there are bytes after the model"
    return kind, predict if kind == 4 else lambda x: predict(prepare(x))


kept = json.loads(pathlib.Path(__file__).with_name("models.json").read_text())["models"]
for entry in kept:
    kind, predict = model(bytes.fromhex(entry["hex"]))
    rows = range(len(entry["predictions"])) if kind == 4 else list(zip(*entry["rows"]))
    found = [value for row in rows for value in predict(row)]
    assert len(found) == len(entry["predictions"]), entry["name"]
    worst = max(abs(a - b) / max(1, abs(b)) for a, b in zip(found, entry["predictions"]))
    assert worst < 1e-10, (entry["name"], worst)
    print(f"{entry['name']}: {len(found)} predictions within {worst:.0e}")
