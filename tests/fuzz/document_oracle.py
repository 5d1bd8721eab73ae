"""Whole documents of any kind, and what must hold of whatever is read from them.

Used by hypothesis (`test_documents_any.py`) and by atheris (`fuzz_*.py`): the oracle is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import hostile
from hypothesis import strategies as st

from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.ingest.document import make_document
from pipelines.ingest.records import Metadata, Record, Rejection
from pipelines.model import Document, Segment

NOW = datetime(2026, 4, 4, 12, tzinfo=UTC).replace(tzinfo=None)

_PIECES = (
    "Bridge closed after flood in Velden",
    "FLOOD: WHAT WE KNOW",
    "By Ana Lopes and Karel Brandt",
    "April 3, 2026",
    "Updated 12:40 GMT, 3 April 2026",
    "VELDEN (Reuters) -",
    "The mayor of Velden, Ines Okoro, said on Thursday that 1,200 people had left their homes.",
    "“We lost the old bridge,” Okoro told reporters. “Nobody",
    "“and nobody will forget it.”",
    '"It is true," he said, adding that "some 40 to 50" boats, or 12.5%, were gone.',
    "According to the ministry, between $2.5 million and $3bn was spent; 3 of 10 roads are closed.",
    "Okoro: “Yes.” Brandt: “No!”",
    "- 12 dead\n- about 300 hurt",
    "Advertisement",
    "Read more: the flood in pictures",
    "Photo: A. Lopes/Velden Courier",
    "© 2026 The Velden Courier. All rights reserved.",
    "'' he said `` and '' they “said» that ‘it’s (“so”) [1]",
    "minus one half to -1e400 or ½ of 1/0, twenty-one hundred and 999,999,999,999,999,999,999 men",
    "Карел сказал: «Нас 40 человек». قال 12 شخصا 发生了3起",
)
_ENDS = st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\u2028", "\x0b", " ", "", "\n\n\n\n", "\t\n"])
_LINE = st.one_of(
    st.sampled_from(_PIECES),
    st.sampled_from([text for text in hostile.STRINGS if len(text) < 200]),
    st.text(max_size=60),
)
DOCUMENTS = st.lists(st.tuples(_LINE, _ENDS), max_size=14).map(
    lambda parts: "".join(line + end for line, end in parts)
)
_SHORT = st.one_of(st.none(), st.sampled_from(_PIECES[:5]), st.text(max_size=30))
METADATA = st.builds(
    Metadata,
    title=_SHORT,
    url=st.one_of(st.none(), st.just("https://courier.example/1"), st.text(min_size=1, max_size=20)),
    outlet=_SHORT,
    published=_SHORT,
    byline=_SHORT,
    language=_SHORT,
)


def read_document(text: str, metadata: Metadata) -> tuple[Document, list[Segment], Extraction]:
    """A text as a run reads it: cut into segments, dated, extracted."""
    document, segments, _ = make_document(
        Record(None, text, "utf-8", metadata),
        source_uri="file:///in/a.txt",
        source_sha256="0" * 64,
        file_name="a.txt",
        first_seen_at=NOW,
        ingested_at=NOW,
        ingest_date=NOW.date(),
        run_id="run",
    )
    source = SourceText(document.document_id, document.text, segments, document.published_on)
    (found,) = extract([source])
    return document, segments, found


def check_document(text: str, document: Document, segments: list[Segment], found: Extraction) -> None:
    """Every span holds, ids are unique, references lead somewhere, nothing crosses."""
    assert document.text == text and document.char_count == len(text)
    _check_spans(text, segments, "segment_id")
    ends = [row.end_char for row in segments]
    assert all(a <= b.start_char for a, b in zip(ends, segments[1:], strict=False)), "segments overlap"
    _check_spans(text, found.sentences, "sentence_id")
    _check_spans(text, found.mentions, "mention_id")
    _check_spans(text, found.quotes, "quote_id")
    _check_spans(text, found.scare_quotes, "scare_quote_id")
    _check_spans(text, found.claims, "claim_id")
    _check_in_segments(segments, [*found.sentences, *found.mentions, *found.claims])
    _check_nested([row for row in found.quotes if row.kind == "direct"])
    _check_nested([row for row in found.mentions if row.mention_type == "name"])
    _check_nested(found.claims)
    quotes = {row.quote_id for row in found.quotes}
    claims = {row.claim_id for row in found.claims}
    assert {row.sentence_id for row in [*found.quotes, *found.claims]} - {None} <= {
        row.sentence_id for row in found.sentences
    }
    assert {row.parent_quote_id for row in found.quotes} - {None} <= quotes
    assert {row.quotation_id for row in found.quotes} <= quotes
    assert {row.quote_id for row in found.claims} - {None} <= quotes
    assert {row.related_claim_id for row in found.claims} - {None} <= claims
    for claim in found.claims:
        assert claim.value is None or abs(claim.value) < float("inf")
        if claim.value_low is not None and claim.value_high is not None:
            assert claim.value_low <= claim.value_high
        assert claim.bound and claim.method and 0.0 <= claim.confidence <= 1.0


def _check_spans(text: str, rows: Sequence[Any], key: str) -> None:
    for row in rows:
        assert 0 <= row.start_char < row.end_char <= len(text), row
        assert text[row.start_char : row.end_char] == row.surface, row
    ids = [getattr(row, key) for row in rows]
    assert len(ids) == len(set(ids)), f"{key} twice"
    starts = [row.start_char for row in rows]
    assert starts == sorted(starts), f"{key} out of order"


def _check_in_segments(segments: list[Segment], rows: Iterable[Any]) -> None:
    by_no = {row.segment_no: row for row in segments}
    for row in rows:
        around = by_no[row.segment_no]
        assert around.start_char <= row.start_char and row.end_char <= around.end_char, (row, around)


def _check_nested(rows: Sequence[Any]) -> None:
    """Spans lie one in another or apart; none crosses another."""
    around: list[int] = []
    for row in sorted(rows, key=lambda row: (row.start_char, -row.end_char)):
        while around and around[-1] <= row.start_char:
            around.pop()
        assert not around or row.end_char <= around[-1], row
        around.append(row.end_char)


REASONS = {
    "empty", "binary", "too_long", "undecodable", "bad_record", "unsupported_format", "bad_sidecar",
    "no_text", "unreadable_page", "bad_archive", "too_large",
}  # fmt: skip


def check_reading(found: Sequence[Record | Rejection]) -> None:
    """Whatever was read can be stored: text that UTF-8 can write, numbers that rise, a known reason."""
    assert found
    numbers = [one.record_no for one in found if one.record_no is not None]
    assert numbers == sorted(set(numbers))
    for one in found:
        if isinstance(one, Rejection):
            assert one.reason in REASONS and one.detail is not None
            continue
        assert one.text.strip() and "\x00" not in one.text
        one.text.encode("utf-8")
        for value in (one.metadata.title, one.metadata.url, one.metadata.outlet, one.metadata.byline):
            assert value is None or value.encode("utf-8")
