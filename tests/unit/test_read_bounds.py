"""What an input may make its reader hold: rows, headers and lists of any length end as rejections."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest import read_archives, read_rows
from pipelines.ingest.encodings import DecodingError, as_text, decode
from pipelines.ingest.readers import Record, read
from pipelines.ingest.tar import MAX_HEADER

ANY_SIZE = 1 << 62
SHORT = b"Two people were hurt, police said."


def told(data: bytes, name: str, **more: object) -> list[str]:
    """Text of each record, reason of each rejection, in their order; numbers are checked."""
    found = list(read(data, name, **more))  # type: ignore[arg-type]
    numbers = [one.record_no for one in found]
    assert numbers == list(range(1, len(found) + 1)) or numbers == [None]
    return [one.text if isinstance(one, Record) else one.reason for one in found]


@pytest.fixture
def short_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_rows, "_LONGEST_ROW", 1000)


# --- rows


@pytest.mark.usefixtures("short_rows")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_line_too_long_is_rejected_and_the_next_is_read(encoding: str, packed: bool) -> None:
    long = json.dumps({"text": "Too long.", "more": "x" * 3_000_000})
    lines = [json.dumps({"text": "One."}), long, " " * 2_000_000, json.dumps({"text": "Three."}), long]
    data = "\n".join(lines).encode(encoding)
    data, name = (gzip.compress(data), "a.jsonl.gz") if packed else (data, "a.jsonl")
    assert told(data, name, max_bytes=100) == ["One.", "too_long", "Three.", "too_long"]


@pytest.mark.usefixtures("short_rows")
def test_a_line_of_just_the_limit_is_read() -> None:
    line = json.dumps({"text": "One.", "more": ""})
    fits = line.replace('""', '"' + "x" * (1000 - len(line)) + '"')
    assert told(f"{fits}\n{fits} \n{fits}".encode(), "a.jsonl", max_bytes=100) == ["One.", "too_long", "One."]


@pytest.mark.usefixtures("short_rows")
@pytest.mark.parametrize("row", ["x" * 5000, '"' + "x\n" * 2500 + '"', "a," * 2500])
def test_a_csv_row_too_long_ends_its_file(row: str) -> None:
    data = f"text,title\nOne.,a\nTwo.,b\n{row},c\nLost.,d\n".encode()
    assert told(data, "a.csv", max_bytes=100) == ["One.", "Two.", "too_long"]
    assert told(gzip.compress(data), "a.csv.gz", max_bytes=100) == ["One.", "Two.", "too_long"]


def test_a_csv_file_of_very_many_columns_is_turned_away() -> None:
    """Every row is filled up to them: a short file would take hours."""
    head = ",".join(f"c{n}" for n in range(100_000))
    assert told(f"{head}\n{'x\n' * 100_000}".encode(), "a.csv") == ["bad_record"]


def test_a_csv_file_takes_the_memory_of_a_row() -> None:
    data = b"text,more\n" + b"About 12 people left.," + b"x" * 20_000 + b"\n"
    data += data.partition(b"\n")[2] * 1_600
    tracemalloc.start()
    count = sum(isinstance(one, Record) for one in read(io.BytesIO(data), "a.csv"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 1_601
    assert peak < len(data) / 3, "thirty megabytes"


ENCODED = st.tuples(
    st.text(max_size=200),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "cp1252"]),
).map(lambda pair: pair[0].encode(pair[1], "replace"))


@given(st.one_of(st.binary(max_size=300), ENCODED), st.integers(1, 7))
def test_a_stream_is_decoded_as_bytes_are(data: bytes, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.ingest.encodings._PIECE_BYTES", piece)
        try:
            expected = decode(data)
        except DecodingError:
            with pytest.raises(DecodingError), as_text(io.BytesIO(data), ""):
                pass
        else:
            with as_text(io.BytesIO(data), "") as (text, encoding):
                assert (text.read(), encoding.removesuffix("-sig")) == (
                    expected.text,
                    expected.encoding.removesuffix("-sig"),
                )


# --- tar


def tar(*members: tuple[tarfile.TarInfo, bytes], format: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for info, body in members:
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return out.getvalue()


def member(name: str, **fields: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info


GOOD, ALSO = (member("a.txt"), SHORT), (member("b.txt"), b"Nobody was hurt.")


def test_long_names_are_read() -> None:
    long = (member("x" * 3000 + ".txt"), SHORT)
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert told(tar(long, ALSO, format=form), "a.tar") == [SHORT.decode(), "Nobody was hurt."]


@pytest.mark.parametrize(
    ("info", "form"),
    [
        (member("x" * MAX_HEADER + ".txt"), tarfile.GNU_FORMAT),
        (member("x" * MAX_HEADER + ".txt"), tarfile.PAX_FORMAT),
        (member("c.txt", type=tarfile.SYMTYPE, linkname="x" * MAX_HEADER), tarfile.GNU_FORMAT),
        (member("c.txt", pax_headers={"comment": "x" * MAX_HEADER}), tarfile.PAX_FORMAT),
    ],
    ids=["gnu name", "pax name", "gnu link", "pax comment"],
)
def test_headers_of_any_size_are_not_read(info: tarfile.TarInfo, form: int) -> None:
    body = b"" if info.type == tarfile.SYMTYPE else SHORT
    assert told(tar(GOOD, (info, body), ALSO, format=form), "a.tar") == [SHORT.decode(), "too_large"]


def claimed(kind: bytes, size: int) -> bytes:
    """A header that claims a size, and nothing behind it."""
    info = member("c.txt", type=kind)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def test_a_claimed_size_takes_no_memory() -> None:
    data = gzip.compress(tar(GOOD)[:1024] + claimed(tarfile.XHDTYPE, 1 << 40) + bytes(60 << 20), 1)
    tracemalloc.start()
    assert told(data, "a.tar.gz") == [SHORT.decode(), "too_large"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 << 20


def sparse_old(size: int, extended: int) -> bytes:
    """A sparse file as GNU tar wrote it: one hole of that size, and so many blocks of a list of holes."""
    head = bytearray(claimed(tarfile.GNUTYPE_SPARSE, 0))
    head[386:410] = b"00000000000\x00" * 2
    head[482] = bool(extended)
    head[483:495] = b"%011o\x00" % size
    head[148:156] = b"%06o\x00 " % (256 + sum(head[:148]) + sum(head[156:512]))
    blocks = b"".join(bytes(504) + bytes([n < extended - 1]) + bytes(7) for n in range(extended))
    return bytes(head) + blocks


@pytest.mark.parametrize("kind", ["old", "old, long list", "0.0", "0.1", "1.0"])
def test_a_sparse_file_is_no_sea_of_zeros(kind: str) -> None:
    """A few bytes may claim a terabyte of zeros, or a list of holes without end."""
    if kind.startswith("old"):
        sparse = sparse_old(1 << 32, 5000 if "list" in kind else 0)
    else:
        pax = io.BytesIO()
        fields = {"GNU.sparse.realsize": str(1 << 40)}
        if kind == "1.0":
            fields |= {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
        else:
            fields |= {"GNU.sparse.size": str(1 << 40)}
        if kind == "0.1":
            fields |= {"GNU.sparse.map": f"0,0,{1 << 40},0"}
        with tarfile.open(fileobj=pax, mode="w", format=tarfile.PAX_FORMAT) as archive:
            info = member("c.txt", pax_headers=fields)
            info.size = 100_352
            archive.addfile(info, io.BytesIO(b"9" * info.size))
            sparse = pax.getvalue()[: archive.offset]
    data = tar(GOOD)[:1024] + sparse + tar(ALSO)
    assert told(data, "a.tar") == [SHORT.decode(), "bad_archive", "Nobody was hurt."]


@pytest.mark.parametrize("damage", ["header", "cut"])
def test_what_a_damaged_tar_loses_is_told(damage: str) -> None:
    """The standard library takes a damaged header for the end, and all that follows would be lost unsaid."""
    data = tar(GOOD, ALSO)
    data = data[:1030] + b"\xff" * 90 + data[1120:] if damage == "header" else data[:1200]
    assert told(data, "a.tar") == [SHORT.decode(), "bad_archive"]


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_what_needs_to_go_back_is_read_in_a_tar(name: str) -> None:
    table, zipped = io.BytesIO(), io.BytesIO()
    pq.write_table(pa.table({"text": ["One.", "Two."]}), table)
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("three.txt", "Three.")
    data = tar(
        (member("r.parquet"), table.getvalue()), (member("z.zip"), zipped.getvalue()),
        (member("c.csv"), b"text\nFour.\n"), (member("d.jsonl"), '{"text": "Five."}'.encode("utf-16")),
    )  # fmt: skip
    data = gzip.compress(data) if name.endswith("gz") else data
    assert told(data, name) == ["One.", "Two.", "Three.", "Four.", "Five."]


# --- zip, and reading again


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def test_a_list_of_members_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({f"{n}.txt": SHORT for n in range(100)})
    assert len(told(data, "a.zip")) == 100
    monkeypatch.setattr(read_archives, "MAX_DIRECTORY", 4000)
    assert told(data, "a.zip") == ["too_large"]


def in_archives() -> Iterator[tuple[bytes, str]]:
    bomb = bytes(25 << 20)
    inner = {"a.txt": SHORT, "bomb.txt": bomb, "page.html": b"<html>" + bomb, "b.txt": b"Nobody was hurt."}
    yield zipped(inner), "a.zip"
    yield zipped({"first.txt": b"First.", "in.zip": zipped(inner), "c.txt": b"Last."}), "a.zip"
    yield gzip.compress(tar(*((member(n), body) for n, body in inner.items())), 1), "a.tgz"
    yield gzip.compress(b'{"text": "One."}\n' + bomb + b"x\n" + b'{"text": "Three."}\n', 1), "a.jsonl.gz"


@pytest.mark.parametrize("case", range(4), ids=["zip", "zip in zip", "tgz", "lines"])
def test_reading_again_passes_over_what_was_too_long(case: int) -> None:
    """Landed records are read without a limit, whatever lies beside them in the archive."""
    data, name = list(in_archives())[case]
    first = list(read(data, name, max_bytes=100))
    numbers = {one.record_no for one in first if isinstance(one, Record) and one.record_no}
    assert len(numbers) >= 2
    assert len(first) > len(numbers)
    tracemalloc.start()
    again = list(read(io.BytesIO(data), name, max_bytes=ANY_SIZE, only=numbers))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert again == [one for one in first if isinstance(one, Record)]
    assert peak < 20 << 20, "the one that is too long has 25 MB"
