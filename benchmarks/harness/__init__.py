"""What all rows of the benchmark share: processes, turns, memory, checks, results."""
