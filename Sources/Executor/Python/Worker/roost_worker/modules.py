"""The users' modules: where they are looked for, and how a function is found in one.

A file or module is executed once in a worker: what it keeps in global variables stays from call to call.
"""

from __future__ import annotations

import difflib
import glob
import importlib
import importlib.util
import os
import sys
import zipfile
from typing import Callable

from roost_worker import wheels
from roost_worker.failures import LoadFailure


class Modules:
    """Those of one folder. Makes it the working directory and the first place to import from."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.abspath(folder)
        self._of_files: dict = {}
        self._failed_wheels: list = []
        os.chdir(self._folder)
        places = [self._folder]
        for wheel in sorted(glob.glob(os.path.join(glob.escape(self._folder), "*.whl"))):
            try:
                places.append(wheels.unpacked(wheel))
            except (OSError, zipfile.BadZipFile) as error:
                self._failed_wheels.append(f"{os.path.basename(wheel)} cannot be unpacked: {error}")
        sys.path[:0] = places
        importlib.invalidate_caches()

    def function(self, call: dict) -> Callable:
        """What `file` or `module`, and `function` of a call name. Throws LoadFailure."""
        os.chdir(self._folder)  # wherever the last function went
        if self._failed_wheels:
            raise LoadFailure("; ".join(self._failed_wheels))
        if "file" in call:
            source, module = call["file"], self._file(call["file"])
        else:
            source, module = call["module"], self._module(call["module"])
        found = module
        for name in call["function"].split("."):
            try:
                found = getattr(found, name)
            except AttributeError:
                raise LoadFailure(_not_found(source, module, found, name, call["function"])) from None
        if not callable(found):
            kind = type(found).__name__
            raise LoadFailure(f"{source}:{call['function']} is no function, but of the type {kind}")
        return found

    def _file(self, file: str) -> object:
        path = os.path.join(self._folder, file)
        name = os.path.splitext(os.path.basename(file))[0]
        present = sys.modules.get(name)
        module = self._of_files.get(path)
        if module is None and present is not None and _is_from(present, path):
            module = present  # another file has imported it
        if module is not None:
            # Of two files with one name in two folders, the one that is called can be pickled.
            sys.modules[name] = module
            return module
        if present is not None and present not in self._of_files.values():
            place = getattr(present, "__file__", None) or "Python itself"
            raise LoadFailure(
                f"{file} has the name of the module {name} that is loaded already ({place}); rename the file"
            )
        if not os.path.isfile(path):
            raise LoadFailure(f"there is no file {file} among the files of the job{_nearest(file, self._files())}")
        if os.path.dirname(path) not in sys.path:
            # As when Python itself runs the file: it imports what lies beside it.
            sys.path.insert(1, os.path.dirname(path))
        specification = importlib.util.spec_from_file_location(name, path)
        if specification is None:
            raise LoadFailure(f"{file} is no file of Python: its name must end with .py")
        module = importlib.util.module_from_spec(specification)
        sys.modules[name] = module
        try:
            specification.loader.exec_module(module)
        except BaseException as error:
            if present is None:
                del sys.modules[name]
            else:
                sys.modules[name] = present
            raise _load_failure(f"{file} cannot be loaded", error) from error
        self._of_files[path] = module
        return module

    def _module(self, name: str) -> object:
        try:
            return importlib.import_module(name)
        except BaseException as error:
            raise _load_failure(f"the module {name} cannot be loaded", error) from error

    def _files(self) -> list:
        return [
            os.path.relpath(path, self._folder)
            for path in glob.glob(os.path.join(glob.escape(self._folder), "**", "*.py"), recursive=True)
        ]


def _is_from(module: object, path: str) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and os.path.exists(file) and os.path.exists(path) and os.path.samefile(file, path)


def _load_failure(what: str, error: BaseException) -> BaseException:
    if isinstance(error, MemoryError):
        return error
    return LoadFailure(f"{what}: {type(error).__name__}: {error}")


def _not_found(source: str, module: object, found: object, name: str, function: str) -> str:
    owner = source if found is module else f"{source}:{function[: -len(name) - 1]}"
    names = [other for other in dir(found) if not other.startswith("_") and callable(getattr(found, other, None))]
    nearest = _nearest(name, names)
    if not nearest and found is module:
        defined = [other for other in names if getattr(getattr(found, other), "__module__", None) == module.__name__]
        nearest = f"; it has {', '.join(defined)}" if defined else "; it has none"
    return f"{owner} has no function '{name}'{nearest}"


def _nearest(name: str, names: list) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
