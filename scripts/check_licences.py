"""The licences of everything in requirements.lock, as docs/reference/licences.md: `check_licences.py > PAGE`.

Ends with 1 where a package that runs with Dateline may only be used under the GPL or AGPL, or says nothing.
A package under the LGPL needs a line in `REASONS`. What a package says of itself is believed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).parents[1] / "requirements.lock"
# What a deployment may install; the extras `dev` and `docs` make and test Dateline.
EXTRAS = ("cluster", "dashboard", "lakehouse")

# Why a package under the LGPL may be used: key its name. None is needed today.
REASONS: dict[str, str] = {}

# What a `License` field says that is no name of a licence, or one of several.
_STATED = {
    "altair": "BSD-3-Clause",
    "pathlib-abc": "PSF-2.0",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "scipy": "BSD-3-Clause",
}

HEAD = """# Licences of the packages

Made by `scripts/check_licences.py` of what the packages of `requirements.lock` say of themselves; a test
compares the two. A package that runs with Dateline and may only be used under the GPL or AGPL fails the
check; one under the LGPL needs a reason. Dateline itself is under the Apache License 2.0.
"""


@dataclass(frozen=True)
class Package:
    """A package of the lock. `licence` is '' where it says nothing."""

    name: str
    version: str
    licence: str
    is_run_time: bool

    @property
    def fault(self) -> str | None:
        """Why it cannot be used, if so."""
        if not self.is_run_time:
            return None
        if not self.licence:
            return f"{self.name} {self.version} names no licence"
        kinds = {_kind(choice) for choice in re.split(r"(?i)\s+or\s+", self.licence)}
        if "free" in kinds or ("lesser" in kinds and self.name in REASONS):
            return None
        return f"{self.name} {self.version} is under {self.licence}"


def _kind(licence: str) -> str:
    """What a licence asks: all terms joined by AND together."""
    plain = re.sub(r"(?i)\b(lgpl|(gnu )?(library or )?lesser general public)\S*", "", licence)
    if re.search(r"(?i)\b(a?gpl|(gnu )?(affero )?general public)", plain):
        return "copyleft"
    return "lesser" if plain != licence else "free"


def licence_of(found: Distribution) -> str:
    """The licence that a package names: its expression, else its field, else its classifiers."""
    told = found.metadata
    name = canonicalize_name(found.name)
    # Some packages put the whole text there: its first line is the name.
    field = (told.get("License") or "").strip().partition("\n")[0].strip()
    classifiers = [
        c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License")
    ]
    if expression := told.get("License-Expression"):
        return str(expression)
    if name in _STATED:
        return _STATED[name]
    if field and field != "UNKNOWN" and len(field) < 60:
        # A classifier that says more than the field is heard too.
        gnu = [c for c in classifiers if _kind(c) != "free" and _kind(field) == "free"]
        return " AND ".join([field, *gnu])
    return " AND ".join(c for c in classifiers if c != "OSI Approved")


def locked(lock: Path = LOCK) -> dict[str, str]:
    """The versions that the lock pins, by canonical name."""
    pins = re.findall(r"(?m)^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"))
    return {canonicalize_name(name): version for name, version in pins}


def _needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """The packages that one needs to run, itself first."""
    if (name, extras) in seen:
        return
    seen.add((name, extras))
    yield name
    try:
        wanted = distribution(name).requires or []
    except PackageNotFoundError:
        return
    for requirement in map(Requirement, wanted):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            yield from _needed(canonicalize_name(requirement.name), frozenset(requirement.extras), seen)


def packages() -> list[Package]:
    """Every package of the lock, by name. Raises PackageNotFoundError for one that is not installed."""
    run_time = set(_needed("dateline", frozenset(EXTRAS), set()))
    found = []
    for name, version in sorted(locked().items()):
        installed = distribution(name)
        found.append(Package(name, version, licence_of(installed), name in run_time))
    return found


def page(found: list[Package]) -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for title, is_run_time in (("What runs with Dateline", True), ("What makes and tests it", False)):
        rows = [f"| {p.name} | {p.version} | {p.licence} |" for p in found if p.is_run_time is is_run_time]
        parts.append(
            f"## {title}\n\n| package | version | licence |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return "\n".join(parts)


def main() -> int:
    """Print the page; 1 where a licence does not do."""
    found = packages()
    sys.stdout.write(page(found))
    faults = [fault for package in found if (fault := package.fault)]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
