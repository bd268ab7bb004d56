"""Ten rows of two columns, for jobs that are all fixed cost."""

from pathlib import Path

ROWS = 10


def write_tiny(folder: Path) -> Path:
    path = folder / "tiny.csv"
    lines = ["key,value", *(f"{row % 3},{row}" for row in range(ROWS))]
    path.write_text("\n".join(lines) + "\n")
    return path
