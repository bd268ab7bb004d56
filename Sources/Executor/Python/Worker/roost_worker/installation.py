"""Which interpreter this is and what is installed in it."""

from __future__ import annotations

import gc
import platform
import sys
from typing import Union

OLDEST_PYARROW = 15


def load() -> Union[dict, str]:
    """Imports pyarrow and, where they are, pandas and numpy.

    Returns their versions (`pandas` is None when it cannot be imported), or what a person has to install.
    """
    # What imports make is there to stay: looking for garbage among it takes a fifth of their time, and writes to
    # every page of it, which forked workers would then copy.
    gc.disable()
    try:
        return _imported()
    finally:
        gc.freeze()
        gc.enable()


def _imported() -> Union[dict, str]:
    install = f"install it with: {sys.executable} -m pip install 'pyarrow>={OLDEST_PYARROW}' pandas"
    try:
        import pyarrow
    except ImportError as error:
        return f"Python functions need pyarrow, which {sys.executable} cannot import ({error}); {install}"
    if int(pyarrow.__version__.partition(".")[0]) < OLDEST_PYARROW:
        return (
            f"Python functions need pyarrow {OLDEST_PYARROW} or later, {sys.executable} has"
            f" {pyarrow.__version__}; {install}"
        )
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    try:
        import numpy  # noqa: F401
        import pandas
        import pyarrow.pandas_compat  # noqa: F401 (or the first worker's first frame imports it)
    except ImportError:
        pandas = None
    import pyarrow.ipc  # noqa: F401

    # Workers have these from their parent, and need not look for them.
    from roost_worker import worker  # noqa: F401

    return {
        "python": platform.python_version(),
        "executable": sys.executable,
        "pyarrow": pyarrow.__version__,
        "pandas": pandas.__version__ if pandas else None,
    }
