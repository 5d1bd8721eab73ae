"""Who the sentences around a stretch announce, where no cue of its own stands beside it.

The sentence that holds the stretch, the one before it, one between two stretches, the end of the paragraph
before (…, said X:), a line with nothing but a name under it, a sentence that points back at it.

Belongs here: pairing stretches with speakers across sentences and paragraphs. Does not belong here: cues and
names right beside a stretch (`attribution`), whether it is a quote at all (`scare`).
"""

from __future__ import annotations

import bisect

from pipelines.extract.attribution import SENTENCE_END, Attribution
from pipelines.extract.cues import SPEECH, Cue, is_relative, names_only
from pipelines.extract.passages import REACH, Passage
from pipelines.extract.speakers import MentionIndex, read_speaker, role_nouns, speaking_nouns
from pipelines.extract.syntax import SUBJECT_DEPS, VERB_TAGS, Syntax

# Characters of a line that names who spoke, and no more.
_LINE = 100


def lead(passage: Passage, n: int) -> tuple[int, int]:
    """The words before stretch `n`; where they end in a colon, those before a stretch among them, too."""
    start, end = passage.zones_before[n]
    at = n - 1
    while at >= max(0, n - 2) and start < end and passage.syntax.words[end - 1] == ":":
        earlier = passage.marked[at]
        if earlier.last + 1 != start or passage.text[earlier.inner_end - 1 - passage.start] in SENTENCE_END:
            break
        start, at = passage.zones_before[at][0], at - 1
    return start, end


def colon_before(previous: Passage | None, mentions: MentionIndex) -> Attribution | None:
    """A paragraph that ends in a colon and names who speaks in the next one."""
    if previous is None or not previous.text.rstrip().endswith((":", ":-", ": –")):
        return None
    syntax = previous.syntax
    if not len(syntax):
        return None
    start, end = syntax.sentence(len(syntax) - 1)
    found = led_by_sentence(previous, start, end, mentions, "colon_before")
    if found is not None or end - start > 8:
        return found
    named = mentions.within(syntax.starts[start], syntax.ends[end - 1])
    if not named:
        return None
    speaker = read_speaker(syntax, syntax.at(named[-1].end_char - 1), (start, end - 1), mentions)
    return Attribution("colon_before", None, speaker, previous)


def between(passage: Passage, first: int, n: int, mentions: MentionIndex) -> Attribution | None:
    """A sentence of its own between two stretches that says who goes on: “She added that …. “It …””."""
    syntax = passage.syntax
    low, high = passage.marked[first].last + 1, passage.marked[n].first
    at = bisect.bisect_right(syntax.sentence_starts, low)
    starts = syntax.sentence_starts[at : at + 1]
    if not starts or starts[0] >= high:
        return None
    cues = [c for c in passage.cues_between(starts[0], high) if c.cue_class == SPEECH]
    cues = [c for c in cues if c.subject is not None and c.how in ("subject", "inverted", "shared_subject")]
    if not cues:
        return None
    cue = cues[-1]
    assert cue.subject is not None
    if is_relative(syntax, cue.subject) and cue.how == "subject":
        return None
    limit = (cue.last + 1, high - 1) if cue.subject > cue.last else (low, cue.first - 1)
    return Attribution("sentence_between", cue, read_speaker(syntax, cue.subject, limit, mentions), passage)


def last_sentence(previous: Passage | None, mentions: MentionIndex) -> Attribution | None:
    """The speaker that the last sentence of the paragraph before announces."""
    if previous is None or not len(previous.syntax):
        return None
    start, end = previous.syntax.sentence(len(previous.syntax) - 1)
    return led_by_sentence(previous, start, end, mentions, "previous_paragraph")


def led_by_sentence(
    passage: Passage, start: int, end: int, mentions: MentionIndex, rule: str
) -> Attribution | None:
    """The speaker that a sentence announces: its last cue's, else an agent's, else its subject."""
    syntax = passage.syntax
    start = max(start, end - REACH)
    for cue in _announcing(passage, start, end, rule):
        if cue.subject is not None:
            limit = (start, end - 1) if cue.subject > cue.last else (start, cue.first - 1)
            return Attribution(rule, cue, read_speaker(syntax, cue.subject, limit, mentions), passage)
    for i in range(start, end):
        if syntax.deps[i] == "agent":
            person = syntax.child(i, "pobj")
            if person is not None and _can_speak(syntax, person, mentions):
                return Attribution(rule, None, read_speaker(syntax, person, (i + 1, end - 1), mentions))
    for i in range(start, end):
        head = syntax.heads[i]
        if (
            syntax.deps[i] not in SUBJECT_DEPS
            or not start <= head < end
            or not _is_top(syntax, head, start, end)
        ):
            continue
        for at in (i, syntax.child(head, "dobj")):
            if at is not None and _can_speak(syntax, at, mentions):
                limit = (start, head - 1) if at < head else (head + 1, end - 1)
                return Attribution(rule, None, read_speaker(syntax, at, limit, mentions), passage)
            if syntax.words[end - 1] != ":":
                break
    return None


def _announcing(passage: Passage, start: int, end: int, rule: str) -> list[Cue]:
    """The cues of a sentence, the likeliest to announce what follows it first: the last one.

    With a colon, “As Roe noted, …:” is its own. In a sentence of its own, what a cue reports announces
    nothing: after “Roe said the mayor had asked for help.” Roe goes on.
    """
    syntax, cues = passage.syntax, passage.cues_between(start, end)
    if syntax.words[end - 1] == ":":
        is_led = syntax.lower[start] == "as" and any(
            "," in syntax.words[c.last : c.last + 8] for c in cues[:1]
        )
        return cues[:1] if is_led else cues[::-1]
    cues = [cue for cue in cues if not names_only(syntax, cue)]
    if rule == "in_sentence":
        return cues[::-1]
    verbs = {cue.verb for cue in cues}
    return [cue for cue in reversed(cues) if not _is_reported(syntax, cue.verb, verbs)]


def _is_reported(syntax: Syntax, verb: int, cues: set[int]) -> bool:
    """Whether `verb` stands in what another cue reports: not beside it (said and added; said, adding)."""
    while syntax.heads[verb] != verb and syntax.deps[verb] in ("conj", "advcl"):
        verb = syntax.heads[verb]
    return any(above in cues for above in syntax.ancestors(verb))


def _is_top(syntax: Syntax, verb: int, start: int, end: int) -> bool:
    """A main verb of the words from `start` to `end`: nothing among them governs it."""
    for above in syntax.ancestors(verb):
        if start <= above < end and syntax.deps[verb] != "conj":
            return False
        verb = above
    return True


def _can_speak(syntax: Syntax, noun: int, mentions: MentionIndex) -> bool:
    """A person, a body, he, she or they, or a noun for one."""
    if syntax.tags[noun] == "PRP":
        return syntax.lower[noun] in ("he", "she", "they", "i", "we")
    mention = mentions.covering(syntax.starts[noun])
    if mention is not None:
        return mention.label in ("PERSON", "ORG", "FAC")
    return syntax.lower[noun] in role_nouns() or syntax.lower[noun] in speaking_nouns()


def name_line(following: Passage | None, mentions: MentionIndex) -> Attribution | None:
    """A line of its own under a quotation that is nothing but a name: “Jane Roe, Bridge Institute”."""
    if following is None or len(following.text) > _LINE or following.marked:
        return None
    syntax = following.syntax
    first = next((i for i in range(len(syntax)) if syntax.words[i][:1].isalnum()), len(syntax))
    mention = mentions.covering(syntax.starts[first]) if first < len(syntax) else None
    if mention is None or mention.label != "PERSON" or mention.start_char != syntax.starts[first]:
        return None
    head = syntax.at(mention.end_char - 1)
    if any(syntax.tags[i] in VERB_TAGS or syntax.tags[i] == "MD" for i in range(head, len(syntax))):
        return None
    is_alone = head + 1 >= len(syntax) or syntax.words[head + 1] in (",", ".", ")", "(")
    if not is_alone or " " not in mention.surface:
        return None
    speaker = read_speaker(syntax, head, (first, len(syntax) - 1), mentions)
    return Attribution("name_line", None, speaker, following)


def pointing_back(following: Passage | None, mentions: MentionIndex) -> Attribution | None:
    """“That was how Jane Roe described …”, “So said Jane Roe”: a sentence about the words before it."""
    if following is None:
        return None
    syntax = following.syntax
    words = syntax.lower[:4]
    is_pointing = words[:1] in (["that"], ["this"], ["such"], ["so"], ["thus"], ["those"]) and (
        not {"how", "what"}.isdisjoint(words) or words[0] in ("so", "thus")
    )
    if not is_pointing:
        return None
    for cue in following.cues_between(0, syntax.sentence(0)[1]):
        if cue.subject is not None and cue.subject > 0:
            limit = (cue.last + 1, len(syntax) - 1) if cue.subject > cue.last else (1, cue.first - 1)
            return Attribution(
                "next_sentence", cue, read_speaker(syntax, cue.subject, limit, mentions), following
            )
    return None


__all__ = [
    "between",
    "colon_before",
    "last_sentence",
    "lead",
    "led_by_sentence",
    "name_line",
    "pointing_back",
]
