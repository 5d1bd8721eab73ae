"""Whose words a marked stretch holds, by where the cue and the speaker stand around it.

After it (“…,” said X; “…,” X, the Y of Z, said), before it (X said: “…”; X told reporters, “…”), or, without
a cue, a dash and a signature, a name and a colon.

Belongs here: pairing stretches with cues and subjects that stand beside them. Does not belong here: the
sentences around (`announced`), whether a stretch is a quote at all (`scare`), clauses as content (`content`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.extract.cues import SPEECH, Cue, CueEntry, gives_name, is_relative, names_only
from pipelines.extract.passages import Marked, Passage
from pipelines.extract.speakers import NAME, MentionIndex, Speaker, read_speaker
from pipelines.extract.subjects import noun_after
from pipelines.extract.syntax import NOUN_TAGS, VERB_TAGS, Syntax
from pipelines.extract.word_sets import QuoteWords

SENTENCE_END = frozenset({".", "?", "!"})
# “Told Roe” is never “Roe told”, as “asked Roe” may be “Roe asked”.
_NEVER_INVERTED = QuoteWords("never_inverted")
# Words of a stretch or of what follows it that are still an aside.
_SHORT = 6
_SUBORDINATORS = QuoteWords("subordinator")
_SPEECH_END = ",?!…—–-"


@dataclass(slots=True)
class Attribution:
    """A cue and a speaker for a stretch. `rule` names how they were found."""

    rule: str
    cue: Cue | None = None
    speaker: Speaker | None = None
    passage: Passage | None = None


def after(
    passage: Passage, n: int, mentions: MentionIndex, *, within_sentence: bool = False
) -> Attribution | None:
    """“…,” said X and “…,” X said: a cue after the stretch that has nothing else to report.

    A stretch that the writer's words lead to without punctuation is left to the content rules, unless
    `within_sentence`.
    """
    marked, syntax = passage.marked[n], passage.syntax
    start, end = passage.zones_after[n]
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
    is_whole = end == len(syntax) or syntax.words[end] in SENTENCE_END
    return bool(cues) and is_whole and cues[0].last == end - 1 and cues[0].cue_class == SPEECH


def _behind_next_stretch(
    passage: Passage, n: int, start: int, end: int, mentions: MentionIndex
) -> Attribution | None:
    """“…,” Roe, wearing a “No” badge, said: the cue of a subject that stands between two stretches."""
    if n + 1 >= len(passage.marked) or end != passage.marked[n + 1].first or _is_long(passage.marked[n + 1]):
        return None
    for cue in passage.cues_between(*passage.zones_after[n + 1])[:1]:
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
    start, end = passage.zones_before[n]
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
    start, end = passage.zones_before[n]
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
    start, end = passage.zones_after[n]
    if start >= end or n + 1 >= len(marked) or end != marked[n + 1].first:
        return False
    is_over = passage.text[marked[n].inner_end - 1 - passage.start] in SENTENCE_END
    return is_over and syntax.words[start][:1].isupper() and syntax.words[end - 1] in (",", ":")


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


def name_colon(passage: Passage, n: int, mentions: MentionIndex) -> Attribution | None:
    """Jane Roe: “…”: a name and a colon at the start of the line or sentence."""
    syntax = passage.syntax
    start, end = passage.zones_before[n]
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


__all__ = ["SENTENCE_END", "Attribution", "after", "before", "leads_on", "name_colon", "signature"]
