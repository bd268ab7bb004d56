"""Wheels of the users' folder."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile


def unpacked(wheel: str) -> str:
    """The folder beside `wheel` with what is in it; unpacked by the first worker that asks.

    Python would import from the file itself, but no compiled modules. Throws zipfile.BadZipFile and OSError.
    """
    folder, name = os.path.split(wheel)
    final = os.path.join(folder, f".{name}.unpacked")
    if os.path.isdir(final):
        return final
    temporary = tempfile.mkdtemp(prefix=f".{name}.", dir=folder)
    try:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(temporary)
        os.rename(temporary, final)
    except BaseException as error:
        shutil.rmtree(temporary, ignore_errors=True)
        # Another worker was faster: what it made is the same.
        if isinstance(error, OSError) and os.path.isdir(final):
            return final
        raise
    return final
