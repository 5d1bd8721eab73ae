"""Any bytes end as records or rejections, and what is a record can be stored."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.readers import Record, canonical_url, read

NAMES = st.sampled_from(["a.txt", "a.jsonl", "a.md", "a.bin"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "title", "url"]), inner)
    ),
    max_leaves=8,
)
LINES = st.lists(JSON.map(json.dumps), max_size=4).map(lambda rows: "\n".join(rows).encode())
BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")),
    st.text(max_size=60).map(lambda t: t.encode("utf-16", "replace")),
    LINES,
)


@settings(max_examples=400, deadline=None)
@given(BYTES, NAMES, st.one_of(st.none(), BYTES), st.one_of(st.none(), st.text(max_size=8)))
def test_any_bytes_are_accounted_for(data, name, beside, outlet):
    found = list(read(data, name, sidecar=beside, outlet=outlet, max_bytes=150))
    assert found
    for item in found:
        if isinstance(item, Record):
            assert item.text.strip() and "\x00" not in item.text
            item.text.encode("utf-8")
            for value in (
                item.metadata.title,
                item.metadata.url,
                item.metadata.outlet,
                item.metadata.published,
            ):
                assert value is None or value.encode("utf-8").strip()
        else:
            assert item.reason and item.detail and "\n" not in item.detail


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_characters="\x00"), min_size=1).filter(str.strip))
def test_utf8_text_is_read_back_unchanged(text):
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        return
    (found,) = read(data, "a.txt")
    if isinstance(found, Record):
        assert found.text in (text, text.removeprefix("\ufeff"))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(max_size=40).map("https://h.example/".__add__)))
def test_canonical_url_is_idempotent(url):
    assert canonical_url(canonical_url(url)) == canonical_url(url)
