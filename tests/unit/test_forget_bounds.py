"""Forgetting looks through all that landed, however large, a piece at a time."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.ingest.document import document_id, text_sha256
from pipelines.ingest.landing import Landing
from pipelines.settings import Home
from pipelines.warehouse import forget, forget_traces
from pipelines.warehouse.ledger import Landed

TEXT = "The baker Ottavia Zubrowin carried seventeen frightened poodles out of the bakery."


def test_a_bomb_beside_the_forgotten_is_not_unfolded_in_memory(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", bytes(50 << 20))
        archive.writestr("a.txt", TEXT)
    home, now = Home(tmp_path), datetime.now(UTC).replace(tzinfo=None)
    row = Landed(
        run_id="r", kind="document", document_id=document_id(None, TEXT), text_sha256=text_sha256(TEXT),
        metadata_sha256="", place="file:///in/a.zip#2", source_uri="file:///in/a.zip#2",
        source_sha256=Landing(home.landing).put(packed.getvalue()), file_name="a.zip", record_no=2,
        sidecar_sha256=None, outlet=None, replaces_document_id=None, first_seen_at=now,
        ingest_date=now.date(),
    )  # fmt: skip
    tracemalloc.start()
    found = forget._landed_texts(home, [row])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert list(found.values()) == [TEXT]
    assert peak < 20 << 20


@pytest.mark.parametrize("before", range(0, 120, 7))
def test_words_across_two_pieces_are_found(
    before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget_traces, "_PIECE_BYTES", 60)
    monkeypatch.setattr(forget_traces, "_OVERLAP_BYTES", 50)
    runs = forget_traces.word_runs(["seventeen frightened poodles were seen"])
    file = tmp_path / "log"
    file.write_text("x " * before + "seventeen frightened poodles were seen" + " y" * 99)
    assert forget_traces.holds(file, runs)
    file.write_text("x " * before + "seventeen frightened poodles have slept" + " y" * 99)
    assert not forget_traces.holds(file, runs)
