"""A record as rows: identity, what metadata overrides, what stays NULL."""

from datetime import date, datetime

import pytest

from pipelines.ingest.document import document_id, make_document, outlet_id, text_sha256
from pipelines.ingest.readers import Metadata, Record

PAGE = """Bees return to the quarry

By Ana Brodsky
April 17, 2024 9:00 GMT

Wild bees have come back to the old quarry, volunteers said on Wednesday.

© 2024 Quarry Times. All rights reserved.
"""


def made(text=PAGE, **known):
    seen = datetime(2024, 4, 18, 12)
    return make_document(
        Record(None, text, "utf-8", Metadata(**known)),
        source_uri="file:///in/page.txt",
        source_sha256="5" * 64,
        file_name="page.txt",
        first_seen_at=seen,
        ingested_at=seen,
        ingest_date=date(2024, 4, 18),
        run_id="run-1",
    )


def test_page_fills_the_document():
    document, segments, outlet = made()
    assert (document.title, document.byline) == ("Bees return to the quarry", "Ana Brodsky")
    assert (document.published_on, document.published_at) == (date(2024, 4, 17), datetime(2024, 4, 17, 9))
    assert (document.published_on_precision, document.published_on_method) == ("day", "printed")
    assert (document.source_uri, document.encoding, document.language) == (
        "file:///in/page.txt",
        "utf-8",
        None,
    )
    assert (document.char_count, document.word_count) == (len(PAGE), len(PAGE.split()))
    assert outlet is not None and (outlet.name, outlet.method) == ("Quarry Times", "page")
    assert document.source_label == "Quarry Times" and document.outlet_id == outlet.outlet_id
    assert document.extraction_status == "done" and document.run_id == "run-1"
    assert [row.segment_no for row in segments] == list(range(len(segments)))
    assert all(row.document_id == document.document_id and row.segment_id for row in segments)


def test_metadata_goes_before_the_page():
    document, _, outlet = made(
        title="Bees are back",
        byline="By Rui Matos",
        published="2024-04-16T23:30:00-04:00",
        outlet="The Courier",
        outlet_method="option",
        url="https://www.courier.example/bees?utm_source=x",
        language="en-GB",
    )
    assert (document.title, document.byline, document.language) == ("Bees are back", "Rui Matos", "en")
    assert (document.published_on, document.published_at) == (date(2024, 4, 16), datetime(2024, 4, 17, 3, 30))
    assert document.published_on_method == "metadata"
    assert document.source_uri == "https://www.courier.example/bees?utm_source=x"
    assert outlet is not None and (outlet.name, outlet.domain, outlet.method) == (
        "The Courier",
        "courier.example",
        "option",
    )


def test_metadata_date_takes_the_printed_time_of_the_same_day():
    document, _, _ = made(published="2024-04-17")
    assert document.published_at == datetime(2024, 4, 17, 9) and document.published_on_method == "metadata"


def test_a_date_nobody_can_read_falls_back_to_the_page():
    document, _, _ = made(published="soon")
    assert (document.published_on, document.published_on_method) == (date(2024, 4, 17), "printed")


def test_unknown_is_null():
    document, _, outlet = made("The river rose in the night and took the road.")
    unknown = (
        document.title,
        document.byline,
        document.published_on,
        document.published_at,
        document.outlet_id,
    )
    assert unknown == (None,) * 5 and outlet is None
    assert document.published_on_method is None and document.published_on_precision is None
    assert document.source_label == "page.txt" and document.agencies == []


@pytest.mark.parametrize("text", ["", "   ", "Home\nNews\nSport", "12 34 56. 78 90 12.", "***"])
def test_a_page_without_sentences_is_no_prose(text):
    assert made(text)[0].extraction_status == "no_prose"


def test_identity_is_the_canonical_url_else_the_text():
    assert document_id("HTTPS://a.example/x/?fbclid=1", "one") == document_id("https://a.example/x", "two")
    assert document_id(None, "one") == document_id(None, "one") != document_id(None, "two")
    assert made()[0].document_id == made()[0].document_id == document_id(None, PAGE)
    assert outlet_id("The  Courier") == outlet_id("the courier ")
    assert len(text_sha256("x")) == 64
