"""Where and with what a row was measured."""

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

PACKAGES = {
    "spark": ["pyspark"],
    "sklearn": ["scikit-learn", "joblib", "statsmodels"],
    "python": ["pandas", "scikit-learn"],
}


def describe_machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    count = os.cpu_count()
    return f"{processor()}, {count} processors, {memory:.0f} GiB, {system()}"


def processor() -> str:
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def versions(roost: Path, peers: Iterable[str]) -> dict[str, str]:
    of_peers = [name for peer in peers for name in PACKAGES.get(peer, [peer])]
    packages = ["numpy", "pyarrow", *of_peers]
    return {
        "Roost": roost_version(roost),
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }


def roost_version(roost: Path) -> str:
    """With the commit that is checked out, if any, and whether its sources were changed."""
    printed = subprocess.run([roost, "--version"], check=True, capture_output=True, text=True)
    version, commit = printed.stdout.strip(), git("describe", "--always")
    if not commit:
        return version
    is_changed = git("status", "--porcelain", "--", "Sources", "Package.swift")
    return f"{version} ({commit}{' with changes' if is_changed else ''})"


def git(*arguments: str) -> str:
    """Empty where this is no checkout."""
    root = Path(__file__).resolve().parent.parent.parent
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
