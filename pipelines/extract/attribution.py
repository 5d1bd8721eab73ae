"""Whose words a marked stretch holds, by where the cue and the speaker stand around it.

After it (“…,” said X; “…,” X, the Y of Z, said), before it (X said: “…”; X told reporters, “…”), in the
paragraph before (…, said X:), or, without a cue of its own, the speaker of the stretch before, a dash and
a signature, a name and a colon.

Belongs here: pairing stretches with cues and subjects within and across paragraphs. Does not belong here:
whether a stretch is a quote at all (`scare`), clauses as content (`content`).
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from pipelines.extract.cues import SPEECH, Cue, CueEntry, gives_name, is_relative, names_only
from pipelines.extract.passages import Marked, Passage
from pipelines.extract.speakers import NAME, MentionIndex, Speaker, read_speaker, role_nouns, speaking_nouns
from pipelines.extract.subjects import noun_after
from pipelines.extract.syntax import NOUN_TAGS, SUBJECT_DEPS, VERB_TAGS, Syntax

_SENTENCE_END = frozenset({".", "?", "!"})
# Words of a sentence that are looked at for who speaks: longer ones are lists, or broken input.
_REACH = 120
# “Told Roe” is never “Roe told”, as “asked Roe” may be “Roe asked”.
_NEVER_INVERTED = frozenset({"tell", "assure", "inform", "thank", "remind"})
# Characters of a line that names who spoke, and no more.
_LINE = 100
# Words of a stretch or of what follows it that are still an aside.
_SHORT = 6
_SUBORDINATORS = frozenset(
    {"when", "after", "because", "before", "since", "although", "though", "until", "while"}
)
_SPEECH_END = ",?!…—–-"


@dataclass(slots=True)
class Attribution:
    """A cue and a speaker for a stretch. `rule` names how they were found."""

    rule: str
    cue: Cue | None = None
    speaker: Speaker | None = None
    passage: Passage | None = None


def zone_after(passage: Passage, n: int) -> tuple[int, int]:
    """First token and one past the last token of the words after stretch `n`, to the sentence's end."""
    syntax, marked = passage.syntax, passage.marked
    start = marked[n].last + 1
    limit = marked[n + 1].first if n + 1 < len(marked) else len(syntax)
    limit = max(start, min(limit, start + _REACH))
    at = bisect.bisect_left(passage.stops, start)
    return start, min(limit, passage.stops[at]) if at < len(passage.stops) else limit


def zone_before(passage: Passage, n: int) -> tuple[int, int]:
    """First token and one past the last token of the words before stretch `n`, from the sentence's start."""
    marked, stops = passage.marked, passage.stops
    end = marked[n].first
    limit = min(end, marked[n - 1].last + 1 if n else 0)
    at = bisect.bisect_left(stops, end)
    return max(limit, stops[at - 1] + 1) if at else limit, end


def after(
    passage: Passage, n: int, mentions: MentionIndex, *, within_sentence: bool = False
) -> Attribution | None:
    """“…,” said X and “…,” X said: a cue after the stretch that has nothing else to report.

    A stretch that the writer's words lead to without punctuation is left to the content rules, unless
    `within_sentence`.
    """
    marked, syntax = passage.marked[n], passage.syntax
    start, end = zone_after(passage, n)
    if start >= end:
        return None
    last_char = passage.text[marked.inner_end - 1 - passage.start]
    has_comma = last_char in _SPEECH_END or syntax.words[start] in (",", "—", "–", "-")
    if not has_comma and not _is_glued(passage, marked) and not _is_bare_cue(passage, start, end):
        return None
    if not within_sentence and _is_integrated(passage, n):
        return None
    for cue in passage.cues_between(start, end):
        if cue.subject is not None and start < cue.subject < cue.verb and is_relative(syntax, cue.subject):
            continue
        is_cue = "direct" in cue.entry.frames and cue.how != "unnamed"
        if not is_cue or not _heads_zone(passage, cue, start, end):
            return None
        if cue.how == "passive":
            return Attribution("cue_after", cue, None, passage)
        subject = cue.subject
        if subject is None or not start <= subject < end:
            subject = _name_in_front(syntax, cue, start, mentions)
            if subject is None:
                subject = _subject_in_zone(passage, cue, start, end)
        if subject is None:
            return None
        cue.subject = subject
        limit = _limit(cue, subject, start, end)
        rule = "in_sentence" if within_sentence else "cue_after"
        return Attribution(rule, cue, read_speaker(syntax, subject, limit, mentions), passage)
    return _behind_next_stretch(passage, n, start, end, mentions) or _unlisted(passage, start, end, mentions)


def _is_bare_cue(passage: Passage, start: int, end: int) -> bool:
    """`.” Roe said.`: a full stop for a comma, where the sentence has nothing but who said it."""
    syntax = passage.syntax
    cues = passage.cues_between(start, end) if end - start <= _SHORT else []
    is_whole = end == len(syntax) or syntax.words[end] in _SENTENCE_END
    return bool(cues) and is_whole and cues[0].last == end - 1 and cues[0].cue_class == SPEECH


def _behind_next_stretch(
    passage: Passage, n: int, start: int, end: int, mentions: MentionIndex
) -> Attribution | None:
    """“…,” Roe, wearing a “No” badge, said: the cue of a subject that stands between two stretches."""
    if n + 1 >= len(passage.marked) or end != passage.marked[n + 1].first or _is_long(passage.marked[n + 1]):
        return None
    for cue in passage.cues_between(*zone_after(passage, n + 1))[:1]:
        if cue.subject is not None and start <= cue.subject < end and "direct" in cue.entry.frames:
            speaker = read_speaker(passage.syntax, cue.subject, (start, end - 1), mentions)
            return Attribution("cue_after", cue, speaker, passage)
    return None


def _is_long(marked: Marked) -> bool:
    return marked.last - marked.first > _SHORT


def _unlisted(passage: Passage, start: int, end: int, mentions: MentionIndex) -> Attribution | None:
    """“…!” exulted Jane Roe; “…,” Jane Roe exulted: the place says that a verb in no table is a cue."""
    syntax = passage.syntax
    if passage.cues_between(start, end) or end - start < 2:
        return None
    if syntax.tags[start] in ("VBD", "VBZ"):
        verb, at = start, start + 1
    else:
        verb, at = end - 1, start
        if syntax.tags[verb] not in ("VBD", "VBZ") or end - start > _SHORT or syntax.deps[verb] == "aux":
            return None
    mention = mentions.covering(syntax.starts[at])
    if mention is None or mention.label != "PERSON" or mention.start_char != syntax.starts[at]:
        return None
    subject = syntax.at(mention.end_char - 1)
    if verb > start and subject != verb - 1:
        return None
    cue = Cue(
        verb, verb, verb, CueEntry(syntax.lemma(verb), "", SPEECH, frozenset({"direct"})), subject, "beside"
    )
    limit = _limit(cue, subject, start, end)
    return Attribution("cue_after", cue, read_speaker(syntax, subject, limit, mentions), passage)


def _is_glued(passage: Passage, marked: Marked) -> bool:
    """`.”said` without a space, `.” said` whose small letter goes on with the sentence, or a whole clause
    without its comma: “We will go” he said.
    """
    at = marked.end - passage.start
    text = passage.text
    words = text[marked.inner_start - passage.start : marked.inner_end - passage.start]
    if text[at : at + 1].islower() or (words[-1:] == "." and text[at : at + 2].strip()[:1].islower()):
        return True
    return words[-1:] not in ".:;" and words[:1].isupper() and words.count(" ") >= 3


def _is_integrated(passage: Passage, n: int) -> bool:
    """The stretch stands inside a sentence of the writer's: words, and no punctuation, lead to it."""
    start, end = zone_before(passage, n)
    syntax = passage.syntax
    words = [i for i in range(start, end) if syntax.tags[i] not in ("CC", "RB", "UH", ",", ":", "``", "''")]
    return bool(words) and syntax.words[end - 1] not in (",", ":", "—", "–", "-", ";", ")")


def _heads_zone(passage: Passage, cue: Cue, start: int, end: int) -> bool:
    """The cue is the zone's main verb: no other finite clause comes before it but a relative one."""
    syntax = passage.syntax
    if syntax.lower[start] in _SUBORDINATORS:
        return False
    if cue.verb == start or (cue.verb == start + 1 and syntax.words[start] in (",", "—", "–", "-")):
        return True
    if cue.subject is not None and is_relative(syntax, cue.subject):
        return False
    for i in range(start, cue.verb):
        is_verb = syntax.tags[i] in ("VBD", "VBZ", "VBP") and syntax.deps[i] not in (
            "aux",
            "auxpass",
            "relcl",
        )
        if is_verb and not _is_in_relative(syntax, i, start, end):
            return syntax.deps[i] in ("conj", "advcl") and cue.verb - i > 1
    return True


def _is_in_relative(syntax: Syntax, i: int, start: int, end: int) -> bool:
    return any(syntax.deps[a] in ("relcl", "acl") for a in syntax.ancestors(i) if start <= a < end)


def _subject_in_zone(passage: Passage, cue: Cue, start: int, end: int) -> int | None:
    """A noun that the parse left loose: nearest before the cue, else right after it."""
    syntax = passage.syntax
    for i in range(cue.verb - 1, start - 1, -1):
        is_name = syntax.words[i][:1].isupper() and syntax.words[i].isalpha()
        if syntax.tags[i] in NOUN_TAGS or syntax.tags[i] == "PRP" or (is_name and i == start):
            noun, head = i, syntax.heads[i]
            while start <= head < cue.verb and syntax.tags[head] in NOUN_TAGS and head != noun:
                noun, head = head, syntax.heads[head]
            return noun
    if cue.verb > start + 2 or syntax.lemma(cue.verb) in _NEVER_INVERTED:
        return None
    found = noun_after(syntax, cue.verb)
    return found if found is not None and found < end else None


def _name_in_front(syntax: Syntax, cue: Cue, start: int, mentions: MentionIndex) -> int | None:
    """““…,” Roe, head of a board and aide to the mayors, said”: the name, not the last noun of the aside."""
    mention = mentions.covering(syntax.starts[start])
    if mention is None or mention.label != "PERSON" or mention.start_char != syntax.starts[start]:
        return None
    head = syntax.at(mention.end_char - 1)
    is_aside = head + 1 < cue.first - 1 and syntax.words[head + 1] == "," == syntax.words[cue.first - 1]
    return head if is_aside else None


def _limit(cue: Cue, subject: int, start: int, end: int) -> tuple[int, int]:
    if subject > cue.last:
        return cue.last + 1, end - 1
    return start, cue.first - 1


def before(passage: Passage, n: int, mentions: MentionIndex) -> Attribution | None:
    """X said: “…”, X told reporters, “…”, X said “…”: the last cue before the stretch, if it leads there."""
    syntax = passage.syntax
    start, end = zone_before(passage, n)
    end = _before_aside(syntax, start, end)
    if start >= end:
        return None
    link = syntax.words[end - 1]
    has_link = link in (",", ":", "—", "–", "-", "―")
    near = [
        c
        for c in passage.cues_between(start, end)
        if "direct" in c.entry.frames and not names_only(syntax, c)
    ]
    if not near:
        return None
    cue = near[-1]
    if gives_name(syntax, cue):
        return None
    gap = end - 1 - cue.last
    if not has_link and gap > 0 and not (gap == 1 and syntax.lower[end - 1] in ("that", "how", "out")):
        return None
    if has_link and link != ":" and _has_own_content(syntax, cue, end):
        return None
    if cue.subject is None:
        return Attribution("cue_before", cue, None, passage)
    limit = (0, end - 1) if cue.subject > cue.last else (0, cue.first - 1)
    return Attribution("cue_before", cue, read_speaker(syntax, cue.subject, limit, mentions), passage)


def _before_aside(syntax: Syntax, start: int, end: int) -> int:
    """`end`, or where “, and I quote,” begins."""
    if syntax.lower[max(start, end - 3) : end] != ["i", "quote", ","]:
        return end
    return end - 3 - (syntax.lower[end - 4] == "and" if end - 4 >= start else 0)


def _has_own_content(syntax: Syntax, cue: Cue, end: int) -> bool:
    """The cue already reports a clause before the stretch starts."""
    return any(
        syntax.tags[i] in ("VBD", "VBZ", "VBP", "VB", "VBN")
        and syntax.deps[i] in ("ccomp", "xcomp", "relcl", "advcl", "conj")
        for i in range(cue.last + 1, end - 1)
    )


def leads_on(passage: Passage, n: int) -> bool:
    """““Is it safe?” She answered, “…””: a new sentence behind stretch `n` that leads to the next one."""
    marked, syntax = passage.marked, passage.syntax
    start, end = zone_after(passage, n)
    if start >= end or n + 1 >= len(marked) or end != marked[n + 1].first:
        return False
    is_over = passage.text[marked[n].inner_end - 1 - passage.start] in _SENTENCE_END
    return is_over and syntax.words[start][:1].isupper() and syntax.words[end - 1] in (",", ":")


def lead(passage: Passage, n: int) -> tuple[int, int]:
    """`zone_before`, and where it ends in a colon the words before a stretch that stands in it, too."""
    start, end = zone_before(passage, n)
    at = n - 1
    while at >= max(0, n - 2) and start < end and passage.syntax.words[end - 1] == ":":
        earlier = passage.marked[at]
        if earlier.last + 1 != start or passage.text[earlier.inner_end - 1 - passage.start] in _SENTENCE_END:
            break
        start, at = zone_before(passage, at)[0], at - 1
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
    start = max(start, end - _REACH)
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


def signature(passage: Passage, n: int, mentions: MentionIndex) -> Attribution | None:
    """“…” — Jane Roe: a dash and a name after the stretch."""
    text, marked = passage.text, passage.marked[n]
    rest = text[marked.end - passage.start :]
    bare = rest.lstrip(" \xa0\t.,")
    if not bare.startswith(("—", "–", "-", "―")):
        return None
    at = marked.end + (len(rest) - len(bare.lstrip("—–-― \xa0\t")))
    mention = mentions.covering(at)
    if mention is None or mention.start_char != at or mention.end_char > passage.end:
        return _bare_signature(passage, at)
    head = passage.syntax.at(mention.end_char - 1)
    if mention.end_char < passage.end and text[mention.end_char - passage.start] not in ",.;)( \n":
        return None
    speaker = read_speaker(passage.syntax, head, (0, len(passage.syntax) - 1), mentions)
    return Attribution("signature", None, speaker, passage)


def _bare_signature(passage: Passage, at: int) -> Attribution | None:
    """A name that no model knows, alone behind the dash to the end of its line."""
    words = passage.text[at - passage.start :].rstrip(" .").split()
    if not 2 <= len(words) <= 5 or not all(w[:1].isupper() for w in words):
        return None
    end = at + len(passage.text[at - passage.start :].rstrip(" ."))
    head = words[-1].lower()
    return Attribution("signature", None, Speaker(at, end, NAME, head), passage)


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


def name_colon(passage: Passage, n: int, mentions: MentionIndex) -> Attribution | None:
    """Jane Roe: “…”: a name and a colon at the start of the line or sentence."""
    syntax = passage.syntax
    start, end = zone_before(passage, n)
    if end - start < 2 or syntax.words[end - 1][-1:] != ":" or end - start > 12:
        return None
    if any(syntax.tags[i] in VERB_TAGS or syntax.tags[i] == "MD" for i in range(start, end)):
        return None
    for i in range(end - 2, start - 1, -1):
        mention = mentions.covering(syntax.starts[i])
        if mention is not None and mention.label in ("PERSON", "ORG"):
            head = syntax.at(mention.end_char - 1)
            return Attribution(
                "name_colon", None, read_speaker(syntax, head, (start, end - 2), mentions), passage
            )
    return None


__all__ = [
    "Attribution",
    "after",
    "before",
    "between",
    "colon_before",
    "last_sentence",
    "lead",
    "leads_on",
    "led_by_sentence",
    "name_colon",
    "name_line",
    "pointing_back",
    "signature",
    "zone_after",
    "zone_before",
]
