"""One statement in all its wordings: what joins, what stays apart, and what each row says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from statement_story import CHIEF, DAY, MAYOR, clusters, joined, quote, story, together

from pipelines.model import hash_key
from pipelines.resolve.speaker_match import Speaker
from pipelines.resolve.statements import find_statements

KREMLIN = Speaker("Kremlin", "kremlin", "organization", "RU", "gov-ru", surfaces=("The Kremlin",))
SPOKESMAN = Speaker("Pavel Orlov", "orlov", "person", roles=("Kremlin spokesman",), affiliations=("Kremlin",))
ADVISER = "an adviser to the president of Moldova"
UNNAMED = Speaker(surfaces=(ADVISER,), roles=(ADVISER,))
NAMED = Speaker("Otto Brandt", "brandt", "person", roles=("assistant to the president of Moldova",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bridge will reopen on Friday.", "the bridge is going to open again on Friday"),
        ("All injured children are in stable condition.", "the condition of all injured children was stable"),
        ("Without reforms there will be no money.", "There will be no money without reforms."),
        ("We will send 200 soldiers to Latvia.", "an additional 200 troops would be sent to Latvia"),
        ("Nobody was injured in the collision.", "no one had been hurt in the crash"),
        ("The cause of the fire is not known.", "the cause of the blaze was unknown"),
        ("The scheme is nothing but fraud.", "the scheme amounted to fraud"),
        ("We do not have enough teachers.", "there were too few teachers"),
        ("The closure of the base was decided by both.", "Both decided to close the base early."),
    ],
)  # fmt: skip
def test_other_words_for_one_thing_join(one: str, other: str) -> None:
    assert joined(quote("a", one), quote("b", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We will send 200 soldiers to Latvia.", "We will send 500 soldiers to Latvia."),
        ("We will send 200 soldiers to Latvia.", "We will send 200 soldiers to Estonia."),
        ("The bridge will reopen on Friday.", "The bridge will reopen on Tuesday."),
        ("The bridge will reopen on Friday.", "The bridge will not reopen on Friday."),
        ("Taxes on fuel will rise next year.", "Taxes on fuel will fall next year."),
        ("Our troops will leave the valley.", "Our troops have left the valley."),
        ("Hospitals are running short of beds.", "Hospitals are running short of nurses."),
        ("The bridge in Larnby is safe for lorries.", "The bridge in Orvik is safe for lorries."),
        ("Shelling damaged the main hospital.", "Shelling damaged the railway station."),
        ("We went to the Larnby District Court.", "We went to the Orvik District Court."),
        ("Members voted to accept the offer.", "Members voted to reject the offer."),
        ("There are enough teachers here.", "There are not enough teachers here."),
        ("There are enough teachers here.", "There are too few teachers here."),
    ],
)  # fmt: skip
def test_another_number_place_day_word_or_direction_keeps_apart(one: str, other: str) -> None:
    assert not joined(quote("a", one), quote("b", other))


def test_the_same_words_of_another_person_are_another_statement() -> None:
    words = "The bridge will reopen on Friday."
    assert not joined(quote("a", words), quote("b", words, CHIEF))


def test_the_same_words_on_another_day_are_another_statement() -> None:
    words = "The bridge will reopen soon for all lorries."
    first = quote("a", words, said_on=date(2026, 3, 9))
    assert not joined(first, quote("b", words, said_on=date(2026, 3, 12)))
    assert joined(first, quote("b", words, said_on=date(2026, 3, 9)))
    assert joined(first, quote("b", words))
    month = replace(quote("b", words, said_on=date(2026, 3, 1)), said_on_precision="month")
    assert joined(first, month)


def test_a_denial_is_the_opposite_of_what_it_denies() -> None:
    said = quote("a", "Our side agreed to the terms of the bank.")
    assert not joined(said, quote("b", "that its side had agreed to the terms of the bank", cue="denied"))
    assert joined(said, quote("b", "that its side had agreed to the terms of the bank", cue="added"))


def test_one_quotation_of_three_sentences_is_two_elsewhere() -> None:
    long = "The school will stay closed. Teachers will contact all parents. We hope to open it by Thursday."
    found = find_statements(
        story(
            quote("long", long),
            quote("b", "The school is going to stay closed.", document="two"),
            quote("c", "teachers would contact all the parents", document="two", start=100),
            quote("d", "The referee was a joke.", document="two", start=200),
        )
    )
    assert clusters(found) == {frozenset({"long", "b", "c"}), frozenset({"d"})}
    parts = {long[w.start_char : w.end_char] for w in found.wordings if w.quote_id == "long"}
    assert parts == {"The school will stay closed.", "Teachers will contact all parents."}


def test_paragraphs_of_one_quotation_are_one_utterance() -> None:
    a = quote("a", "We lost the harvest.", document="d", quotation="a")
    b = quote("b", "Insurance pays nothing at all.", document="d", start=50, quotation="a")
    found = find_statements(story(a, b))
    assert [(s.wording_count, s.representative_quote_id) for s in found.statements] == [(1, "a")]


def test_paragraphs_of_two_people_are_two_statements() -> None:
    """A closing mark that was left out makes one quotation of two; their speakers tell them apart."""
    a = quote("a", "We lost the harvest.", document="d", quotation="a")
    b = quote("b", "Insurance pays nothing at all.", CHIEF, document="d", start=50, quotation="a")
    c = quote("c", "The harvest was lost.", document="e")
    found = find_statements(story(a, b, c))
    assert [(s.speaker_name, s.wording_count) for s in found.statements] == [
        ("Ana Ruiz", 2),
        ("Tom Halloran", 1),
    ]


def test_a_quotation_split_by_its_cue_is_one() -> None:
    one = quote("a", "We lost the harvest,", document="d", kind="direct", cue_start=22)
    other = quote("b", "Insurance pays nothing at all.", document="d", start=40, cue_start=22)
    assert joined(one, other)
    assert not joined(one, replace(other, cue_start=80))


def test_short_answers_and_the_confirmation_of_one_speaker_join() -> None:
    wordings = [
        quote("a", "Yes, that is correct.", SPOKESMAN),
        quote("b", "Yes, it is indeed so.", SPOKESMAN),
        quote("c", "the closure of the base", SPOKESMAN, cue="confirmed"),
        quote("d", "the news", SPOKESMAN, cue="confirmed"),
        quote("e", "No, that is not true.", SPOKESMAN),
        quote("f", "Yes, that is correct.", CHIEF),
    ]
    assert together(wordings) == {frozenset("abcd"), frozenset("e"), frozenset("f")}


def test_confirmations_of_two_things_stay_apart() -> None:
    closed = quote("a", "the closure of the base", SPOKESMAN, cue="confirmed")
    assert not joined(closed, quote("b", "the arrest of the colonel", SPOKESMAN, cue="confirmed"))


def test_two_answers_in_one_report_answer_two_questions() -> None:
    one = quote("a", "Yes, that is correct.", SPOKESMAN, document="d")
    assert not joined(one, quote("b", "Yes, it is so.", SPOKESMAN, document="d", start=90))


def test_a_body_and_its_spokesman_join_where_they_say_the_same() -> None:
    body = quote("a", "that Russia would take part in the summit", KREMLIN)
    assert joined(body, quote("b", "Russia is going to take part in the summit.", SPOKESMAN))
    assert not joined(body, quote("b", "Russia is going to take part in the summit.", CHIEF))
    assert not joined(body, quote("b", "The harvest of this year was poor.", SPOKESMAN))


def test_an_unnamed_adviser_takes_the_name_that_role_and_words_agree_on() -> None:
    words = "Both governments decided on the early closure of the eastern base."
    found = find_statements(
        story(
            quote(
                "a", "The early closure of the eastern base has been decided by both governments.", UNNAMED
            ),
            quote("b", words, NAMED),
        )
    )
    [named] = found.named
    assert (named.quote_id, named.speaker_name, named.speaker_entity_id) == ("a", "Otto Brandt", "brandt")
    assert named.evidence.startswith(
        "role adviser agrees (moldova, president); the day of one is unknown; similarity"
    )
    assert named.evidence.endswith("with quote b")
    [statement] = found.statements
    assert (statement.speaker_name, statement.speaker_is_inferred) == ("Otto Brandt", False)


def test_a_name_that_was_found_brings_in_what_is_enough_for_one_known_speaker() -> None:
    named = [
        quote("b", "Both governments decided on the early closure of the eastern base.", NAMED),
        quote("c", "that new jobs were waiting for the 300 workers", NAMED),
    ]
    words = (
        "The early closure of the eastern base has been decided by both governments. "
        "The 300 workers there will be offered new posts."
    )
    unnamed = quote("a", words, UNNAMED)
    assert not joined(unnamed, named[1])
    found = find_statements(story(unnamed, *named))
    assert [one.quote_id for one in found.named] == ["a"]
    assert found.statement_of["a"] == found.statement_of["b"] == found.statement_of["c"]


@pytest.mark.parametrize(
    "change",
    [
        {"speaker": Speaker(surfaces=(ADVISER,), roles=("an adviser to the president of Serbia",))},
        {"speaker": Speaker(surfaces=(ADVISER,), roles=("a goalkeeper",))},
        {"said_on": date(2026, 1, 1), "said_on_precision": "day"},
        {"is_ruled": True},
    ],
)
def test_role_and_day_must_agree_and_a_ruling_stands(change: dict[str, object]) -> None:
    words = "Both governments decided on the early closure of the eastern base."
    unnamed = replace(quote("a", words, UNNAMED), **change)  # type: ignore[arg-type]
    assert find_statements(story(unnamed, quote("b", words, NAMED, said_on=DAY))).named == []


def test_the_text_itself_brings_a_quotation_as_the_words_of_a_body() -> None:
    first = "The town council wants no lorries on the old bridge."
    text = f"{first} This was put into words by Ana Ruiz: “That bridge is too old for a lorry.”"
    second = "That bridge is too old for a lorry."
    council = Speaker("Town Council", "council", "organization", surfaces=("The town council",))
    body = quote("a", "no lorries on the old bridge", council, document="d", start=first.index("no lorries"))
    words = quote("b", second, document="d", start=text.index(second))
    assert len(find_statements(story(body, words, texts={"d": text})).statements) == 1
    plain = text.replace("This was put into words by Ana Ruiz", "On another matter the mayor was less clear")
    moved = quote("b", second, document="d", start=plain.index(second))
    assert len(find_statements(story(body, moved, texts={"d": plain})).statements) == 2


def test_what_a_statement_says_of_itself() -> None:
    found = find_statements(
        story(
            quote("a", "that the bridge would reopen on Friday", outlet="o1", said_on=DAY),
            quote("b", "The bridge will reopen on Friday.", outlet="o2"),
            quote("c", "The bridge will open again on Friday.", outlet="o2", ingested=date(2026, 3, 9)),
        )
    )
    [s] = found.statements
    assert s.statement_id == hash_key("statements", "c"), "the founder is the oldest"
    assert (s.representative_quote_id, s.speaker_entity_id, s.said_on) == ("c", "ruiz", DAY)
    assert (s.wording_count, s.outlet_count, s.independent_source_count) == (3, 2, 2)
    assert all(w.evidence and "speaker same entity" in w.evidence for w in found.wordings)


def test_ids_stay_with_their_quotes() -> None:
    a, b = quote("a", "The bridge will reopen on Friday."), quote("b", "The referee was a joke.")
    c = quote("c", "the bridge is going to open again on Friday")
    kept = find_statements(story(a, b, c, known={"a": "old-a", "b": "old-b"}))
    assert kept.statement_of == {"a": "old-a", "c": "old-a", "b": "old-b"}
    assert kept.redirects == []
    met = find_statements(story(a, c, known={"a": "old-a", "c": "old-c"}), "run")
    assert set(met.statement_of.values()) == {"old-a"}
    assert [(r.table_name, r.old_id, r.new_id) for r in met.redirects] == [("statements", "old-c", "old-a")]
    split = find_statements(story(a, b, known={"a": "old", "b": "old"}))
    assert split.statement_of == {"a": "old", "b": hash_key("statements", "b")}


def test_an_id_is_never_given_twice() -> None:
    """The founder's own hash may live on as the id of a statement that it has left."""
    a, b = quote("a", "The bridge will reopen on Friday."), quote("b", "The referee was a joke.")
    own = hash_key("statements", "b")
    found = find_statements(story(a, b, known={"a": own}))
    assert found.statement_of["a"] == own
    assert found.statement_of["b"] != own


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [
        quote("a", "The bridge will reopen on Friday."),
        quote("b", "that the bridge was going to open again on Friday"),
        quote("c", "The referee was a joke."),
        quote("d", "Yes, that is correct.", SPOKESMAN),
        quote("e", "the news", SPOKESMAN, cue="confirmed"),
    ]
    first = find_statements(story(*rows))
    second = find_statements(story(*reversed(rows)))
    assert first.statement_of == second.statement_of
    assert [s.statement_id for s in first.statements] == [s.statement_id for s in second.statements]


def test_who_is_called_by_a_surname_is_whoever_bears_it() -> None:
    alone = Speaker("Ruiz", "other", "person", surfaces=("Ruiz",))
    words = "The bridge will reopen on Friday."
    assert joined(quote("a", words), quote("b", words, alone))
    brother = Speaker("Luis Ruiz", "luis", "person", surfaces=("Luis Ruiz",))
    third = [quote("a", words), quote("b", words, alone), quote("c", words, brother)]
    assert all(not {"a", "c"} <= members for members in together(third))


def test_a_sentence_that_states_it_as_fact_is_an_assertion() -> None:
    said = quote("a", "that Armenia had suspended its work in the security pact of the region", MAYOR)
    stated = "Armenia has suspended its work in the regional security pact, and talks go on."
    found = find_statements(story(said, texts={"other": f"{stated} Armenia has a new stamp."}))
    [assertion] = found.assertions
    assert stated[assertion.start_char : assertion.end_char].startswith(
        "Armenia has suspended its work in the"
    )
    assert assertion.sentence_id == "other-s0"


@pytest.mark.parametrize(
    "stated",
    [
        "Armenia has not suspended its work in the regional security pact.",
        "Georgia has suspended its work in the regional security pact.",
        "Armenia has paid for its work in the orchards of the region.",
    ],
)
def test_what_only_touches_on_it_is_no_assertion(stated: str) -> None:
    said = quote("a", "that Armenia had suspended its work in the security pact of the region", MAYOR)
    assert find_statements(story(said, texts={"other": stated})).assertions == []


def test_every_quote_has_a_statement_and_every_part_lies_in_its_quote() -> None:
    rows = [quote(str(n), text) for n, text in enumerate(("", "No.", "…", "Ω", "a b", "'" * 30, "1" * 400))]
    found = find_statements(story(*rows))
    assert found.statement_of.keys() == {row.quote_id for row in rows}
    spans = {row.quote_id: (row.wording.start_char, row.wording.end_char) for row in rows}
    assert all(
        spans[w.quote_id][0] <= w.start_char <= w.end_char <= spans[w.quote_id][1] for w in found.wordings
    )
