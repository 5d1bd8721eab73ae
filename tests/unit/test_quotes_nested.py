"""Who said that somebody said: an inner quote has its own speaker and points at the quote it stands in."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Quote, row_key


def rows(text: str) -> list[Quote]:
    ((found),) = (record.quotes for record in extract([SourceText("d", text)]))
    return found


@pytest.mark.parametrize(
    ("text", "inner", "speaker", "outer"),
    [
        ("The agency reported that the mayor said the dam was safe.", "the dam was safe", "the mayor",
         "that the mayor said"),
        ("According to the Lindow Herald, the minister said the bridge would close.",
         "the bridge would close", "the minister", "the minister said"),
        ("Olga Brandt said her husband told police that the thief had fled.", "that the thief had fled",
         "her husband", "her husband told"),
        ("The lawyer argued that the witness had testified that the driver was asleep.",
         "that the driver was asleep", "the witness", "that the witness"),
        ("Prosecutors say Brandt told an informant that he had killed the clerk.",
         "that he had killed the clerk", "Brandt", "Brandt told"),
        ("The minister denied that he said the dam was safe.", "the dam was safe", "he", "that he said"),
        ("The paper says sources said the minister will resign.", "the minister will resign", "sources",
         "sources said"),
        ("The report quoted Olga Brandt as saying that the dam was safe.", "that the dam was safe",
         "Olga Brandt", "Olga Brandt as saying"),
        ("Reuters reported that the army claimed it had taken the town.", "it had taken the town", "the army",
         "that the army claimed"),
        ("“Hugo Arendt, who said the dam was safe, never came back to us,” Olga Brandt said.",
         "the dam was safe", "who", "Hugo Arendt, who said"),
        ("“He told me, ‘You are finished,’ and left,” Olga Brandt told the court.", "You are finished,", "He",
         "He told me"),
        ("“She says the dam is safe and we believe her,” Olga Brandt said.",
         "the dam is safe and we believe her", "She", "She says"),
    ],
)  # fmt: skip
def test_inner_speaker_and_parent(text: str, inner: str, speaker: str, outer: str) -> None:
    found = rows(text)
    by_id = {row_key("d", "quotes", q.start_char, q.end_char): q for q in found}
    (row,) = [q for q in found if q.surface == inner]
    assert row.speaker_surface == speaker
    assert row.parent_quote_id is not None
    parent = by_id[row.parent_quote_id]
    assert parent.surface.startswith(outer)
    assert parent.start_char <= row.start_char and row.end_char <= parent.end_char


@pytest.mark.parametrize(
    "text",
    [
        "Olga Brandt said the bridge was safe, adding that the trucks could return.",
        "Olga Brandt said it shows that the dam is cracked.",
        "“They say the dam is safe, but nobody believes that,” Olga Brandt said.",
        "Olga Brandt said that according to the ministry the dam was safe.",
    ],
)
def test_no_inner_quote(text: str) -> None:
    assert all(q.parent_quote_id is None for q in rows(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # The reporter of what “the president” or “the army” said is somebody else.
        ("Brandt told reporters the president had promised her that help was coming.", {"Brandt", None}),
        ("Reuters reported that the army claimed it had taken the town.", {"Reuters", None}),
        # A body that the text names by that word is the one meant.
        ("The Defence Ministry sent aid. Olga Brandt said the ministry had told her that it was late.",
         {"Olga Brandt", "Defence Ministry"}),
    ],
)  # fmt: skip
def test_reporter_is_not_who_is_reported(text: str, names: set[str | None]) -> None:
    assert {q.speaker_name for q in rows(text)} == names
