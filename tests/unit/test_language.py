"""Languages: told where enough is said, stored and flagged where the model does not speak them."""

from datetime import date, datetime

import pytest

from pipelines.ingest.document import make_document
from pipelines.ingest.language import detect_language
from pipelines.ingest.records import Metadata, Record, with_defaults

ENGLISH = "The river rose during the night and three hundred people left their homes, she said."
GERMAN = (
    "Der Fluss stieg in der Nacht und rund dreihundert Menschen mussten ihre Häuser verlassen, sagte die "
    "Bürgermeisterin am Montag vor der Presse. Die Brücke ist gesperrt, und die Bahn fährt erst morgen."
)
RUSSIAN = "Ночью река вышла из берегов, и около трёхсот человек были вынуждены покинуть дома, сообщила мэр."


@pytest.mark.parametrize(("text", "code"), [(ENGLISH, "en"), (GERMAN, "de"), (RUSSIAN, "ru")])
def test_enough_text_tells_its_language(text: str, code: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize("text", ["", "OK", "1,960 2,000", "Putin, Macron, Scholz", "🙂" * 500, "\ud800" * 3])
def test_little_text_tells_nothing(text: str) -> None:
    assert detect_language(text) is None
    assert detect_language(text, "fr") == "fr"


def test_a_page_that_states_the_wrong_language_is_corrected() -> None:
    assert detect_language(GERMAN, "en") == "de"
    assert detect_language(ENGLISH, "en") == "en"


def status(text: str, stated: str | None = None) -> tuple[str | None, str]:
    now = datetime(2026, 3, 2)
    document, _, _ = make_document(
        Record(None, text, "utf-8", Metadata(language=stated)),
        source_uri="file:///a.txt", source_sha256="", file_name="a.txt", first_seen_at=now, ingested_at=now,
        ingest_date=date(2026, 3, 2), run_id="r", languages=frozenset({"en"}),
    )  # fmt: skip
    return document.language, document.extraction_status


def test_what_the_model_does_not_speak_is_stored_and_flagged() -> None:
    assert status(GERMAN) == ("de", "not_supported_language")
    assert status(ENGLISH) == ("en", "done")
    assert status("Two dead.") == (None, "done")
    assert status("Zwei Tote.", "de") == ("de", "not_supported_language")
    assert status("12 + 30") == (None, "no_prose")


def test_a_source_s_defaults_stand_where_the_sidecar_is_silent() -> None:
    assert with_defaults(None, {"language": None}) is None
    assert with_defaults(None, {"language": "de"}) == b'{"language": "de"}'
    assert with_defaults(b'{"language": "fr"}', {"language": "de"}) == b'{"language": "fr"}'
    assert with_defaults(b"[]", {"language": "de"}) == b"[]"
    assert with_defaults(b"{", {"language": "de"}) == b"{"
