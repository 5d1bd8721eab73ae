"""Readers: every encoding found, every bad input rejected with its reason, the rest goes on."""

import codecs
import json

import pytest

from pipelines.ingest.readers import Metadata, Record, Rejection, canonical_url, read

PAGE = "The mayor said “no”.\r\nCafé Müller — 5 €\n"


def one(data, name="page.txt", **options):
    (only,) = read(data, name, **options)
    return only


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PAGE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + PAGE.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + PAGE.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + PAGE.encode("utf-16-be"), "utf-16-be"),
        (PAGE.encode("utf-16-le"), "utf-16-le"),
        (PAGE.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + PAGE.encode("utf-32-le"), "utf-32-le"),
        (PAGE.encode("cp1252"), "windows-1252"),
    ],
)
def test_encoding_is_found_and_line_ends_stay(data, encoding):
    found = one(data)
    assert isinstance(found, Record)
    assert (found.text, found.encoding, found.record_no) == (PAGE, encoding, None)


def test_cyrillic_utf16_without_mark():
    text = "Президент сказал, что это правда.\n" * 3
    found = one(text.encode("utf-16-le"))
    assert isinstance(found, Record) and found.text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"\x89PNG\r\n\x1a\n....", "binary"),
        (b"%PDF-1.7 text", "binary"),
        (b"abc\x00def", "binary"),
        (bytes(range(1, 9)) * 10, "binary"),
        (b"smart quote \x9d here", "undecodable"),
        ("naïve café, déjà vu ".encode() * 5 + b"\xe9", "undecodable"),
        ("Президент сказал правду".encode("cp1251"), "undecodable"),
        (codecs.BOM_UTF16_LE + b"a\x00b", "undecodable"),
    ],
)
def test_what_is_no_text_is_rejected_with_its_reason(data, reason):
    found = one(data)
    assert isinstance(found, Rejection) and found.reason == reason and found.detail


def test_length_limit_counts_the_file_or_the_record():
    assert one(b"x" * 11, max_bytes=10).reason == "too_long"
    assert isinstance(one(b"x" * 10, max_bytes=10), Record)
    lines = b'{"text": "short"}\n{"text": "far too long"}\n{"text": "short"}'
    kinds = [type(r) for r in read(lines, "a.jsonl", max_bytes=6)]
    assert kinds == [Record, Rejection, Record]


@pytest.mark.parametrize("name", ["photo.jpeg", "noname", "sheet.xlsx", ".txt.swp"])
def test_unknown_suffix_is_rejected(name):
    assert one(b"text", name).reason == "unsupported_format"


@pytest.mark.parametrize("name", ["A.TXT", "a.md", "b.text"])
def test_text_suffixes(name):
    assert isinstance(one(b"# Title\n\nProse.", name), Record)


def test_json_lines_keep_numbers_and_go_on_after_bad_lines():
    data = "\n".join(
        [
            '{"text": "One.", "title": " A  title ", "url": "https://x.example/1", "byline": ["A B", "C D"]}',
            "",
            "{broken",
            '{"title": "no text"}',
            '{"text": 5}',
            '["text"]',
            r'{"text": "half \ud800 of a pair"}',
            r'{"text": "fine", "title": "\udfff"}',
            '{"text": "  "}',
            '{"text": "Two.", "published": 1713348000}',
            '{"text": "bad title", "title": 7}',
            "[" * 100_000,
            r'{"text": "nul \u0000"}',
        ]
    ).encode()
    found = list(read(data, "batch.jsonl"))
    assert [r.record_no for r in found] == list(range(1, 13))
    good = [r for r in found if isinstance(r, Record)]
    assert [(r.record_no, r.text) for r in good] == [(1, "One."), (9, "Two.")]
    assert good[0].metadata == Metadata(title="A title", url="https://x.example/1", byline="A B, C D")
    assert good[1].metadata.published == "1713348000"
    reasons = {r.record_no: r.reason for r in found if isinstance(r, Rejection)}
    assert reasons.pop(8) == "empty" and reasons.pop(12) == "binary"
    assert set(reasons.values()) == {"bad_record"}
    assert "line 3" in found[1].detail


@pytest.mark.parametrize("encode", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_json_lines_in_any_unicode_encoding(encode):
    rows = [{"text": f"Größe {n}", "outlet": "Blatt"} for n in range(3)]
    data = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(encode)
    found = list(read(data, "a.ndjson"))
    assert [r.text for r in found if isinstance(r, Record)] == [row["text"] for row in rows]


def test_json_lines_without_a_record_are_empty():
    assert one(b"\n \n", "a.jsonl").reason == "empty"


def test_outlet_option_then_sidecar_then_record():
    line = b'{"text": "t", "outlet": "Record Post", "title": "Own"}'
    beside = (
        b'{"outlet": "Sidecar Post", "title": "Not for all", "url": "https://x.example/", "language": "en"}'
    )
    assert one(line, "a.jsonl").metadata.outlet == "Record Post"
    by_sidecar = one(line, "a.jsonl", sidecar=beside).metadata
    assert (by_sidecar.outlet, by_sidecar.outlet_method) == ("Sidecar Post", "sidecar")
    assert (by_sidecar.title, by_sidecar.url, by_sidecar.language) == ("Own", None, "en")
    by_option = one(line, "a.jsonl", sidecar=beside, outlet="Option Post").metadata
    assert (by_option.outlet, by_option.outlet_method) == ("Option Post", "option")
    assert one(b"t", sidecar=beside).metadata.url == "https://x.example/"


@pytest.mark.parametrize("beside", [b"", b"[]", b"{", b'{"url": 5}', b"\x00", rb'{"title": "\ud800"}'])
def test_bad_sidecar_rejects_its_file(beside):
    assert one(b"text", sidecar=beside).reason == "bad_sidecar"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://News.Example:443/A/b/?utm_source=x&id=7&fbclid=y#top", "https://news.example/A/b?id=7"),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:8080/", "http://news.example:8080/"),
        ("https://news.example/a%2fb?q=1&&UTM_Medium=m", "https://news.example/a%2Fb?q=1"),
        ("  https://news.example/a  ", "https://news.example/a"),
        ("https://[::1]:443/a", "https://[::1]/a"),
        ("urn:news:7", "urn:news:7"),
        ("https://news.example:port/", "https://news.example:port/"),
        ("https://[broken/", "https://[broken/"),
        ("", ""),
    ],
)
def test_canonical_url(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical
