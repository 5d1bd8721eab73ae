"""Who said what, across sentences and lines: attribution, coreference, scare quotes, nesting."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.model import Quote, Segment


def read(text: str, segments: list[Segment] | None = None) -> Extraction:
    (found,) = extract([SourceText("d", text, segments)])
    return found


def quotes(text: str) -> list[Quote]:
    return read(text).quotes


def test_a_second_stretch_goes_to_the_speaker_of_the_first() -> None:
    first, second = quotes(
        "“The bridge is safe,” Keller said. “We checked it twice.”\nAnna Keller is the mayor."
    )
    assert first.speaker_name == second.speaker_name == "Anna Keller"
    assert second.method == "same_paragraph" and second.speaker_surface == "Keller"


def test_a_pronoun_reaches_over_the_line() -> None:
    (quote,) = quotes("Mayor Anna Keller spoke on Monday.\n“The bridge is safe,” she said.")
    assert (quote.speaker_surface, quote.speaker_name) == ("she", "Anna Keller")


def test_a_pronoun_of_the_other_gender_does_not() -> None:
    (quote,) = quotes("Mayor Anna Keller spoke on Monday.\n“The bridge is safe,” he said.")
    assert quote.speaker_name is None


def test_a_role_noun_goes_to_who_has_the_role() -> None:
    quote = quotes("Anna Keller, an engineer, opened the bridge. “It took nine years,” the engineer said.")[
        -1
    ]
    assert quote.speaker_name == "Anna Keller"


def test_an_unnamed_adviser_stays_unnamed_and_keeps_the_role() -> None:
    text = (
        "“It was decided long ago,” a trade adviser to President Ana Ruiz said.\n"
        "“Work has begun,” the adviser added."
    )
    first, second = quotes(text)
    assert first.speaker_name is None and second.speaker_name is None
    assert second.speaker_role == first.speaker_role
    assert second.speaker_role is not None and second.speaker_role.endswith("adviser to President Ana Ruiz")


def test_role_and_affiliation_are_split_off() -> None:
    (quote,) = quotes("“It is safe,” said the director of the Bridge Institute Pavel Novak.")
    assert quote.speaker_surface == "Pavel Novak"
    assert quote.speaker_role == "the director of the Bridge Institute"
    assert quote.speaker_affiliation == "Bridge Institute"


def test_a_colon_in_the_line_before() -> None:
    text = (
        "This was confirmed by the head of the Bridge Institute Pavel Novak:\n"
        "“The bridge is safe and will stay open.”"
    )
    (quote,) = quotes(text)
    assert (quote.speaker_name, quote.method) == ("Pavel Novak", "colon_before")


def test_a_quotation_over_two_paragraphs_is_one() -> None:
    first, second = quotes("“We will build it.\n“And we will pay for it,” Anna Keller said.")
    assert first.quotation_id == second.quotation_id == first.quote_id != second.quote_id
    assert first.speaker_name == second.speaker_name == "Anna Keller"


def test_a_paragraph_of_somebody_else_is_another_quotation() -> None:
    """The mark that should close the first paragraph was left out, as it is in print now and then."""
    text = (
        "“It is safe,” Anna Keller said. “The trucks may cross it.\n"
        "“We would rather wait for the report,” Pavel Novak said."
    )
    one, same, other = quotes(text)
    assert one.speaker_name == same.speaker_name == "Anna Keller"
    assert (other.speaker_name, other.quotation_id) == ("Pavel Novak", other.quote_id)


def test_a_paragraph_that_the_same_person_goes_on_with_is_no_other() -> None:
    text = (
        "“It is safe,” Anna Keller said. “The trucks may cross it.\n“Buses may cross it too,” Keller added."
    )
    _, same, other = quotes(text)
    assert (other.speaker_name, other.quotation_id) == ("Anna Keller", same.quote_id)


def test_a_parenthetical_cue_splits_what_was_said() -> None:
    first, second = quotes("The bridge, Anna Keller said, is safe for trucks.")
    assert [first.surface, second.surface] == ["The bridge", "is safe for trucks"]
    assert first.quotation_id == second.quotation_id


def test_who_reported_that_somebody_said() -> None:
    outer, inner = quotes("Anna Keller reported that Pavel Novak said the bridge was unsafe.")
    assert inner.parent_quote_id == outer.quote_id
    assert (outer.speaker_name, inner.speaker_name) == ("Anna Keller", "Pavel Novak")


def test_somebody_quoted_tells_what_another_said() -> None:
    text = "“The minister, Pavel Novak, who said that the bridge was safe, has left us,” Anna Keller said."
    outer, inner = quotes(text)
    assert inner.parent_quote_id == outer.quote_id
    assert (inner.kind, inner.speaker_name) == ("indirect", "Pavel Novak")


def test_what_was_not_said_is_marked() -> None:
    (quote,) = quotes("Anna Keller did not say when the bridge would open.")
    assert quote.is_negated
    assert not any(q.is_negated for q in quotes("Anna Keller said the bridge would not open."))


def test_scare_quotes_titles_and_own_words_are_no_quotes() -> None:
    found = read("The city sent its “experts” to the film “The Long Bridge” on Friday.")
    assert found.quotes == []
    assert [s.surface for s in found.scare_quotes] == ["experts", "The Long Bridge"]
    assert all(s.reason for s in found.scare_quotes)


def test_single_marks_are_set_apart_where_double_ones_lead() -> None:
    found = read("The ‘peace’ held. “We will keep it that way for years,” said Anna Keller.")
    assert [s.surface for s in found.scare_quotes] == ["peace"]
    assert [q.surface for q in found.quotes] == ["We will keep it that way for years,"]


def test_an_odd_mark_costs_its_paragraph_only() -> None:
    text = 'He wrote " and went.\n“The bridge is safe,” Anna Keller said.'
    assert [q.surface for q in quotes(text) if "bridge" in q.surface] == ["The bridge is safe,"]


def _segment(text: str, words: str, role: str, number: int) -> Segment:
    start = text.index(words)
    return Segment(start_char=start, end_char=start + len(words), surface=words, role=role, segment_no=number)


def test_headlines_are_marked_and_menus_are_silent() -> None:
    title, item = "Bridge is safe, mayor says", "Novak says no"
    body = "Anna Keller said the bridge was safe."
    text = "\n".join((title, item, body))
    roles = ((title, "title"), (item, "list_item"), (body, "body"))
    segments = [_segment(text, words, role, n) for n, (words, role) in enumerate(roles)]
    headline, quote = read(text, segments).quotes
    assert headline.is_headline and headline.surface == "Bridge is safe"
    assert not quote.is_headline and quote.speaker_name == "Anna Keller"


def test_confidence_ranks_a_plain_quote_above_a_guess() -> None:
    plain = quotes("“We will open the bridge in May,” said Anna Keller.")[0]
    guess = quotes("The report was long. “Nobody will ever read all of that in one evening.”")
    assert plain.confidence > 0.9
    assert all(q.confidence < 0.5 for q in guess)


def test_hearsay_is_an_indirect_quote_of_nobody_named() -> None:
    first, second = quotes("The bridge is shut. Reportedly, the mayor said that it would open in May.")
    assert (first.kind, first.cue, first.cue_class) == ("indirect", "Reportedly", "according_to")
    assert first.surface == "the mayor said that it would open in May"
    assert first.speaker_surface is None and first.speaker_name is None
    assert second.speaker_surface == "the mayor" and second.parent_quote_id is not None


@pytest.mark.parametrize(
    "text",
    [
        "The troops have reportedly left.",
        "Reportedly, nobody.",
        "The allegedly stolen car was found, allegedly.",
    ],
)
def test_an_adverb_elsewhere_reports_nothing(text: str) -> None:
    assert quotes(text) == []


def test_an_adverb_leaves_the_cue_behind_it_alone() -> None:
    (quote,) = quotes("Reportedly, “Nobody came,” said Anna Keller.")
    assert (quote.kind, quote.speaker_surface, quote.cue) == ("direct", "Anna Keller", "said")


@pytest.mark.parametrize(
    "text",
    [
        'Anna Keller said,"Look at the dam, it leaks."',
        'Anna Keller said:"Look at the dam, it leaks."',
        "Anna Keller said,''Look at the dam, it leaks.''",
        "Anna Keller said,“Look at the dam, it leaks.”",
        'Anna Keller said"Look at the dam, it leaks."',
    ],
)
def test_a_cue_glued_to_the_opening_mark(text: str) -> None:
    (quote,) = quotes(text)
    assert (quote.kind, quote.surface) == ("direct", "Look at the dam, it leaks.")
    assert (quote.speaker_surface, quote.cue) == ("Anna Keller", "said")


def test_a_glued_stretch_within_its_sentence() -> None:
    (quote,) = quotes('Anna Keller added,"Nobody was hurt,"and thanked the crews.')
    assert (quote.surface, quote.speaker_surface) == ("Nobody was hurt,", "Anna Keller")
