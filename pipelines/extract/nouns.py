"""What an amount counts or measures: a noun phrase with its own span.

A count's noun stands right of it (“1,960 military personnel”), behind “of”, or behind a hyphen; a
measure's noun is what it modifies, what it is “of”, the object whose level it is, or the subject of its
verb. Belongs here: finding that noun in the parse. Does not belong here: its category.

No noun lies inside an amount, and every climb and walk is bounded, so time is linear.
"""

from __future__ import annotations

from spacy.tokens import Doc, Span, Token

from pipelines.extract.nlp import lemma
from pipelines.extract.noun_phrases import MODIFIERS, NOUNS
from pipelines.extract.polls import is_of_those_asked, is_part_of_people
from pipelines.extract.single_amounts import Amount
from pipelines.extract.tree import Tree
from pipelines.extract.verb_nouns import LASTING, MAX_CLIMB, SUBJECTS, TIMES, VerbNouns
from pipelines.extract.word_sets import Words

_PRONOUNS = frozenset({"PRP", "WP", "WDT", "DT", "EX", "PRP$", "CD"})
_HEADED = frozenset(
    {"prep", "appos", "acl", "relcl", "nmod", "nummod", "punct", "dep", "amod", "compound", "npadvmod"}
)
# Chains of heads longer than this are parse errors.
# Nouns that name a measure's role, not the thing measured: “a close of 1,463 points”.
_ROLES = Words("measure_role")


class NounFinder(VerbNouns):
    """Finds what the amounts of one paragraph count or measure."""

    def find(self, amount: Amount, span: Span, hyphened: bool) -> Span | None:
        """The noun phrase that `amount` (its tokens: `span`) counts or measures, or None."""
        if span[0].lower_.startswith("magnitude-"):
            return None  # “a magnitude-6.4 quake” in one token: the number counts no quakes
        found = self._magnitude(amount, span) or self._find(amount, span, hyphened)
        if found is not None and not hyphened and self._is_only_time(found, span):
            return None  # “24 a day”, “a year into the job and a week before”
        return found if found is not None and any(c.isalpha() for c in found.text) else None

    @staticmethod
    def _is_only_time(found: Span, span: Span) -> bool:
        is_apart = found.end <= span.start or found.start > span.end
        if found[-1].lower_ in TIMES and found[0].lower_ in _SERIES:
            return True
        return is_apart and len(found) == 1 and found[0].tag_ == "NN" and found[0].lower_ in TIMES

    def _magnitude(self, amount: Amount, span: Span) -> Span | None:
        """“a magnitude-6.4 quake”: the number is that of the magnitude, and counts no quakes."""
        at = span.start - 1
        at -= at > 0 and span.doc[at].text == "-"
        is_scaled = at >= 0 and amount.unit is None and span.doc[at].lower_ == "magnitude"
        return span.doc[at : at + 1] if is_scaled else None

    def _find(self, amount: Amount, span: Span, hyphened: bool) -> Span | None:
        if amount.has_sign and amount.dimension in ("percent", "points"):
            return self._ticker(span) or self._governing(span, amount)
        is_people = span.end < len(span.doc) and span.doc[span.end].lower_ in ("who", "whom")
        if amount.unit is None and not hyphened and (is_people or self._is_of_them(span)):
            return None  # “ordered 300 of them to Oslo”, “the 11 million who entered”
        if amount.unit is None or amount.dimension == "times" or amount.unit.startswith("per_"):
            found = self._counted(amount, span, hyphened)
            if found is not None and found[-1].lower_ in TIMES and found[0].lower_ in _SERIES:
                found = None  # “3.8 million last year”
            is_subject = span.root.dep_ in SUBJECTS and span.root.i < span.end
            if found is None and amount.unit is None and self._is_of_series(span):
                return None
            if found is None and amount.unit is None and is_subject and not hyphened:
                return self._opening(span, amount)
            return found if found is not None or hyphened else self._governing(span, amount)
        is_plain = (
            "-" not in span.text or span.doc[span.end : span.end + 1].text.lower() in _WHEN_BEHIND
        )  # “a half-hour before”
        if amount.dimension == "duration" and is_plain and self._is_when(span):
            return self._of(span)
        if amount.dimension == "duration" and self._is_over(span, amount.unit):
            return self._of(span) or self._attributed(span)
        if amount.dimension == "percent" and (whose := self._for_whom(span)) is not None:
            return whose
        if amount.dimension == "money" and (spent := self._in_kind(span)) is not None:
            return spent
        if amount.dimension in ("percent", "money") and self._is_subject(span):
            return self._of(span) or self._attributed(span)
        if amount.dimension == "age" and self._is_somebody(span):
            return None
        if amount.dimension == "age" and (aged := self._aged(span)) is not None:
            return aged
        return self._of(span) or self._attributed(span) or self._governing(span, amount)

    def _aged(self, span: Span) -> Span | None:
        """“Amina and her brother, 9, walked”: a bare age is that of who stands before its comma."""
        doc, at = span.doc, span.start - 2
        if at < 0 or len(span) > 1 or doc[at + 1].text != "," or doc[at].tag_ not in NOUNS:
            return None
        is_closed = span.end >= len(doc) or doc[span.end].text in (",", ".", ")")
        return self.phrase(doc[at], 0) if is_closed and at not in self.taken else None

    @staticmethod
    def _is_somebody(span: Span) -> bool:
        """“a 19 year old who”, “the 6-year-old,”: the age stands for who has it."""
        doc, end = span.doc, span.end
        is_old = span.start > 0 and doc[span.start - 1].tag_ == "DT" and span[-1].lower_.endswith("old")
        after = doc[end] if end < len(doc) else None
        return is_old and (after is None or after.tag_ not in MODIFIERS | {"CD", "IN"})

    def _is_when(self, span: Span) -> bool:
        """“two years ago”, “in the next two years”, “within a week”: when something is, not how long."""
        doc, end, at = span.doc, span.end, span.start - 1
        first = self.tree.sentence_start(span.start)
        if end < len(doc) and not doc[end].is_sent_start:
            opens = all(
                at in self.cues or doc[at].tag_ in ("DT", "RB", "JJ") for at in range(first, span.start)
            )
            is_later = opens and span.start - first < 6 and doc[end].lower_ in ("later", "earlier")
            if is_later or doc[end].lower_ in _WHEN_BEHIND:
                return True
        floor = max(first, span.start - 5)
        is_series = any(token.lower_ in _SERIES for token in span)
        while at >= floor and (at in self.cues or doc[at].tag_ in ("DT", "JJ", "RB", "PRP$", "JJR", "RBR")):
            is_series = is_series or doc[at].lower_ in _SERIES
            at -= 1
        if at < floor:
            return False
        return doc[at].lower_ in _WHEN_BEFORE or (is_series and doc[at].lower_ in _SPANS)

    def _is_over(self, span: Span, unit: str) -> bool:
        """“in three years”, “cut aid over six years”: when, or over what time, and of nothing how long."""
        if unit not in _LONG_UNITS or any(token.text == "-" for token in span):
            return False
        above = governors(span)
        if any(lemma(token) in LASTING for token in above):
            return False  # “stayed neutral over the next three years”: so long
        floor, at = self.tree.sentence_start(span.start), span.start - 1
        while at > floor and (at in self.cues or self._may_precede(span.doc[at])):
            if at in self.cues and span.doc[at].lower_ in _LONG_WHEN:
                return True  # “within a year”
            at -= 1
        link = span.doc[at]
        if at in self.cues or link.tag_ != "IN":
            return False
        has_object = any(t.dep_ == "dobj" for verb in above[-1:] for t in self.tree.rights(verb))
        return link.lower_ in _LONG_WHEN or (link.lower_ in _LONG_OVER and has_object)

    @staticmethod
    def _may_precede(token: Token) -> bool:
        """“in the past”, “in each of the last”: words between the preposition and its length of time."""
        return token.tag_ in ("DT", "JJ", "RB", "PRP$", "PDT") or token.lower_ == "of"

    def _for_whom(self, span: Span) -> Span | None:
        """“4.3%, compared with 3.3% for Alder and 3.6% for the average”: whose each of several amounts is."""
        doc, at, floor = span.doc, span.start - 1, max(self.tree.sentence_start(span.start), span.start - 14)
        while at > floor and at in self.cues:
            at -= 1
        is_listed = doc[at].lower_ in _LISTED and any(i in self.taken for i in range(floor, at))
        if not is_listed or span.end >= len(doc) or doc[span.end].lower_ != "for":
            return None
        inner = next((t for t in self.tree.rights(doc[span.end]) if t.dep_ == "pobj"), None)
        is_named = inner is not None and inner.tag_ in NOUNS and inner.ent_type_ not in ("DATE", "TIME")
        is_named = is_named and inner is not None and lemma(inner) not in TIMES and inner.i not in self.taken
        return self.phrase(inner, span.end + 1) if inner is not None and is_named else None

    @staticmethod
    def _is_subject(span: Span) -> bool:
        """“90 percent are married”, “72% will be owned by her”, “58% voting no”: of whom, it does not say."""
        root = span.root
        if is_part_of_people(span) or is_of_those_asked(span):
            return True
        is_verb = root.head.tag_.startswith("VB") or root.head.tag_ == "MD"
        return root.dep_ in SUBJECTS and is_verb and root.head.i >= span.end

    def _in_kind(self, span: Span) -> Span | None:
        """“$1 billion in new spending”: what the money is, unless “in” names a place or a time."""
        doc, at = span.doc, self._over_bracket(span.end, span.doc)
        if at + 1 >= len(doc) or doc[at].lower_ != "in" or doc[at].dep_ != "prep":
            return None
        inner = next((t for t in self.tree.rights(doc[at]) if t.dep_ == "pobj"), None)
        if inner is None or inner.tag_ not in ("NN", "NNS") or inner.ent_type_ or inner.i in self.taken:
            return None
        is_plain = not any(
            t.tag_ in ("DT", "PRP$", "CD") or t.lower_ in _SERIES for t in doc[at + 1 : inner.i]
        )
        return self.phrase(inner, at + 1) if is_plain and inner.lower_ not in TIMES else None

    @staticmethod
    def _is_of_them(span: Span) -> bool:
        doc, at = span.doc, span.end
        return at + 1 < len(doc) and doc[at].lower_ == "of" and doc[at + 1].tag_ == "PRP"

    # -- counts ----------------------------------------------------------------------------------

    def _counted(self, amount: Amount, span: Span, hyphened: bool) -> Span | None:
        doc = span.doc
        found = self._of(span)
        if found is not None:
            return found
        at = span.end
        if not hyphened and at < len(doc) and doc[at].lower_ in ("odd", "plus") and amount.bound != "exact":
            at += 1  # “30 odd dogs”
        if hyphened and at + 1 < len(doc):
            at += 1 if doc[at].text in ("-", "‐", "‑") else 0
            if amount.is_strong:
                return self.run(doc, at + 1)
            is_list = at + 1 < len(doc) and doc[at].lower_ in (",", "and", "or", "to")
            if (doc[at].tag_ in ("JJ", "VBN", "VBD") or doc[at].lower_ in _TAILS) and not is_list:
                return self.run(doc, at + 1)  # “two-tiered system”
            return doc[at : at + 1] if doc[at].is_alpha and not is_list else None
        return self.run(doc, at)

    # -- measures --------------------------------------------------------------------------------

    def _of(self, span: Span) -> Span | None:
        """The noun behind “of”: “10% of the volume”, “six weeks of fighting”, “years worth of work”."""
        doc = span.doc
        at = self._over_bracket(span.end, doc)
        if at + 1 < len(doc) and doc[at].tag_ == "POS" and doc[at + 1].lower_ == "worth":
            at += 1  # “40 million euros' worth of cocaine”
        if at < len(doc) and doc[at].lower_ == "worth":
            at += 1
        if at + 1 >= len(doc) or doc[at].lower_ != "of":
            return None
        inner = next((t for t in self.tree.rights(doc[at]) if t.dep_ in ("pobj", "pcomp")), None)
        if inner is None or inner.i in self.taken:
            return self.run(doc, at + 1)
        if inner.tag_ == "NNP" and self._coordinated(doc, inner.i, inner.i + 9):
            return self.run(doc, at + 1)  # “thousands of army, navy and air force troops”
        if inner.tag_ in NOUNS or inner.tag_ == "VBG":
            return self.phrase(inner, at + 1)
        return None if inner.tag_ in _PRONOUNS else self.run(doc, at + 1)

    def _over_bracket(self, at: int, doc: Doc) -> int:
        """The index behind “(332 lb-ft)”: an amount said again in brackets stands between it and its noun."""
        if at + 2 >= len(doc) or doc[at].text != "(":
            return at
        end = next((i for i in range(at + 1, min(at + 9, len(doc))) if doc[i].text == ")"), None)
        is_again = end is not None and any(i in self.taken for i in range(at + 1, end))
        return end + 1 if end is not None and is_again else at

    def _ticker(self, span: Span) -> Span | None:
        """“FTSE -0.6%”, “Dow +0.2%”: the capitals right before a signed amount."""
        doc = span.doc
        start = span.start
        while (
            start > self.tree.sentence_start(span.start)
            and start - 1 not in self.taken
            and span.start - start < 4
        ):
            token = doc[start - 1]
            is_name = token.tag_ in ("NNP", "NNPS", "CD", "NN", "CC") and token.text[:1].isupper()
            if not (is_name or token.text == "&" or token.is_digit):
                break
            start -= 1
        return doc[start : span.start] if start < span.start else None

    def _attributed(self, span: Span) -> Span | None:
        """The noun that the amount stands before: “six-week offensive”, “$48.2 million army contract”."""
        doc, at = span.doc, self._over_bracket(span.end, span.doc)
        root = span.root
        if at < len(doc) and doc[at].tag_ in MODIFIERS | NOUNS and not doc[at].is_sent_start:
            is_right = root.head.i >= at or root.dep_ in (
                "compound",
                "nummod",
                "amod",
                "nmod",
                "npadvmod",
                "quantmod",
            )
            if is_right and doc[at].lower_ not in _ADJECTIVES and not self._is_yearly(doc, at):
                found = self.run(doc, at)
                if found is not None and found[-1].lower_ not in TIMES:
                    return found
        if root.dep_ not in ("compound", "nummod", "amod", "nmod", "npadvmod", "quantmod", "advmod", "poss"):
            return None
        if at < len(doc) and self._is_yearly(doc, at):
            return None
        head = root.head
        for _ in range(2):
            if head.tag_ in NOUNS and head.i >= span.end and head.i not in self.taken:
                return self.phrase(head, span.end) if head.lower_ not in TIMES else None
            head = head.head
        return None

    @staticmethod
    def _is_yearly(doc: Doc, at: int) -> bool:
        """“10 percent year-on-year”, “5% month over month”: an adverb."""
        if doc[at].lower_ not in TIMES:
            return False
        near = [t.lower_ for t in (*doc[max(0, at - 2) : at], *doc[at + 1 : at + 3]) if t.text != "-"]
        return "on" in near or "over" in near

    def _governing(self, span: Span, amount: Amount) -> Span | None:
        """The noun that governs the amount through a preposition, or that its verb is about."""
        token = span.root
        before = self._named_before(span) or self._beside(span)
        if before is not None:
            return before
        is_apart = token.dep_ == "pobj" and token.head.lower_ in _PLACE_LINKS
        if amount.unit is None and is_apart and token.head.head.tag_.startswith("VB"):
            return None  # “outside the top three, the change is Orr's”
        role: Span | None = None
        for _ in range(MAX_CLIMB):
            head = token.head
            if head.i == token.i:
                break
            is_noun = head.tag_ in NOUNS and token.dep_ in _HEADED and head.i not in self.taken
            is_noun = is_noun and not (head.lower_ == "top" and head.i and head.nbor(-1).lower_ == "on")
            is_noun = is_noun and not (amount.unit is None and self._is_past_link(span, head))
            if is_noun and head.i not in self.cues and not self._is_yearly(head.doc, head.i):
                found = self.phrase(head, 0)
                if lemma(head) not in _ROLES or (head.lower_ == "value" and len(found) > 1):
                    return found  # “a street value of £1.1m”
                role = role or found
            if head.tag_.startswith("VB") or head.tag_ == "MD" or head.dep_ == "ROOT":
                found_ = self._of_verb(head, span, amount)
                is_clause = head.tag_.startswith("VB") and head.dep_ in ("advcl", "xcomp")
                if found_ is not None or is_clause:
                    return found_ or role  # the object of a verb further up is its own
            token = head
        return role or self._of_verb(token, span, amount)

    def _opening(self, span: Span, amount: Amount) -> Span | None:
        """“Of the 121 held, 77 have left”; “4.9 million need food aid” count nothing that is named."""
        if span.doc[self.tree.sentence_start(span.start)].lower_ not in ("of", "among", "amongst"):
            return None
        found = self._governing(span, amount)
        return found if found is not None and found.end <= span.start else None

    def _is_of_series(self, span: Span) -> bool:
        """“won nine of their last 11”: games, and nothing that the sentence names."""
        doc, after, before = span.doc, span.end, span.start - 1
        if after + 2 < len(doc) and doc[after].lower_ == "of" and doc[after + 1].tag_ == "PRP$":
            return any(i in self.taken for i in range(after + 2, min(after + 4, len(doc))))
        return before > 0 and doc[before].lower_ in _SERIES and doc[before - 1].tag_ == "PRP$"

    def _named_before(self, span: Span) -> Span | None:
        """“MacBook Pro 16 inch”: a name that the amount closes."""
        doc, at = span.doc, span.start
        start = at
        while start > 0 and doc[start - 1].tag_ in ("NNP", "NNPS") and doc[start - 1].head.i == span.root.i:
            start -= 1
        if start == at and doc[at - 1].lower_ == "by":
            return self._elliptic(span)
        return doc[start:at] if start < at and start - 1 not in self.taken else None

    def _elliptic(self, span: Span) -> Span | None:
        """“Alder was down 2%, Birch by 3%”: the name behind a comma, where the verb is left out."""
        doc, end = span.doc, span.start - 1
        start = end
        while start > 0 and doc[start - 1].tag_ in ("NNP", "NNPS"):
            start -= 1
        is_listed = start > 0 and doc[start - 1].lower_ in (",", ";", "and")
        return doc[start:end] if start < end and is_listed else None

    def _beside(self, span: Span) -> Span | None:
        """“levels at 1200 ppm”, “shares down 12%”, “oils between 6% and 7%”: the noun before the link."""
        doc = span.doc
        at = span.start - 1
        floor = max(self.tree.sentence_start(span.start), span.start - 6)
        while (
            at > floor
            and (doc[at].tag_ in _CUE_TAGS or doc[at].lower_ in _CUE_WORDS)
            and at not in self.taken
        ):
            if doc[at].lower_ in _LINKS:
                break
            at -= 1
        if at <= floor or doc[at].lower_ not in _LINKS:
            return None
        left = doc[at - 1]
        if left.text == "," and doc[at].lower_ in ("up", "down") and at - 2 >= floor:
            left = doc[at - 2]
        is_name = left.tag_ in ("NNP", "NNPS") and doc[at].lower_ not in ("of", "at")
        fits = left.tag_ in ("NN", "NNS") or is_name
        if (
            not fits
            or left.i in self.taken
            or left.i in self.cues
            or lemma(left) in _ROLES
            or left.lower_ in TIMES
        ):
            return None
        return self.phrase(left, 0)


_SERIES = Words("of_series")
_LISTED = Words("listed_amount")
_LONG_WHEN = Words("long_when")
_LONG_OVER = Words("long_over")
_LONG_UNITS = frozenset({"day", "week", "month", "year", "decade", "century"})
_STANDS_FOR_NUMBER = Words("stands_for_number")
_HAVING = Words("having")
_AMOUNTING = Words("amounting")
_TO_MANY = Words("to_many")
_PARENTS = Words("parent")
_WHEN_BEHIND = Words("when_behind")
_WHEN_BEFORE = Words("when_before")
_SPANS = Words("during")
_PLACE_LINKS = Words("no_count_link")
_LINKS = Words("noun_link")
_CUE_TAGS = frozenset({"RB", "RBR", "DT", "JJR", "JJS", "RBS", "JJ", "$", "SYM"})
_CUE_WORDS = Words("between_noun")
_TAILS = Words("number_tail")
# What a length or age is said to be, never what it counts.
_ADJECTIVES = Words("measure_adjective")


def governors(span: Span) -> list[Token]:
    """The tokens above the amount up to its clause's verb, nearest first: what it happens to or in."""
    found = []
    token = span.root
    for _ in range(MAX_CLIMB):
        if token.head.i == token.i:
            break
        token = token.head
        found.append(token)
        if token.tag_.startswith("VB"):
            break
    return found


def is_owner(span: Span, noun: Span, tree: Tree, is_vague: bool) -> bool:
    """“Ada Rowe has 41”, “the union spends millions”: who has or spends so many is not what is counted."""
    subject, verb = noun.root, span.root.head
    if span.root.dep_ != "dobj" or noun.end > span.start:
        return False
    if is_vague and subject.dep_ in SUBJECTS:
        return True
    if subject.tag_ not in ("NNP", "NNPS"):
        return False
    is_told = verb.dep_ == "relcl" and verb.head.i == subject.i  # “Rowe, who has 151”
    is_person = subject.ent_type_ == "PERSON" or lemma(verb) in _HAVING
    return is_person and (is_told or any(t.i == subject.i for t in tree.lefts(verb)))


def is_doer(span: Span, noun: Span) -> bool:
    """“a plant that employs 2,300”, “built for 3,000”: who or what does it to so many is not the many.

    What reaches or totals so many is (“the toll passed 40”).
    """
    doer, verb = noun.root, span.root.head
    if noun.end == span.start - 1 and verb.lower_ == "of" and lemma(doer) in _PARENTS:
        return True  # “a father of two”
    if span.root.dep_ == "pobj" and verb.lower_ in _TO_MANY:
        verb = verb.head
    elif span.root.dep_ != "dobj":
        return False
    if noun.end > span.start or not verb.tag_.startswith("VB") or lemma(verb) in _AMOUNTING:
        return False
    for _ in range(MAX_CLIMB):
        is_subject = doer.dep_ in SUBJECTS and doer.head.i == verb.i
        if is_subject or (verb.dep_ in ("relcl", "acl") and verb.head.i == doer.i):
            return True
        if verb.dep_ not in ("xcomp", "conj", "advcl") or verb.head.i == verb.i:
            return False
        verb = verb.head
    return False


def is_magnitude(noun: Span | None) -> bool:
    """True for “magnitude”: the strength of a quake, which nothing befalls."""
    return noun is not None and noun.root.lower_ == "magnitude"


def is_anaphoric(noun: Span) -> bool:
    """True for “this figure”, “the number”: a noun that stands for an amount named before."""
    before = noun.doc[noun.start - 1].lower_ if noun.start > 0 else ""
    after = noun.doc[noun.end].lower_ if noun.end < len(noun.doc) else ""
    if after == "of":
        return False  # “the number of injured” says itself of what
    return before in ("this", "that", "the") and lemma(noun.root) in _STANDS_FOR_NUMBER
