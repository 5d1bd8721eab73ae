"""Which documents are one source: copies of one text, and copy of one news agency, count once.

Five outlets that run AFP's report have asked nobody five times. What counts as a source of its own:

| document | key of its source |
|---|---|
| a copy of another document | the key of the document it repeats |
| one agency credited for the text | `agency:AFP` |
| several agencies credited | `agency:AFP+Reuters`: two desks that compile the same agencies are one source |
| own report, "with files from AFP" | its outlet's: who only contributed is not in `documents.agencies` |
| none of these | `outlet:<outlet_id>`, without an outlet `document:<document_id>` |

An outlet that runs a text without credit runs the agency's text all the same when another credits it: copies
of one text share the first credit found among them, the repeated document's own before all.

Not seen: a desk that rewrites an agency's report without a word of credit counts as a source of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """What decides whose report a document is.

    `agencies`: canonical names of those credited for the text, as in `documents.agencies`.
    """

    document_id: str
    outlet_id: str | None
    agencies: tuple[str, ...]
    duplicate_of_document_id: str | None


def source_keys(documents: Iterable[SourceDocument]) -> dict[str, str]:
    """The key of each document's independent source, by document id: equal keys are one source.

    Give the repeated documents along with their copies: copies of a document that is not given share the key
    `document:<its id>`, whatever its outlet is. The order of `documents` does not matter.
    """
    given = {document.document_id: document for document in documents}
    roots = {document_id: _root(document_id, given) for document_id in given}
    groups: dict[str, list[SourceDocument]] = {}
    for document_id, root in sorted(roots.items()):
        groups.setdefault(root, []).append(given[document_id])
    keys = {root: _key(root, given.get(root), members) for root, members in groups.items()}
    return {document_id: keys[root] for document_id, root in roots.items()}


def _root(document_id: str, given: dict[str, SourceDocument]) -> str:
    """The document at the end of "copy of …"; the smallest id where copies point in a circle."""
    path = [document_id]
    while (at := given.get(path[-1])) is not None and at.duplicate_of_document_id is not None:
        if at.duplicate_of_document_id in path:
            return min(path[path.index(at.duplicate_of_document_id) :])
        path.append(at.duplicate_of_document_id)
    return path[-1]


def _key(root: str, original: SourceDocument | None, members: list[SourceDocument]) -> str:
    ordered = [original, *members] if original else members
    for document in ordered:
        if document.agencies:
            return "agency:" + "+".join(sorted(set(document.agencies)))
    return f"outlet:{original.outlet_id}" if original and original.outlet_id else f"document:{root}"
