"""Which files a run reads.

A folder stands for all files below it, of every kind: one that no reader knows is rejected with a reason
later, never passed over in silence. Hidden files and folders, and sidecars, are no inputs.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

SIDECAR_SUFFIX = ".meta.json"
# A line of metadata and a mapping of columns take some hundred bytes.
MAX_SIDECAR = 1 << 20


class SourceError(OSError):
    """A source that does not exist or cannot be read; the message says which, in one line."""


def discover(paths: Sequence[str | Path]) -> list[Path]:
    """The files that `paths` stand for, absolute, sorted, each once.

    Links are followed, a folder that links to one of its parents is read once. A file named by itself is
    taken even when its name is hidden. Raises SourceError for a path that does not exist, is neither file
    nor folder, or cannot be read.
    """
    # As text until they are sorted: a hundred thousand Path objects take seconds to hash and compare.
    found: set[str] = set()
    for given in paths:
        path = readable(given)
        if path.is_dir():
            found.update(_files_below(path))
        elif not path.name.endswith(SIDECAR_SUFFIX):
            found.add(str(path))
    return [Path(name) for name in sorted(found)]


def readable(given: str | Path) -> Path:
    """A source as an absolute path, links kept as given. Raises SourceError for one that does not exist, is
    neither file nor folder, or cannot be read; what lies below a folder is not looked at."""
    path = Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100 - keeps links as given
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SourceError(f"cannot read {given}: {error.strerror or error}") from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise SourceError(f"cannot read {given}: neither a file nor a folder")
    if not os.access(path, os.R_OK):
        raise SourceError(f"cannot read {given}: permission denied")
    return path


def _files_below(top: Path) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            about = folder.stat()
            # The kind of an entry comes with its name: 100,000 files are listed without asking for each.
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            raise SourceError(f"cannot read {folder}: {error.strerror or error}") from error
        if (about.st_dev, about.st_ino) in seen:
            continue
        seen.add((about.st_dev, about.st_ino))
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(SIDECAR_SUFFIX):
                continue
            if _holds(entry, os.DirEntry.is_dir):
                waiting.append(folder / entry.name)
            elif _holds(entry, os.DirEntry.is_file) or entry.is_symlink():
                # A link that leads nowhere is an input that cannot be read; a pipe or a socket is none.
                yield entry.path


def _holds(entry: os.DirEntry[str], test: Callable[[os.DirEntry[str]], bool]) -> bool:
    """What a test says of an entry; False for a link in a circle."""
    try:
        return test(entry)
    except OSError:
        return False


def sidecar(path: Path) -> bytes | None:
    """The bytes of `<path>.meta.json`, or None where there is none. Raises SourceError if unreadable."""
    beside = f"{path}{SIDECAR_SUFFIX}"
    try:
        # Asked of every file, and most have none. A pipe is not waited for.
        with open(beside, "rb", opener=_without_waiting) as handle:
            if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
                raise SourceError(f"cannot read {beside}: not a file")
            data = handle.read(MAX_SIDECAR + 1)
    except FileNotFoundError:
        return None
    except SourceError:
        raise
    except OSError as error:
        raise SourceError(f"cannot read {beside}: {error.strerror or error}") from error
    if len(data) > MAX_SIDECAR:
        raise SourceError(f"cannot read {beside}: more than {MAX_SIDECAR} bytes")
    return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
