"""An archive larger than the memory it may take: its records are read one by one."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from proof_notes import note

# Reads an input twice, landing between, and prints the records and how much the process grew, in MB.
READ = r"""
import re, sys
from pathlib import Path
from pipelines.ingest.landing import Landing
from pipelines.ingest.readers import Record, read
from pipelines.ingest.streams import opened
folder, big, small = (Path(name) for name in sys.argv[1:])
landing = Landing(folder)
def count(path):
    found = 0
    with opened(landing.source(landing.put(path))) as data:
        for record in read(data, path.name):
            found += isinstance(record, Record)
    return found
def peak():  # of this process alone: getrusage tells of its parent's before it, too
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024
count(small)
before = peak()
print(count(big), peak() - before)
"""
PAGE = "<html><body><article>" + "<p>About 12 people left the town of Velden, police said on Friday.</p>" * 9


def web_archive(megabytes: int) -> bytes:
    """A WARC of a few pages between pictures that no one reads."""

    def response(kind: str, body: bytes) -> bytes:
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{len(body)}\r\n"
        head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        return head.encode() + http + b"\r\n\r\n"

    pages = (response("text/html", f"{PAGE}<p>{n}</p></article>".encode()) for n in range(megabytes))
    return b"".join(page + response("image/jpeg", os.urandom(1 << 20)) for page in pages)


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["crawl.warc", "crawl.warc.gz", "crawl.wacz", "pages.tar.gz.gz", "rows.jsonl", "rows.csv"]
)
def test_memory_is_bounded(name: str, tmp_path: Path) -> None:
    size = 200
    for folder, megabytes in (("big", size), ("small", 2)):
        file = tmp_path / folder / name
        file.parent.mkdir()
        write(file, megabytes)
    command = [sys.executable, "-c", READ, str(tmp_path / "landing"), str(tmp_path / "big" / name)]
    done = subprocess.run(
        [*command, str(tmp_path / "small" / name)], capture_output=True, check=True, text=True
    )
    records, growth = map(int, done.stdout.split())
    assert records >= size
    assert growth < 80, "a copy of the whole would be 200"
    note("large inputs", name=name, megabytes=size, more_memory=growth)


def write(file: Path, megabytes: int) -> None:
    """An input of that size under that name."""
    if file.suffix == ".jsonl":
        line = '{"text": "About 12 people left the town, police said. ' + "x" * (1 << 19) + '"}\n'
        file.write_text(line * (2 * megabytes))
    elif file.suffix == ".csv":
        row = "About 12 people left the town," + "x" * (1 << 19) + "\n"
        file.write_text("text,more\n" + row * (2 * megabytes))
    elif file.name.endswith(".tar.gz.gz"):
        import io
        import tarfile

        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w") as tar:
            for number in range(megabytes):
                for label, body in (
                    (f"{number}.bin", os.urandom(1 << 20)),
                    (f"{number}.txt", b"12 people left."),
                ):
                    info = tarfile.TarInfo(label)
                    info.size = len(body)
                    tar.addfile(info, io.BytesIO(body))
        file.write_bytes(gzip.compress(gzip.compress(inner.getvalue(), 1), 1))
    elif file.suffix == ".wacz":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("archive/data.warc.gz", gzip.compress(web_archive(megabytes), 1))
    else:
        data = web_archive(megabytes)
        file.write_bytes(gzip.compress(data, 1) if file.suffix == ".gz" else data)
