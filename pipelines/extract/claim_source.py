"""Who gave the number: the speaker of the quote around it, or a source that its sentence names."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Span, Token

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import lemma
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.model import NumericClaim, Quote, row_key

_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_GIVEN_BY = Words("given_by")
_ESTIMATES = Words("estimating")
# “According to age” sorts; it names nobody.
_MEASURES_TO = Words("measured_to")
_COUNT_NOUNS = Words("count_noun")
# What “that” follows where it tells what somebody holds (“the mayor's claim that”), and who measures.
_ASSERTIONS = Words("assertion")
_SURVEYS = Words("survey")
_SHOWING = Words("survey_verb")
_POLLED = Words("survey_kind")
# Verbs whose object is the number that the subject gives, and what a forecaster changes.
_GIVING = Words("giving_verb")
_REVISING = Words("revising_verb")
_CLAIMING = Words("claiming_verb")
_FORECASTS = Words("forecast_noun")
_GIVERS = Words("giver")
# “…, the charity found;”: verbs that stand with their subject behind what is said.
_BEHIND = Words("attributing_verb")
_RELATIVE = frozenset({"who", "which", "that", "whom"})
# Heads above a number that are asked: no sentence that a reader follows is deeper.
_DEEPEST = 24


class SourceFinder:
    """Sources of one document's claims. Quotes are looked up by position, innermost first."""

    def __init__(self, ctx: Context, quotes: Sequence[Quote]) -> None:
        self.ctx = ctx
        self.quotes = sorted(quotes, key=lambda q: (q.start_char, -q.end_char))
        self.cached: tuple[tuple[int, int], list[_Named]] = ((-1, -1), [])

    def fill(self, claim: NumericClaim, span: Span, tree: Tree, paragraph: Paragraph) -> None:
        """Set quote, source surface and span of `claim`; NULL is the outlet's own voice."""
        quote = self._innermost(claim)
        if quote is not None:
            claim.quote_id = row_key(self.ctx.document_id, "quotes", quote.start_char, quote.end_char)
        named = self._in_sentence(span, tree, paragraph, has_speaker=quote is not None)
        if named is not None:
            start, end = paragraph.offset + named.start_char, paragraph.offset + named.end_char
            claim.source_start_char, claim.source_end_char = start, end
            claim.source_surface = self.ctx.text[start:end]
        elif quote is not None and (speaker := self._speaker(quote, paragraph)) is not None:
            is_compared = self._is_compared(claim, speaker[0])
            claim.source_start_char, claim.source_end_char = (None, None) if is_compared else speaker
            claim.source_surface = None if is_compared else self.ctx.text[speaker[0] : speaker[1]]

    def _is_compared(self, claim: NumericClaim, speaker: int) -> bool:
        """“9 million, less than what analysts had asked for”: they gave the measure, not the number."""
        before = self.ctx.text[max(0, speaker - 12) : speaker].lower().split()
        before = before[:-1] if before[-1:] == ["the"] else before
        return claim.end_char <= speaker and before[-1:] in (["than"], ["what"])

    def _innermost(self, claim: NumericClaim) -> Quote | None:
        """The last quote that starts before the claim and ends behind it; quotes nest, so it is innermost."""
        around = None
        for quote in self._before(claim.start_char):
            if quote.end_char >= claim.end_char:
                around = quote
                break
        return around

    def _before(self, start: int) -> list[Quote]:
        at = bisect.bisect_right(self.quotes, start, key=lambda q: q.start_char)
        # Nesting is never this deep: what lies further back has ended.
        return list(reversed(self.quotes[max(0, at - 8) : at]))

    def _in_sentence(self, span: Span, tree: Tree, paragraph: Paragraph, *, has_speaker: bool) -> Span | None:
        start, end = tree.sentence_start(span.start), tree.sentence_end(span.start)
        key = (paragraph.start, start)
        if self.cached[0] != key:
            found: list[_Named] = []
            offset = paragraph.span.start
            # Most sentences hold none of the words that name a source: they are spared the search.
            words = paragraph.syntax.lower[start - offset : end - offset]
            if hits := _hits(words):
                found = named_sources(list(span.doc[start:end]), hits, tree)
            self.cached = (key, found)
        named = self.cached[1]
        if not named:
            return None
        above = _above(span.root)
        fits = [
            x
            for x in named
            if x.first <= span.start < x.last
            and (x.scope is None or x.scope in above)
            and x.outside.isdisjoint(above)
            and not (x.is_second and has_speaker)
        ]
        return min(fits, key=lambda x: x.is_second).span if fits else None

    def _speaker(self, quote: Quote, paragraph: Paragraph) -> tuple[int, int] | None:
        """Document offsets of a quote's speaker; of “who” and “which” those of what they stand for."""
        start, end = quote.speaker_start_char, quote.speaker_end_char
        if start is None or end is None or not quote.speaker_surface:
            return None
        if quote.speaker_surface.lower() not in _RELATIVE or quote.speaker_surface == "WHO":
            return start, end
        own = self.ctx.paragraph_at(start) or paragraph
        pronoun = own.char_span(start, end)
        antecedent = _antecedent(pronoun[0]) if pronoun is not None and len(pronoun) else None
        if antecedent is None:
            return None
        phrase = _phrase_left(antecedent)
        return own.offset + phrase.start_char, own.offset + phrase.end_char


@dataclass(frozen=True, slots=True)
class _Named:
    """A source that a sentence names.

    `scope`: the token below which its numbers stand, None for all; `outside`: those below which none does;
    `first`, `last`: the first token of the stretch that they stand in and the one behind it. `is_second`: the
    speaker of a quote around the number, or another source, tells better who gave it.
    """

    span: Span
    scope: int | None = None
    outside: frozenset[int] = frozenset()
    is_second: bool = False
    first: int = 0
    last: int = 0


def _above(token: Token) -> frozenset[int]:
    """The indices of a token and of the heads above it."""
    found = {token.i}
    for _ in range(_DEEPEST):
        if token.head.i == token.i:
            break
        token = token.head
        found.add(token.i)
    return frozenset(found)


def _antecedent(pronoun: Token) -> Token | None:
    """What “who” stands for: the noun that its clause hangs on, or that stands right before it."""
    doc, verb = pronoun.doc, pronoun.head
    if verb.dep_ in ("relcl", "acl") and verb.head.tag_ in _NOUNS and verb.head.i < pronoun.i:
        return verb.head
    at = pronoun.i - 1
    at -= at > 0 and doc[at].text == "," and not pronoun.is_sent_start
    is_near = at >= 0 and not pronoun.is_sent_start and doc[at].tag_ in _NOUNS
    return doc[at] if is_near else None


def _hits(words: list[str]) -> list[int]:
    """Where in a sentence words stand that may name a source; of “said” those behind all that is said."""
    found = [] if _ANYWHERE.isdisjoint(words) else [at for at, word in enumerate(words) if word in _ANYWHERE]
    ends = [at for at, word in enumerate(words) if word == ";"] if ";" in words else []
    for end in (*ends, len(words) - (words[-1:] == ["."])):
        near = (at for at in range(end - 1, max(-1, end - _TAIL), -1) if words[at] in _ONLY_BEHIND)
        found.extend(near)
    return sorted(found)


# What stands behind a verb that closes what is said: “…, residents said; …”, “…, it said on Monday.”
_ANYWHERE = Words(
    "given_by", "estimating", "count_noun", "source_word", "assertion", "survey", "giving_verb",
    "revising_verb", "claiming_verb",
)  # fmt: skip
_ONLY_BEHIND = _BEHIND - _ANYWHERE
# Tokens from such a verb to the end: “said late on Monday”.
_TAIL = 5


def named_sources(tokens: list[Token], hits: list[int], tree: Tree) -> list[_Named]:
    """The sources a sentence names for its numbers: “according to X”, “X's count”, “a poll shows”.

    `hits`: where in `tokens` words of sources stand.
    """
    found: list[_Named] = []
    for at in hits:
        token = tokens[at]
        if (source := _named_at(tokens, at, tree)) is not None:
            first, last = _stretch(tokens, at)
            # “the ministry puts it at 640”: what stands before the verb is not what is put there.
            first = token.i if token.lower_ in _PUTS else max(first, source.first)
            found.append(replace(source, first=first, last=last))
    return found


_PUTS = frozenset({"put", "puts"})


def _stretch(tokens: list[Token], at: int) -> tuple[int, int]:
    """The document's tokens from one semicolon of a sentence to the next, around its token `at`."""
    first = next((i + 1 for i in range(at - 1, -1, -1) if tokens[i].text == ";"), 0)
    last = next((i for i in range(at + 1, len(tokens)) if tokens[i].text == ";"), len(tokens))
    return tokens[first].i, tokens[last - 1].i + 1


def _named_at(tokens: list[Token], at: int, tree: Tree) -> _Named | None:
    """The source that the word at `at` names, if it names one."""
    token = tokens[at]
    word = token.lower_
    following = tokens[at + 1].lower_ if at + 1 < len(tokens) else ""
    if word == "according" and following == "to" and at + 2 < len(tokens):
        found = _phrase_right(tokens, at + 2)
        return _Named(found) if found is not None and lemma(found[-1]) not in _MEASURES_TO else None
    if word in _GIVEN_BY and following == "by" and token.tag_.startswith("VB"):
        found = _phrase_right(tokens, at + 2)
        is_source = found is not None and found.root.tag_ in ("NNP", "NNPS", "NNS")
        return _Named(found, _passive_scope(token, tree)) if found is not None and is_source else None
    if word in _COUNT_NOUNS and (owner := _owner(token, tree)) is not None:
        if token.dep_ == "pobj" and token.head.lower_ in ("by", "on"):
            return _Named(_phrase_left(owner))
        return _Named(_phrase_left(owner), token.i) if following == "of" else None
    if word in _ESTIMATES and token.tag_ in ("VBZ", "VBD", "VBP"):
        return _estimating(token, tree)
    if word in _CLAIMING and [t.lower_ for t in tokens[at + 1 : at + 3]] == ["to", "have"]:
        is_passive = tokens[at + 3 : at + 4] and tokens[at + 3].lower_ == "been"
        return None if is_passive else _estimating(token, tree)
    if (word in _GIVING or word in _REVISING) and (given := _giving(token, tree)) is not None:
        return given
    if word in _ASSERTIONS and (given := _asserted(tokens, at, tree)) is not None:
        return given
    if word in _SURVEYS and (given := _measuring(token, tree)) is not None:
        return given
    return _behind(token, following, tree) if word in _BEHIND else None


def _passive_scope(verb: Token, tree: Tree) -> int | None:
    """Of “is projected by the UN to reach 51 million” the verb, of a participle behind its noun none."""
    return verb.i if any(t.dep_ == "auxpass" for t in tree.lefts(verb)) else None


def _asserted(tokens: list[Token], at: int, tree: Tree) -> _Named | None:
    """“The mayor's claim that”, “claims by the union that”: who holds what follows."""
    noun = tokens[at]
    following = tokens[at + 1].lower_ if at + 1 < len(tokens) else ""
    if following == "that" and (owner := _owner(noun, tree)) is not None:
        return _Named(_phrase_left(owner), noun.i)
    if following in ("by", "from") and noun.tag_ in _NOUNS:
        holder = _phrase_right(tokens, at + 2)
        if holder is not None and holder.end < len(noun.doc) and noun.doc[holder.end].lower_ == "that":
            return _Named(holder, first=noun.i)
    return None


def _is_giver(subject: Token, tree: Tree) -> bool:
    """A noun that may give numbers: not one that is counted or measured (“80 percent of ballots counted”)."""
    is_counted = any(t.dep_ == "nummod" for t in tree.lefts(subject))
    return subject.tag_ in _NOUNS and not is_counted and subject.lower_ not in ("percent", "%")


def _estimating(verb: Token, tree: Tree) -> _Named | None:
    """“The ministry estimates”, “Mrs Orr, who put the damage at $3 million”."""
    if (verb.lower_ in _PUTS or verb.lower_ == "counts") and not _has_at(verb, tree):
        return None
    subject = next((t for t in tree.lefts(verb) if t.dep_ == "nsubj"), None)
    if subject is not None and subject.tag_ == "WP":
        antecedent = _antecedent(subject)
        return _Named(_phrase_left(antecedent), verb.i) if antecedent is not None else None
    if subject is None or not _is_giver(subject, tree):
        return None
    # An aside between commas tells of the whole sentence, a verb with its own content of that alone.
    is_aside = verb.dep_ in _ASIDES and subject.left_edge.i > 0 and _is_comma(subject.left_edge.i - 1, verb)
    if is_aside:
        return _Named(_phrase_left(subject))
    return _Named(_phrase_left(subject), _clause_scope(verb), _other_clauses(verb, tree))


_ASIDES = frozenset({"parataxis", "ccomp", "dep", "appos"})


def _is_comma(at: int, token: Token) -> bool:
    return bool(token.doc[at].text == ",")


def _other_clauses(verb: Token, tree: Tree) -> frozenset[int]:
    """Verbs beside a verb that tell of something else (“expects 3%, while 40 firms closed”)."""
    beside = (t for t in tree.children(verb) if t.dep_ in ("advcl", "conj"))
    return frozenset(t.i for t in beside if any(w.dep_ in _SUBJECTS for w in tree.lefts(t)))


_SUBJECTS = frozenset({"nsubj", "nsubjpass"})


def _clause_scope(verb: Token) -> int:
    """The verb; of “the 190,000 jobs that analysts had forecast” the noun that its clause hangs on."""
    return verb.head.i if verb.dep_ == "relcl" and verb.head.i < verb.i else verb.i


def _giving(verb: Token, tree: Tree) -> _Named | None:
    """“Amnesty documented 45 arrests”, “the bank expects growth of 3%”, “lifted its forecast to 3%”."""
    helpers = {t.lower_ for t in tree.lefts(verb) if t.dep_ == "aux"}
    if not (verb.tag_ in ("VBZ", "VBD", "VBP") or (verb.tag_ == "VBN" and helpers & _HAVING)):
        return None
    subject = next((t for t in tree.lefts(verb) if t.dep_ == "nsubj"), None)
    if subject is None:
        return None
    if (count := _count_of_others(subject, tree)) is not None:
        return _Named(verb.doc[subject.i : subject.i + 1], count.i)
    if not _is_giver(subject, tree) or not (subject.tag_ in _NAMES or subject.lower_ in _GIVERS):
        return None
    if verb.lower_ in _REVISING:
        is_full = any(t.dep_ == "dobj" and t.lower_ in _FORECASTS for t in tree.rights(verb))
    else:
        is_full = verb.dep_ == "relcl" or any(t.dep_ in _CONTENT for t in tree.rights(verb))
    if not is_full:
        return None
    return _Named(_whole_name(subject), _clause_scope(verb), _other_clauses(verb, tree), is_second=True)


def _whole_name(head: Token) -> Span:
    """A noun phrase up to its head, and of a name all that the model takes for it (“Club for Growth”)."""
    phrase, doc = _phrase_left(head), head.doc
    end = phrase.end
    while head.ent_type_ and end < len(doc) and doc[end].ent_iob_ == "I" and end - head.i < 8:
        end += 1
    return doc[phrase.start : end]


_HAVING = frozenset({"had", "has", "have"})
_NAMES = frozenset({"NNP", "NNPS"})


def _count_of_others(subject: Token, tree: Tree) -> Token | None:
    """“fewer than the 190,000 economists had expected”: a number that the parse counts the speakers with."""
    lefts = tree.lefts(subject)
    count = next((t for t in lefts if t.dep_ == "nummod"), None)
    is_known = count is not None and count.i > 1 and subject.doc[count.i - 1].lower_ == "the"
    return count if count is not None and is_known and subject.doc[count.i - 2].lower_ in _THAN else None


_THAN = frozenset({"than", "below", "above", "beating"})
_CONTENT = frozenset({"dobj", "xcomp", "ccomp"})


def _behind(verb: Token, following: str, tree: Tree) -> _Named | None:
    """“…, the Health Foundation found.”, “…, residents said; …”: behind all that is said."""
    is_last = following in (".", ";", "") or _tells_when(verb)
    if not is_last or not verb.tag_.startswith("VB"):
        return None
    subject = next((t for t in tree.lefts(verb) if t.dep_ == "nsubj"), None)
    if subject is None or not _is_giver(subject, tree):
        return None
    phrase, first = _phrase_left(subject), subject.left_edge.i
    is_cut_off = first > 0 and _is_comma(first - 1, verb) and phrase.end == verb.i
    return _Named(phrase, is_second=True) if is_cut_off else None


def _owner(noun: Token, tree: Tree) -> Token | None:
    return next((t for t in tree.lefts(noun) if t.dep_ == "poss" and t.tag_ in _NOUNS), None)


def _tells_when(verb: Token) -> bool:
    """“…, the ministry announced on Monday.”: behind the verb nothing but a day."""
    doc, at = verb.doc, verb.i + 1
    at += at < len(doc) and doc[at].lower_ in ("on", "late", "early")
    is_day = at + 1 < len(doc) and doc[at].ent_type_ == "DATE" and doc[at].tag_ == "NNP"
    return is_day and doc[at + 1].text in (".", ";")


def _measuring(survey: Token, tree: Tree) -> _Named | None:
    """“A poll by X shows 53%”, “53% in the latest X poll”: what the survey says is the survey's number."""
    doc, head = survey.doc, survey.head
    if survey.dep_ == "nsubj" and lemma(head) in _SHOWING and head.tag_.startswith("VB"):
        # Whom it asked is no finding: “the poll of 1,000 voters has a margin of error of 3 points”.
        is_sample = doc[survey.i + 1].lower_ in ("of", "among", "with")
        sample = frozenset({survey.i}) if is_sample else frozenset()
        return _Named(_phrase_left(survey), head.i, sample)
    is_content = survey.i + 1 < len(doc) and doc[survey.i + 1].lower_ == "that"
    is_inside = survey.dep_ == "pobj" and head.lower_ == "in" and head.head.i != head.i
    above = head.head.head if head.head.dep_ == "nsubj" else head.head  # “her rating in the X poll is 53%”
    if survey.tag_ != "NN" or not (is_content or is_inside):
        return None
    phrase = _phrase_left(survey)
    is_told = any(token.tag_ == "NNP" or token.lower_ in _POLLED for token in phrase)
    return _Named(phrase, survey.i if is_content else above.i) if is_told else None


def _has_at(verb: Token, tree: Tree) -> bool:
    return any(t.dep_ == "prep" and t.lower_ == "at" for t in tree.rights(verb))


def _phrase_right(tokens: list[Token], at: int) -> Span | None:
    """The noun phrase that starts at `at`: up to its last noun before a verb, comma or preposition."""
    start = at
    while at < len(tokens) and tokens[at].tag_ in ("DT", "PRP$", "JJ"):
        start = at + 1 if tokens[at].tag_ == "DT" else start
        at += 1
    last = None
    while at < len(tokens) and at - start < 15:
        token = tokens[at]
        if token.tag_ in _NOUNS:
            last = at
        elif not (
            token.tag_ in ("JJ", "POS", "HYPH", "CD", "NNP", "VBN", "DT")
            or token.lower_ in ("of", "for", "&", "and")
        ):
            break
        at += 1
    return tokens[0].doc[tokens[start].i : tokens[last].i + 1] if last is not None else None


def _phrase_left(head: Token) -> Span:
    start = max(head.left_edge.i, head.i - 15)
    doc = head.doc
    while start < head.i and doc[start].tag_ in ("DT", "PRP$", "IN", "RB", ",", "CC"):
        start += 1
    return doc[start : head.i + 1]
