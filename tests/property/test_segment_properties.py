"""Any string is cut into segments that are ordered, true to the text, and leave nothing out."""

import time
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.document import make_document
from pipelines.ingest.readers import Metadata, Record
from pipelines.ingest.segment import segment

ROLES = {
    "title", "dek", "byline", "published", "body", "heading", "list_item", "caption", "credit",
    "navigation", "boilerplate", "footnote",
}  # fmt: skip
PIECES = st.sampled_from(
    [
        "\n", "\n\n", "\r\n", " ", "\u2028", "• ", "- ", "1. ", "# ", "## ", "[1] ", "By ", "BY JANE DOE",
        "Jane Doe", "April 17, 2024", "Updated On", "10:30 GMT", "Image: ", "/REUTERS", "(AFP, Reuters)",
        "Home", " | ", " > ", "Most read", "Read more: ", "We use cookies.", "Skip to content", "Why now?",
        "© 2024 The Post. All rights reserved.", "“Never,” she said.", "Q: ", "GENEVA, 3 May 2024 – ", "...",
        "The mayor said on Wednesday that the bridge would stay closed.", "Mayor closes bridge for a year",
        "***", "\u200b", "\ufeff", "١٧", "市長は水曜日に橋を閉鎖すると述べた。",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=30).map("".join)
)
KNOWN = st.builds(
    Metadata,
    title=st.one_of(st.none(), st.just("Mayor closes bridge for a year"), st.text(max_size=20)),
    byline=st.one_of(st.none(), st.just("Jane Doe"), st.text(max_size=20)),
    published=st.one_of(st.none(), st.text(max_size=20), st.just("2024-04-17T10:00Z")),
    outlet=st.one_of(st.none(), st.text(min_size=1, max_size=10)),
    url=st.one_of(st.none(), st.text(min_size=1, max_size=20)),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, KNOWN)
def test_segments_cover_the_text(text, known):
    page = segment(text, known)
    end = 0
    covered = set()
    for number, row in enumerate(page.segments):
        assert row.segment_no == number and row.role in ROLES and row.method and 0 < row.confidence <= 1
        assert end <= row.start_char < row.end_char <= len(text)
        assert text[row.start_char : row.end_char] == row.surface
        covered.update(range(row.start_char, row.end_char))
        end = row.end_char
    assert all(char.isspace() or at in covered for at, char in enumerate(text))
    if page.printed_date:
        assert 0 <= page.printed_date.start < page.printed_date.end <= len(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS, KNOWN)
def test_a_document_is_made_of_any_text(text, known):
    now = datetime(2024, 4, 18, 12)
    document, segments, outlet = make_document(
        Record(None, text, "utf-8", known),
        source_uri="file:///page.txt",
        source_sha256="0" * 64,
        file_name="page.txt",
        first_seen_at=now,
        ingested_at=now,
        ingest_date=date(2024, 4, 18),
        run_id="run",
    )
    assert document.source_label and (outlet is None) == (document.outlet_id is None)
    assert len({row.segment_id for row in segments}) == len(segments)
    assert (document.published_on is None) == (document.published_on_method is None)


SHAPES = {
    "prose": "The mayor said on Wednesday 3 May 2023 that 40 bridges / roads were shut: (all) of it.\n\n",
    "one line": "The mayor said that it was closed. ",
    "one word": "x",
    "marks": '?"/(',
    "dates": "17 17 17 ",
    "short lines": "Jane Doe\n",
    "date lines": "April 17, 2024\n",
    "slashes": "A/B A/",
    "photos": "Photo: A (Image b/c: \n",
    "menus": "Home\nFoo bar\n",
    "names": "A headline that stands above it\n" + "Jane Roe\nSo it is\n" * 5_000 + "It was shut. " * 9_000,
    "entries": "The mayor said that the bridge was closed today.\n10:30 GMT\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_time_is_linear_in_the_text(shape):
    # Quadratic work on twenty thousand lines would take minutes.
    text = SHAPES[shape] * max(1, 200_000 // len(SHAPES[shape]))
    begun = time.process_time()
    segment(text)
    assert time.process_time() - begun < 30
