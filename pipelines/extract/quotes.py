"""Quotes of a document: who said what.

Marks are paired on the raw characters, cues and their subjects come from the parse, and each marked
stretch is given to a cue by where it stands; clauses and noun phrases that a cue reports without marks, or
with some words in marks, come next; what is left over is the continuation of a speech or no quote.

Belongs here: the order of the rules. Does not belong here: the rules themselves (`marks`, `cues`,
`attribution`, `content`, `scare`, `speakers`, `coreference`), the rows they make (`quote_rows`).
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.extract import announced, attribution, mixed, scare
from pipelines.extract.attribution import Attribution
from pipelines.extract.content import find_content
from pipelines.extract.context import PROSE_ROLES, Context, Paragraph
from pipelines.extract.cues import ACCORDING_TO, SPEECH, Cue
from pipelines.extract.drafts import (
    DIRECT,
    INDIRECT,
    MIXED,
    Draft,
    ScareDraft,
    each_span_once,
    is_main,
    outermost,
)
from pipelines.extract.gazetteer import fold
from pipelines.extract.marks import SINGLE, Stretch, doubles, scan, single_marks_lead
from pipelines.extract.parenthetical import lead
from pipelines.extract.passages import Marked, Passage
from pipelines.extract.quote_rows import QuoteRows
from pipelines.extract.speakers import MentionIndex, Speaker, read_speaker
from pipelines.model import Mention, Quote, ScareQuote


def find_quotes(ctx: Context, mentions: Sequence[Mention]) -> tuple[list[Quote], list[ScareQuote]]:
    """The quotes of a document in text order, and the marked stretches that are nobody's quote.

    A quote's span leaves out its outer marks and never crosses a line. Headlines of the form “X says” give
    rows with `is_headline`. Never raises; linear in the text's length.
    """
    return Reading(ctx, mentions).rows()


@dataclass(slots=True)
class _State:
    """What the paragraph before leaves behind: its last attribution, and whether a stretch was left open."""

    last: Draft | None = None
    open: Draft | None = None
    previous: Passage | None = None
    following: Passage | None = None
    drafts: list[Draft] = field(default_factory=list)
    scares: list[ScareDraft] = field(default_factory=list)
    evidence: list[tuple[int, int, list[str]]] = field(default_factory=list)


class Reading:
    """One pass over a document. `state.evidence` keeps each stretch's features, to fit weights by."""

    def __init__(self, ctx: Context, mentions: Sequence[Mention]) -> None:
        self.ctx = ctx
        self.index = MentionIndex(mentions)
        prose = [p for p in ctx.paragraphs if p.role in PROSE_ROLES]
        self.state = _State()
        texts = [p.text for p in prose]
        marked = [doubles(text) for text in texts]
        single = single_marks_lead(texts, marked)
        every = zip(prose, texts, marked, strict=True)
        self.passages = [self._passage(p, text, found, single) for p, text, found in every]
        for before, passage in pairwise(self.passages):
            passage.carry_over(before)
        self.times = Counter(self._words(m) for p in self.passages for m in p.marked)
        titles = [(p, ctx.text[p.start : p.end]) for p in ctx.paragraphs if p.role == "title"]
        self.titles = [Passage(p, text, scan(text, with_single=True)) for p, text in titles]
        self.by_place = sorted([*self.passages, *self.titles], key=lambda p: p.start)

    def _passage(self, paragraph: Paragraph, text: str, found: list[Stretch], single: bool) -> Passage:
        """A paragraph with its stretches. Where double marks lead, words in single ones are set apart.

        `found` are those in double marks.
        """
        stretches = scan(text, with_single=True, found=found)
        if single or not stretches:
            return Passage(paragraph, text, stretches)
        apart = [s for s in stretches if s.depth == 0 and s.level == SINGLE]
        kept = [s for s in stretches if s.depth or s.level != SINGLE]
        passage = Passage(paragraph, text, kept)
        for s in apart:
            if text.count(" ", s.inner_start, s.inner_end) < 4:
                start, end = paragraph.start + s.inner_start, paragraph.start + s.inner_end
                self.state.scares.append(ScareDraft(start, end, "single_marks", passage))
        return passage

    def _words(self, marked: Marked) -> str:
        return self.ctx.text[marked.inner_start : marked.inner_end].strip(" ,.").lower()

    def rows(self) -> tuple[list[Quote], list[ScareQuote]]:
        """The quotes, and the stretches that are nobody's, in text order."""
        for passage, following in zip(self.passages, [*self.passages[1:], None], strict=False):
            self.state.following = following
            self._read(passage)
            self.state.previous = passage
        for title in self.titles:
            self._read_title(title)
        self.state.drafts.sort(key=lambda d: (d.start, -d.end))
        made = QuoteRows(self.ctx, self.index, self.by_place)
        return made.quotes(self.state.drafts), made.scare_quotes(self.state.scares)

    def _read_title(self, title: Passage) -> None:
        """A headline's quotes are rows too, marked as such; its speaker is never carried into the text."""
        state = self.state
        self.state = _State()
        self._read(title)
        for draft in self.state.drafts:
            draft.is_headline = True
        state.drafts += self.state.drafts
        self.state = state

    # -- one paragraph ------------------------------------------------------------------------

    def _read(self, passage: Passage) -> None:
        if not passage.marked and not passage.cues:
            self._remember(passage, {}, [])
            return
        taken: dict[int, Draft] = {}
        used: set[int] = set()
        for n in range(len(passage.marked)):
            found = self._by_place(passage, n)
            if found is not None:
                taken[n] = self._direct(passage, n, found)
                if found.cue is not None and found.passage is passage:
                    used.add(found.cue.verb)
        reported = self._reported(passage, taken, used)
        reported += self._leads(passage, taken)
        self._sift(passage, taken, reported)
        told = self._told(passage, taken)
        self._widen(passage, taken)
        self._join(passage, taken)
        drafts = each_span_once([*taken.values(), *reported, *told])
        self.state.drafts += drafts
        self._remember(passage, taken, drafts)

    def _sift(self, passage: Passage, taken: dict[int, Draft], reported: list[Draft]) -> None:
        """Give every stretch left its likeliest speaker, then take out those that are nobody's quote."""
        if not passage.marked:
            return
        placed = sorted(taken)
        hosts = _hosts(passage, reported)
        earlier: int | None = None
        for n, marked in enumerate(passage.marked):
            host = hosts[n]
            draft = taken.get(n) or host or self._left_over(passage, n, taken, earlier, placed)
            has_neighbour = bool(placed) and placed != [n]
            times = self.times[self._words(marked)]
            evidence = scare.Evidence(_rule(draft, host), draft.cue, draft.speaker, has_neighbour, times)
            found = scare.features(passage, n, evidence, self.index)
            self.state.evidence.append((marked.start, marked.end, found))
            probability = scare.probability(found)
            is_quote = probability >= scare.THRESHOLD and not (host and scare.is_own_word(found))
            is_quote = is_quote and not scare.is_named(passage, n, evidence.cue)
            if is_quote or draft.rule in ("signature", "next_paragraph") or self._goes_on(passage, n):
                if host is None or n in taken:
                    draft.probability = probability
                    taken[n] = draft
                    earlier = n
                continue
            taken.pop(n, None)
            if host is not None and (marked.inner_start, marked.inner_end) in host.spans:
                host.spans.remove((marked.inner_start, marked.inner_end))
                host.kind = MIXED if host.spans else INDIRECT
            why = scare.reason(found)
            self.state.scares.append(ScareDraft(marked.inner_start, marked.inner_end, why, passage))

    def _goes_on(self, passage: Passage, n: int) -> bool:
        """A paragraph in marks is left open, and the next opens with a mark: a quotation over both."""
        marked = passage.marked[n]
        if marked.is_closed or n or marked.start != passage.start or self.state.following is None:
            return False
        following = self.state.following.marked
        return bool(following) and following[0].start == self.state.following.start

    def _join(self, passage: Passage, taken: dict[int, Draft]) -> None:
        """Tie a stretch that re-opens the paragraph to the one left open before it, speaker and all."""
        opened, first = self.state.open, taken.get(0)
        if opened is None or first is None or passage.text[: passage.marked[0].start - passage.start].strip():
            return
        if opened.rule not in _TAKEN_OVER and _are_two_people(opened.speaker, first.speaker):
            # Somebody else speaks: the mark that should close the paragraph before was left out.
            return
        first.group = opened
        before: Draft | None = opened
        while before is not None and before.rule in _TAKEN_OVER:
            before.cue, before.speaker = first.cue, first.speaker
            before.cue_passage, before.rule = first.cue_passage, "next_paragraph"
            before = before.group

    def _widen(self, passage: Passage, taken: dict[int, Draft]) -> None:
        """Make mixed quotes of stretches that are but part of what their cue reports."""
        if not taken:
            return
        syntax = passage.syntax
        for n in sorted(taken):
            draft = taken.get(n)
            if draft is None or draft.kind != DIRECT:
                continue
            found = Attribution(draft.rule, draft.cue, draft.speaker, draft.cue_passage)
            others = frozenset(k for k in taken if k != n and taken[k].cue is not draft.cue)
            bounds = mixed.widen(passage, n, found, others)
            if bounds is None:
                continue
            start, end = syntax.starts[bounds[0]], syntax.ends[bounds[1]]
            inside = [k for k in passage.marked_between(start, end) if k in taken]
            start = min(start, *(passage.marked[k].start for k in inside))
            end = max(end, *(passage.marked[k].end for k in inside))
            draft.start, draft.end, draft.kind = start, end, MIXED
            draft.spans = [(passage.marked[k].inner_start, passage.marked[k].inner_end) for k in inside]
            for k in inside:
                if k != n:
                    taken.pop(k)

    def _by_place(self, passage: Passage, n: int) -> Attribution | None:
        behind = attribution.after(passage, n, self.index)
        ahead = attribution.before(passage, n, self.index) or attribution.name_colon(passage, n, self.index)
        if behind and ahead:
            start, _ = passage.zones_after[n]
            joins = passage.syntax.lower[start] in ("and", "but", "while", "as", "then")
            return ahead if joins or attribution.leads_on(passage, n) else behind
        return behind or ahead or attribution.signature(passage, n, self.index)

    def _direct(self, passage: Passage, n: int, found: Attribution, group: Draft | None = None) -> Draft:
        marked = passage.marked[n]
        return Draft(
            marked.inner_start,
            marked.inner_end,
            DIRECT,
            [(marked.inner_start, marked.inner_end)],
            passage,
            found.rule,
            found.cue,
            found.passage,
            found.speaker,
            group,
        )

    # -- clauses and noun phrases that a cue reports -----------------------------------------

    def _reported(self, passage: Passage, taken: dict[int, Draft], used: set[int]) -> list[Draft]:
        found: list[Draft] = []
        for cue in passage.cues:
            if cue.verb in used or not _may_report(passage, cue):
                continue
            content = find_content(passage.syntax, cue)
            if content is None:
                continue
            first: Draft | None = None
            for piece in content.pieces:
                a, b = passage.within_sentence(*piece, cue)
                draft = self._reported_piece(passage, cue, a, b, taken)
                if draft is None or _says_nothing(passage, a, b, is_all=len(content.pieces) == 1):
                    continue
                draft.rule = "content_" + content.frame
                draft.group = first
                first = first or draft
                if draft.kind != DIRECT:
                    found.append(draft)
        return outermost(found)

    def _leads(self, passage: Passage, taken: dict[int, Draft]) -> list[Draft]:
        """What stands before a cue clause that leads to a stretch: “If not, he said, “we shall close”.”"""
        found = []
        for n, draft in taken.items():
            goes_on = passage.text[draft.start - passage.start : draft.start - passage.start + 1].islower()
            if draft.rule != "cue_before" or draft.cue is None or not goes_on:
                continue
            piece = lead(passage.syntax, draft.cue, passage.marked[n].first)
            before = piece and self._reported_piece(passage, draft.cue, *piece, taken)
            if before is None:
                continue
            before.rule = "content_parenthetical"
            before.speaker, draft.group = draft.speaker, before
            found.append(before)
        return found

    def _told(self, passage: Passage, taken: dict[int, Draft]) -> list[Draft]:
        """What somebody quoted says that a third person said: “… the minister, who said that …”."""
        found = []
        for cue in passage.inner_cues:
            parent = taken.get(passage.inside[cue.verb])
            if parent is None or cue.cue_class != SPEECH or cue.subject is None:
                continue
            if cue.how not in ("subject", "inverted") or not _is_third_person(passage, cue):
                continue
            content = find_content(passage.syntax, cue)
            if content is None or content.frame != "clause" or len(content.pieces) != 1:
                continue
            first, last = content.pieces[0]
            start, end = passage.syntax.starts[first], passage.syntax.ends[last]
            start, end = _own_marks(passage, passage.inside[cue.verb], start, end)
            if parent.start <= start and end <= parent.end and end - start < parent.end - parent.start:
                speaker = self._speaker(passage, cue)
                rule = "content_clause"
                told = Draft(start, end, INDIRECT, [], passage, rule, cue, passage, speaker, parent=parent)
                found.append(told)
        return found

    def _reported_piece(
        self, passage: Passage, cue: Cue, a: int, b: int, taken: dict[int, Draft]
    ) -> Draft | None:
        syntax = passage.syntax
        start, end = syntax.starts[a], syntax.ends[b]
        inside: list[int] = []
        for n in passage.marked_between(start, end):
            if n in taken:
                return None
            inside.append(n)
            start, end = min(start, passage.marked[n].start), max(end, passage.marked[n].end)
        speaker = self._speaker(passage, cue)
        if inside and _is_all_inside(passage, start, end, inside):
            for n in inside:
                taken[n] = self._direct(passage, n, Attribution("content", cue, speaker, passage))
            return taken[inside[0]]
        spans = [(passage.marked[n].inner_start, passage.marked[n].inner_end) for n in inside]
        kind = MIXED if spans else INDIRECT
        return Draft(start, end, kind, spans, passage, "content", cue, passage, speaker)

    def _speaker(self, passage: Passage, cue: Cue) -> Speaker | None:
        if cue.subject is None:
            return None
        syntax = passage.syntax
        _, end = syntax.sentence(cue.verb)
        limit = (cue.last + 1, end - 1) if cue.subject > cue.last else (0, cue.first - 1)
        return read_speaker(syntax, cue.subject, limit, self.index)

    # -- stretches without a cue of their own ---------------------------------------------------

    def _left_over(
        self, passage: Passage, n: int, taken: dict[int, Draft], earlier: int | None, placed: list[int]
    ) -> Draft:
        """A stretch without a cue beside it, with the likeliest speaker around.

        `earlier` is the last stretch before it that is a quote, `placed` are those with a cue beside them.
        """
        marked = passage.marked[n]
        opens = n == 0 and not passage.text[: marked.start - passage.start].strip()
        if opens and self.state.open is not None:
            return self._continue(passage, n, self.state.open, "next_paragraph", self.state.open)
        if opens and passage.is_all_marked():
            following = self.state.following
            found = (
                announced.colon_before(self.state.previous, self.index)
                or announced.name_line(following, self.index)
                or announced.pointing_back(following, self.index)
            )
            if found is not None:
                return self._direct(passage, n, found)
        found = attribution.after(passage, n, self.index, within_sentence=True)
        if found is not None:
            return self._direct(passage, n, found)
        start, end = announced.lead(passage, n)
        if end > start:
            found = announced.led_by_sentence(passage, start, end, self.index, "in_sentence")
            if found is not None:
                return self._direct(passage, n, found)
        if earlier is not None:
            found = announced.between(passage, earlier, n, self.index)
            if found is not None:
                return self._direct(passage, n, found)
            return self._continue(passage, n, taken[earlier], "same_paragraph", None)
        later = bisect.bisect_right(placed, n)
        if later < len(placed):
            return self._continue(passage, n, taken[placed[later]], "later_in_paragraph", None)
        if start > 0 and end == start:
            first, _ = passage.syntax.sentence(start - 1)
            found = announced.led_by_sentence(passage, first, start, self.index, "previous_sentence")
            if found is not None:
                return self._direct(passage, n, found)
        if opens:
            found = announced.colon_before(self.state.previous, self.index)
            if found is not None:
                return self._direct(passage, n, found)
            if self.state.last is not None:
                return self._continue(passage, n, self.state.last, "previous_speaker", None)
            found = announced.last_sentence(self.state.previous, self.index)
            if found is not None:
                return self._direct(passage, n, found)
        return self._direct(passage, n, Attribution("no_speaker"))

    def _continue(self, passage: Passage, n: int, before: Draft, rule: str, group: Draft | None) -> Draft:
        found = Attribution(rule, before.cue, before.speaker, before.cue_passage)
        return self._direct(passage, n, found, group)

    def _remember(self, passage: Passage, taken: dict[int, Draft], drafts: list[Draft]) -> None:
        last = len(passage.marked) - 1
        is_open = last in taken and not passage.marked[last].is_closed
        self.state.open = taken[last] if is_open else None
        spoken = [d for d in drafts if d.speaker is not None and is_main(d)]
        if spoken:
            self.state.last = spoken[-1]
        elif passage.text[-1:] not in ":" and not taken:
            self.state.last = None


# Who said an open paragraph is taken from the one that goes on, where only these rules had named somebody.
_TAKEN_OVER = frozenset({"no_speaker", "next_paragraph", "previous_speaker"})


def _are_two_people(one: Speaker | None, other: Speaker | None) -> bool:
    """Both are people by their names, and the names have no word in common."""
    names = [
        frozenset(fold(speaker.mention.name or speaker.mention.surface).split())
        for speaker in (one, other)
        if speaker is not None and speaker.mention is not None
        if speaker.form == "name" and speaker.mention.label == "PERSON"
    ]
    return len(names) == 2 and names[0].isdisjoint(names[1])


def _own_marks(passage: Passage, n: int, start: int, end: int) -> tuple[int, int]:
    """“He said, ‘Go home,’ and left”: what is told ends with the inner marks that it starts with."""
    for inner in passage.marked[n].nested:
        if passage.start + inner.start <= start <= passage.start + inner.inner_start:
            return passage.start + inner.inner_start, passage.start + inner.inner_end
    return start, end


def _hosts(passage: Passage, reported: list[Draft]) -> list[Draft | None]:
    """For each stretch the innermost reported content that it lies in."""
    found: list[Draft | None] = [None] * len(passage.marked)
    for draft in sorted(reported, key=lambda d: (d.start, -d.end)):
        for n in passage.marked_between(draft.start, draft.end):
            marked = passage.marked[n]
            if draft.start <= marked.start and marked.end <= draft.end:
                found[n] = draft
    return found


def _rule(draft: Draft, host: Draft | None) -> str:
    """The rule by which a stretch was attributed, as the features name it."""
    if draft is host or draft.rule.startswith("content"):
        return "content"
    return draft.rule


def _says_nothing(passage: Passage, first: int, last: int, *, is_all: bool) -> bool:
    """Only “this”, “it”, “which” or, where it `is_all`, “that’s”: what was said stands elsewhere."""
    syntax = passage.syntax
    is_short = first == last or (
        is_all and last == first + 1 and syntax.lower[last] in ("is", "was", "'s", "’s")
    )
    return is_short and syntax.tags[first] in ("DT", "PRP", "WDT", "WP", "WRB", "EX")


def _is_third_person(passage: Passage, cue: Cue) -> bool:
    """Somebody named, or “who” of somebody: not I, you, they or people."""
    assert cue.subject is not None
    tag, word = passage.syntax.tags[cue.subject], passage.syntax.lower[cue.subject]
    return tag in ("NNP", "WP") or word in ("he", "she")


def _may_report(passage: Passage, cue: Cue) -> bool:
    """The cue has a speaker, and is not the writer's own thinking (“I believe”)."""
    if cue.subject is None:
        return cue.cue_class == ACCORDING_TO or cue.how in ("unnamed", "passive", "in_marks")
    is_own = passage.syntax.lower[cue.subject] in ("i", "we", "you")
    return not (is_own and cue.cue_class != SPEECH)


def _is_all_inside(passage: Passage, start: int, end: int, inside: list[int]) -> bool:
    """Nothing but stretches, punctuation and “that” lies in the span."""
    text, base, at = passage.text, passage.start, start
    rest = []
    for n in inside:
        marked: Marked = passage.marked[n]
        rest.append(text[at - base : max(at, marked.start) - base])
        at = marked.end
    rest.append(text[at - base : max(at, end) - base])
    words = [w.strip(",.;:—–-…()") for part in rest for w in part.split()]
    return all(w.lower() in ("", "that") for w in words)
