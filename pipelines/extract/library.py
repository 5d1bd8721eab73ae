"""spaCy without its command line, which it imports whole for its function `info`.

That takes a quarter of a second, in every worker too. To be imported before anything of spaCy.
"""

from __future__ import annotations

from pipelines.imports import deferred

with deferred("spacy.cli.info", callables=("info",)):
    import spacy as _spacy  # noqa: F401
