"""What is kept of an input beside a forgotten record reads as it did, and what quotes a text is known."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.ingest.kept import kept_lines, kept_name, shown_name
from pipelines.ingest.readers import Record, Rejection, read
from pipelines.warehouse.forget_traces import is_quoting, pieces, scrub_logs, word_runs

ROWS = [
    {
        "text": "The first report.\n\nWith “marks” and a \\ stroke.",
        "title": "One",
        "url": "https://a.example/1",
    },
    {"text": "The second report is to be forgotten.", "title": "Two", "url": "https://a.example/2"},
    {"text": "", "title": "Empty", "url": "https://a.example/3"},
    {"text": "The fourth report.", "title": "Four, again", "url": "https://a.example/4"},
]


def _csv() -> bytes:
    cells = [",".join('"' + row[key].replace('"', '""') + '"' for key in row) for row in ROWS]
    return ("text,title,url\n" + "\n".join(cells)).encode()


def _parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), buffer)
    return buffer.getvalue()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("rows.jsonl", "\n".join(map(json.dumps, ROWS)))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.jsonl", "\n\n".join(map(json.dumps, ROWS)).encode("utf-16")),
        ("x.csv", _csv()),
        ("x.parquet", _parquet()),
        ("x.zip", _zip()),
    ],
)
def test_the_others_keep_their_numbers_texts_and_metadata(name: str, data: bytes) -> None:
    before = list(read(data, name, outlet="Example"))
    lines = kept_lines(before, lambda record: "forgotten" not in record.text)
    assert lines is not None and b"forgotten" not in lines
    again = list(read(lines, kept_name(name), outlet="Example", only={1, 4}))
    assert [(r.record_no, r.text, r.metadata) for r in again if isinstance(r, Record)] == [
        (r.record_no, r.text, r.metadata) for r in before if isinstance(r, Record) and r.record_no != 2
    ]
    assert sum(isinstance(r, Rejection) for r in again) == 0
    assert shown_name(kept_name(kept_name(name))) == name


def test_nothing_is_kept_of_what_held_nothing_else() -> None:
    assert kept_lines(read(b"A text of its own.", "x.txt"), lambda _: True) is None
    assert kept_lines(read(_csv(), "x.csv"), lambda _: False) is None


def test_a_fragment_is_known_however_it_is_written() -> None:
    runs = word_runs(["Mayor Žofie Braun carried seventeen poodles\nout of the bakery."])
    assert is_quoting("e.g. zofie, braun carried seventeen poodles out", runs) is True
    assert is_quoting(json.dumps({"row": "Mayor Žofie Braun carried seventeen poodles"}), runs)
    assert is_quoting(json.dumps({"row": "carried seventeen poodles\nout of"}), runs)
    assert not is_quoting("Braun carried the poodles out of the old bakery", runs)


def test_sentences_and_lines_are_looked_for_but_no_scraps() -> None:
    found = pieces(["Short one.\nA sentence that is long enough. And a line that goes on"])
    assert found == [
        "A sentence that is long enough.",
        "A sentence that is long enough. And a line that goes on",
    ]


def test_logs_lose_what_quotes_and_nothing_else(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "events.db")) as connection:
        connection.execute("CREATE TABLE event_logs (id INTEGER PRIMARY KEY, event TEXT)")
        quoting = json.dumps({"message": "failed on “the baker carried seventeen poodles”"})
        connection.executemany("INSERT INTO event_logs (event) VALUES (?)", [(quoting,), ("step started",)])
        connection.commit()
    (tmp_path / "out.err").write_text("ok", encoding="utf-8")
    runs = word_runs(["On Friday the baker carried seventeen poodles home."])
    assert scrub_logs(tmp_path, runs) == 1
    assert b"poodles" not in (tmp_path / "events.db").read_bytes()
    with closing(sqlite3.connect(tmp_path / "events.db")) as connection:
        assert connection.execute("SELECT event FROM event_logs").fetchall() == [("step started",)]
    assert (tmp_path / "out.err").exists()
