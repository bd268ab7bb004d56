"""The rows of the benchmark: each knows its work, its peers, its goals and what must agree."""
