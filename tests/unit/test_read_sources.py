"""Pages, rows, archives and web archives: what becomes a record, and what is turned away with a reason."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.ingest import read_archives
from pipelines.ingest.readers import Record, Rejection, read

BODY = (
    "<p>Some 300 people left their homes in Velden on Monday after the river rose, the mayor said. It was a "
    "long night for everybody in the town.</p><p>“We lost the bridge,” said Ines Okoro, the mayor. The water "
    "is falling now, and the railway will open again on Tuesday, she added.</p>"
)
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Velden under water | Courier</title>
<meta property="og:site_name" content="The Courier"><meta name="author" content="Ann Beck">
<meta property="article:published_time" content="2026-03-02T10:00:00Z">
<link rel="canonical" href="https://courier.example/velden"></head><body>
<nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>Velden under water</h1>{BODY}
<script>document.write("never read me")</script></article><footer>Rights</footer></body></html>"""


def records(data: bytes, name: str, **more: object) -> list[Record | Rejection]:
    return list(read(data, name, **more))  # type: ignore[arg-type]


def one(data: bytes, name: str, **more: object) -> Record:
    (found,) = records(data, name, **more)
    assert isinstance(found, Record), found
    return found


def reason(data: bytes, name: str) -> str:
    (found,) = records(data, name)
    assert isinstance(found, Rejection), found
    return found.reason


# --- pages


@pytest.mark.parametrize("name", ["a.html", "a.htm", "article", "story.php"])
def test_a_page_becomes_its_article(name: str) -> None:
    found = one(PAGE.encode(), name)
    assert "“We lost the bridge,” said Ines Okoro, the mayor." in found.text
    assert "never read me" not in found.text
    assert "Home" not in found.text
    known = found.metadata
    assert (known.title, known.url) == ("Velden under water", "https://courier.example/velden")
    assert (known.outlet, known.outlet_method, known.byline) == ("The Courier", "page", "Ann Beck")
    assert (known.published, known.language) == ("2026-03-02T10:00:00Z", "en")


def test_a_page_keeps_to_the_charset_that_it_names() -> None:
    page = (
        PAGE.replace("utf-8", "windows-1251")
        .replace("Ines Okoro", "Инес Око")
        .replace("“", '"')
        .replace("”", '"')
    )
    found = one(page.encode("windows-1251"), "a.html")
    assert "Инес Око" in found.text
    assert found.encoding == "windows-1251"


def test_a_page_without_prose_is_turned_away() -> None:
    assert reason(b"<html><body><script>1</script></body></html>", "a.html") == "no_text"
    assert reason(b"", "a.html") == "empty"
    assert reason(b"<html>" + b"x" * 6_000_000, "a.html") == "too_long"


def test_the_same_page_reads_the_same_twice() -> None:
    assert one(PAGE.encode(), "a.html") == one(PAGE.encode(), "a.html")


@pytest.mark.parametrize(
    "data", [b"<html><body>" + b"<div>" * 5000, b"<html>\x00\xff\xfe<p>" + b"&#x110000;" * 50]
)
def test_a_broken_page_never_raises(data: bytes) -> None:
    assert len(records(data, "a.html")) == 1


# --- rows


ROWS = [
    {"body": "Two people were hurt.", "headline": "Crash", "link": "https://a.example/1"},
    {"body": "All is well."},
]
MAPPED = json.dumps({"columns": {"text": "body", "title": "headline", "url": "link"}}).encode()


def csv_rows(delimiter: str) -> bytes:
    lines = [
        ("body", "headline", "link"),
        ("Two people were hurt.", "Crash", "https://a.example/1"),
        ("All is well.", "", ""),
    ]
    return "\n".join(delimiter.join(line) for line in lines).encode()


def parquet_rows() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (csv_rows(","), "a.csv"),
        (csv_rows(";"), "a.csv"),
        (csv_rows("\t"), "a.tsv"),
        (parquet_rows(), "a.parquet"),
        ("\n".join(json.dumps(row) for row in ROWS).encode(), "a.jsonl"),
    ],
    ids=["comma", "semicolon", "tab", "parquet", "lines"],
)
def test_rows_are_read_through_a_mapping(data: bytes, name: str) -> None:
    first, second = records(data, name, sidecar=MAPPED)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.record_no, first.text, first.metadata.title) == (1, "Two people were hurt.", "Crash")
    assert first.metadata.url == "https://a.example/1"
    assert (second.record_no, second.metadata.url) == (2, None)
    only = records(data, name, sidecar=MAPPED, only={2})
    assert only == [second]


def test_a_column_that_is_not_there_is_named() -> None:
    found = records(csv_rows(","), "a.csv", sidecar=json.dumps({"columns": {"text": "content"}}).encode())
    assert [f.reason for f in found if isinstance(f, Rejection)] == ["bad_record", "bad_record"]
    assert "content" in found[0].detail  # type: ignore[union-attr]
    (bad,) = records(parquet_rows(), "a.parquet")
    assert isinstance(bad, Rejection)
    assert "'text'" in bad.detail


def test_a_bad_mapping_rejects_its_file() -> None:
    (bad,) = records(csv_rows(","), "a.csv", sidecar=b'{"columns": {"body": 3}}')
    assert isinstance(bad, Rejection)
    assert bad.reason == "bad_sidecar"


def test_a_long_cell_is_read() -> None:
    text = "word " * 100_000
    assert one(f'text\n"{text}"\n'.encode(), "a.csv").text == text


def test_a_torn_csv_keeps_what_came_before() -> None:
    first, second = records(b'text\nAll is well.\n"torn', "a.csv")
    assert isinstance(first, Record)
    assert isinstance(second, Rejection)


def test_a_torn_parquet_is_turned_away() -> None:
    assert reason(parquet_rows()[:-20], "a.parquet") == "bad_record"


# --- archives


def zipped(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return sink.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return sink.getvalue()


MEMBERS = {
    "in/a.txt": b"All is well.",
    "in/photo.jpg": b"\xff\xd8",
    "../../b.jsonl": b'{"text": "One."}\n{"text": "Two."}\n',
    "__MACOSX/a.txt": b"aside",
    "in/.hidden.txt": b"aside",
}


@pytest.mark.parametrize(("data", "name"), [(zipped(MEMBERS), "a.zip"), (tarred(MEMBERS), "a.tar.gz")])
def test_members_are_read_as_they_would_be_alone(data: bytes, name: str) -> None:
    found = records(data, name)
    assert [(f.record_no, f.text if isinstance(f, Record) else f.reason) for f in found] == [
        (1, "All is well."),
        (2, "unsupported_format"),
        (3, "One."),
        (4, "Two."),
    ]
    assert "in/photo.jpg" in found[1].detail  # type: ignore[union-attr]
    assert records(data, name, only={4}) == found[3:]


@pytest.mark.parametrize("name", ["a.txt.gz", "b.jsonl.gz"])
def test_a_compressed_file_is_read_by_its_inner_name(name: str) -> None:
    data = gzip.compress(b"All is well." if name.startswith("a") else b'{"text": "All is well."}')
    assert one(data, name).text == "All is well."


def test_a_bomb_is_turned_away_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_archives, "MAX_UNPACKED", 1 << 20)
    assert reason(gzip.compress(bytes(8 << 20)), "a.txt.gz") == "too_large"
    assert reason(zipped({"a.txt": bytes(8 << 20)}), "a.zip") == "too_large"


def test_nesting_has_an_end() -> None:
    data = b"All is well."
    name = "a.txt"
    for _ in range(5):
        data, name = zipped({name: data}), "a.zip"
    assert reason(data, "a.zip") == "bad_archive"


@pytest.mark.parametrize(
    "name", ["a.zip", "a.tar", "a.tar.gz", "a.gz", "a.warc", "a.warc.gz", "a.wacz", "a.bz2"]
)
@pytest.mark.parametrize("data", [b"PK\x03\x04 torn", b"\x1f\x8b\x08\x00 torn", b"WARC/1.0\r\nbroken", b""])
def test_a_broken_archive_never_raises(data: bytes, name: str) -> None:
    found = records(data, name)
    assert len(found) == 1
    assert isinstance(found[0], Rejection)


# --- web archives


def warc(pages: dict[str, tuple[str, str, bytes]]) -> bytes:
    def entries() -> Iterator[bytes]:
        for url, (status, kind, body) in pages.items():
            http = (
                f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
                "WARC-Date: 2026-03-02T11:00:00Z\r\n"
                f"WARC-Record-ID: <urn:uuid:{abs(hash(url)):032x}>\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
            )
            yield head.encode() + http + b"\r\n\r\n"

    return b"".join(entries())


PAGES = {
    "https://courier.example/velden?x=1": ("200 OK", "text/html; charset=utf-8", PAGE.encode()),
    "https://courier.example/gone": ("404 Not Found", "text/html", PAGE.encode()),
    "https://courier.example/p.png": ("200 OK", "image/png", b"\x89PNG"),
    "https://courier.example/empty": ("200 OK", "text/html", b"<html><body></body></html>"),
}


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz", "crawl.wacz"])
def test_a_web_archive_gives_its_pages(name: str) -> None:
    data = warc(PAGES)
    if name.endswith(".gz"):
        data = gzip.compress(data)
    if name.endswith(".wacz"):
        data = zipped({"archive/data.warc.gz": gzip.compress(data), "pages/pages.jsonl": b'{"text": "no"}'})
    first, second = records(data, name)
    assert isinstance(first, Record)
    assert first.metadata.url == "https://courier.example/velden?x=1"
    assert "We lost the bridge" in first.text
    assert isinstance(second, Rejection)
    assert (second.record_no, second.reason) == (2, "no_text")


@pytest.mark.parametrize("torn", [gzip.compress(PAGE.encode())[:-12], gzip.compress(bytes(9_000_000))])
def test_a_torn_or_huge_page_does_not_end_its_web_archive(torn: bytes) -> None:
    packed = {"https://courier.example/torn": ("200 OK", "text/html\r\nContent-Encoding: gzip", torn)}
    first, second, *_ = records(warc(packed | PAGES), "crawl.warc")
    assert isinstance(first, Rejection)
    assert (first.record_no, first.reason) == (1, "too_long" if len(torn) > 5_000 else "bad_archive")
    assert isinstance(second, Record)
    assert "We lost the bridge" in second.text


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [7, 100, 99_999])
@pytest.mark.parametrize(
    ("headers", "packed"),
    [
        ("Transfer-Encoding: chunked", chunked),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", lambda b, n: chunked(gzip.compress(b), n)),
        ("Content-Encoding: deflate", lambda body, _: zlib.compress(body)),
        ("Content-Encoding: deflate", lambda body, _: zlib.compress(body, wbits=-15)),
        # Headers as they came, around a body that the crawler had unfolded.
        ("Transfer-Encoding: chunked\r\nContent-Encoding: br", lambda body, _: body),
        ("Content-Encoding: gzip", lambda body, _: body),
        ("Content-Encoding: deflate", lambda body, _: body),
    ],
)
def test_a_response_as_it_came_over_the_wire_is_the_page(
    headers: str, packed: Callable[[bytes, int], bytes], size: int
) -> None:
    """The sizes of its chunks would stand in the middle of words."""
    page = {"https://a.example/1": ("200 OK", f"text/html\r\n{headers}", packed(PAGE.encode(), size))}
    assert one(warc(page), "crawl.warc").text == one(PAGE.encode(), "a.html").text


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Transfer-Encoding: chunked", chunked(PAGE.encode(), 100)[:-300]),
        ("Transfer-Encoding: chunked", b"ffffffff\r\n" + PAGE.encode()),
        ("Content-Encoding: deflate", zlib.compress(PAGE.encode())[:-40]),
        ("Content-Encoding: br", b"\x0b\x02\x80 torn"),
    ],
)
def test_a_response_that_breaks_off_is_no_page(headers: str, body: bytes) -> None:
    packed = {"https://courier.example/torn": ("200 OK", f"text/html\r\n{headers}", body)}
    first, second, *_ = records(warc(packed | PAGES), "crawl.warc")
    assert isinstance(first, Rejection)
    assert (first.record_no, first.reason) == (1, "bad_archive")
    assert isinstance(second, Record)


def test_a_deflated_bomb_is_not_unfolded() -> None:
    page = {
        "https://a.example/1": (
            "200 OK",
            "text/html\r\nContent-Encoding: deflate",
            zlib.compress(bytes(30_000_000)),
        )
    }
    assert reason(warc(page), "crawl.warc") == "too_long"
