"""Front matter of Markdown: read as the record's metadata, kept out of the text that is extracted from."""

import pytest

from pipelines.ingest.front_matter import front_matter, front_matter_end
from pipelines.ingest.readers import Metadata, Record, read
from pipelines.ingest.segment import segment

CLIPPING = """---
title: "Bees return: a count"
source: "https://news.example/bees"
author:
  - "[[Ana Brodsky]]"
  - "[[people/Jo Sato|Jo Sato]]"
published: 2024-04-17
tags: [bees, quarry]
---

Wild bees have come back to the old quarry, volunteers said.
"""


def test_a_clipping_is_read():
    (record,) = read(CLIPPING.encode(), "bees.md")
    assert isinstance(record, Record) and record.text == CLIPPING
    assert record.metadata == Metadata(
        title="Bees return: a count",
        url="https://news.example/bees",
        byline="Ana Brodsky, Jo Sato",
        published="2024-04-17",
    )
    roles = [row.role for row in segment(record.text, record.metadata).segments]
    assert roles == ["boilerplate"] * 9 + ["body"]


def test_a_sidecar_goes_before_it():
    (record,) = read(CLIPPING.encode(), "bees.md", sidecar=b'{"title": "Sidecar", "outlet": "The Courier"}')
    assert isinstance(record, Record)
    assert (record.metadata.title, record.metadata.byline) == ("Sidecar", "Ana Brodsky, Jo Sato")
    assert (record.metadata.outlet, record.metadata.outlet_method) == ("The Courier", "sidecar")


def test_its_outlet_is_the_page_s_own_word():
    (record,) = read(
        b"---\r\nsite: Quarry Times\r\nsource: a friend\r\nauthors: [A B, C D]\r\n---\r\nText.", "a.md"
    )
    assert isinstance(record, Record)
    assert (record.metadata.outlet, record.metadata.outlet_method) == ("Quarry Times", "page")
    assert (record.metadata.byline, record.metadata.url) == ("A B, C D", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n---\n",
        "---\nA sentence that stands between two rules.\n---\nMore.",
        "text\n---\ntitle: x\n---\n",
    ],
)
def test_two_rules_alone_are_no_front_matter(text):
    assert front_matter_end(text) == 0 and front_matter(text) == {}
