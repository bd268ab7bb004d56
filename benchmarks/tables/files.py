"""Files of data that are large and made once."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


class NotEnoughSpace(Exception):
    pass


def make_once(path: Path, bytes_needed: int, write: Callable[[Path], None]) -> None:
    """Lets `write` make the file unless it is there; it gets its name when it is whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(path.parent).free
        if free < 1.2 * bytes_needed:
            raise NotEnoughSpace(
                f"{path.name} needs {bytes_needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free"
            )
        print(f"  writing {path.name}", flush=True)
        part = path.with_name(path.name + ".part")
        try:
            write(part)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    read_through(path)


def read_through(path: Path) -> None:
    """So that nobody pays for the disk."""
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass
