"""Bound cues: “about”, “no more than”, “or more”, before and after an amount (`bounds.csv`)."""

from __future__ import annotations

from functools import cache

from pipelines.extract.cardinals import currency_signs
from pipelines.extract.lexemes import HYPHENS, Lexed, lex
from pipelines.extract.nlp import lemma_of
from pipelines.extract.numbers import starts_number
from pipelines.extract.single_amounts import Amount
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table, words


@cache
def _bounds(position: str) -> dict[tuple[str, ...], str]:
    rows = read_table("bounds", ("phrase", "position", "bound"))
    return {
        tuple(x.lower for x in lex(row["phrase"])): row["bound"]
        for row in rows
        if row["position"] == position
    }


@cache
def _longest_by_edge(position: str) -> dict[str, int]:
    """The longest phrase by its word next to the amount: the last one before it, the first one behind."""
    longest: dict[str, int] = {}
    for key in _bounds(position):
        edge = key[-1] if position == "before" else key[0]
        longest[edge] = max(longest.get(edge, 0), len(key))
    return longest


@cache
def _cue_words(kind: str) -> frozenset[str]:
    """The words of one kind in `change_cues.csv`; verbs in their base form."""
    return words("change_cues", "lemma", {"kind": kind})


_VERB_TAGS = ("VBD", "VBG", "VBZ")


class BoundCues(Lexed):
    """Finds the bound cues of one text's amounts."""

    def read(self, amount: Amount, taken: int) -> None:
        """Set `bound` and `cue_first` of an amount; cues do not reach back to lexeme `taken`."""
        amount.cue_first = amount.first
        at = amount.first
        while self.lower(at - 1) in _BEFORE_AMOUNT and at - 1 > taken:
            if self.lower(at - 1) == "even" and self.lower(at - 2) == "not":
                break  # “not even 10”
            at -= 1
        articles = {self.lower(i) for i in range(at, amount.first)}
        for opener in ("between", "from"):
            if amount.is_range and self.lower(at - 1) == opener:
                amount.cue_first = at = at - 1
        found = self._cue_before(at, taken)
        is_of_age = found is not None and self.lower(found[1]) in ("older", "younger")
        if found and found[1] - 1 == taken >= 0 and self.lower(at - 1) == "than" and not is_of_age:
            found = None  # “9% more than two years ago” compares
        if found and not self._is_no_bound(amount, found[1], at, articles):
            bound, first = found
            amount.cue_first = first
            if bound == "exact":
                again = self._cue_before(first, taken)
                bound = again[0] if again else bound
            self._set_bound(amount, bound)
        elif self.lower(amount.first - 1) in ("≈", "~") or self._is_guess(amount, at, articles):
            self._set_bound(amount, "about")
        self._cue_after(amount)

    def _is_guess(self, amount: Amount, at: int, words: set[str]) -> bool:
        """“perhaps 200 came”; before a sentence's first small number the word doubts the whole of it."""
        if "the" in words or not words & _GUESSES or amount.is_range or amount.is_vague or amount.value == 1:
            return False
        if at > 0 and self.lexemes[at - 1].kind == "word":
            return True
        return abs(amount.value) >= _ROUGH and amount.dimension != "duration"

    def _set_bound(self, amount: Amount, bound: str) -> None:
        if bound == "exact":
            return
        if amount.is_range and bound != "about":
            amount.notes.append(bound)  # “at least 10 to 15”: the interval says more than the cue
        else:
            amount.bound = bound

    def _cue_before(self, at: int, taken: int) -> tuple[str, int] | None:
        """The longest bound phrase that ends right before lexeme `at`."""
        longest = _longest_by_edge("before").get(self.lower(at - 1), 0)
        for length in range(min(longest, at - taken - 1), 0, -1):
            key = tuple(x.lower for x in self.lexemes[at - length : at])
            bound = _bounds("before").get(key)
            if bound and key[:2] == ("up", "to") and self._is_moved(at - length - 1):
                return None
            if bound:
                return bound, at - length
        return None

    def _is_no_bound(self, amount: Amount, first: int, end: int, articles: set[str]) -> bool:
        """True where the words `first` to `end - 1` are a preposition of their own and bound nothing."""
        cue = self.lower(end - 1)
        if "the" in articles and cue in _BEFORE_KNOWN and not self._is_landmark(amount):
            return True  # “worth less than the $36 billion he claims”, “within the 300 pages”
        is_topical = articles & {"a", "an"} and cue in ("about", "around")
        if is_topical and (amount.dimension == "age" or self._is_year(amount)):
            return True  # “wrote about a 6-year-old boy”
        if articles & {"a", "an"} and cue in _PLACES:
            return True  # “over a three-year period”
        if self.lower(first) in _FROM_PLACES and amount.dimension not in ("money", "percent"):
            return True  # “starts at 300 feet”, “south of 38 villages”
        if end - first != 1:
            return False
        before = self.lower(first - 1)
        if cue == "past":
            return not any(lemma_of(before, tag) in _cue_words("verb") for tag in (*_VERB_TAGS, "VBN"))
        if cue in ("passed", "passes", "passing"):
            return not self._is_of_tally(first)
        if cue in ("about", "around") and amount.unit is None and self._is_one_thing(amount):
            return True  # “unite around one candidate”
        if cue == "about":
            return amount.dimension != "duration" and before in _cue_words("about_topic")
        if cue == "over" and self._is_one_thing(amount) and self.lower(amount.last + 2) in HYPHENS:
            return True  # “over one 14-year stretch”
        return cue == "over" and (self._is_during(amount, first) or self._is_phrasal(before, amount))

    def _is_of_tally(self, at: int) -> bool:
        """“the toll has passed 1,500”: not “the house passed 12 bills”."""
        at -= self.lower(at - 1) in ("has", "had", "have", "now", "already")
        if self.lower(at - 1) in _cue_words("tally"):
            return True
        behind = [self.lower(i) for i in range(max(0, at - _TALLIED), at)]
        number = behind.index("number") if "number" in behind else 0
        return number > 0 and behind[number - 1] != "a" and behind[number + 1 :][:1] == ["of"]

    def _is_landmark(self, amount: Amount) -> bool:
        """“above the $1,300 level”, “over the 200-seat threshold”: the limit itself, and a bound."""
        return any(self.lower(amount.last + step) in _LANDMARKS for step in (1, 2, 3))

    def _is_year(self, amount: Amount) -> bool:
        number = amount.number
        return amount.unit is None and 1900 <= amount.value <= 2035 and number.end - number.start == 4

    def _is_one_thing(self, amount: Amount) -> bool:
        return self.lower(amount.first) == "one" == self.lower(amount.last)

    def _is_during(self, amount: Amount, first: int) -> bool:
        """“adds $84 billion over 10 years”, not “for over 10 years” nor “over 10 years ago”."""
        if amount.dimension != "duration":
            return False
        before = self.lower(first - 1)
        is_measured = before in _cue_words("before_duration")
        is_measured = is_measured or before.endswith(("'s", "’s"))
        return not is_measured and self.lower(amount.last + 1) not in _BEHIND_DURATION

    def _is_phrasal(self, before: str, amount: Amount) -> bool:
        """“handed over $25 million”, “a dispute over two islands”."""
        if amount.dimension == "duration":
            return False
        names = _cue_words("over_verb")
        return before in names or any(lemma_of(before, tag) in names for tag in (*_VERB_TAGS, "NNS"))

    def _is_moved(self, at: int) -> bool:
        """“crept up to 61%”, “back up to 5”: “up” belongs to the verb, and 61 is the level it led to."""
        word = self.lower(at)
        return word == "back" or any(lemma_of(word, tag) in _cue_words("particle_verb") for tag in _VERB_TAGS)

    def _cue_after(self, amount: Amount) -> None:
        at = amount.last + 1
        if self.lower(at) in HYPHENS and self.lower(at + 1) in ("odd", "plus", "ish", "something"):
            at += 1
        elif self.lower(at) == "+" and not self.glued(at):
            return
        for start in (at, at + 1, at + 2):
            for length in range(_longest_by_edge("after").get(self.lower(start), 0), 0, -1):
                key = tuple(x.lower for x in self.lexemes[start : start + length])
                bound = _bounds("after").get(key) if len(key) == length else None
                if key == ("plus",) and self._is_added(amount, start):
                    return
                if bound and (start == at or length > 1) and self._after_fits(key, start + length):
                    is_weaker = bound == "at_least" and amount.bound == "more_than"
                    if amount.bound == "exact" or (bound in ("at_least", "at_most") and not is_weaker):
                        self._set_bound(amount, bound)
                    return
            if start < self.size and self.lexemes[start].kind != "word":
                return

    def _is_added(self, amount: Amount, at: int) -> bool:
        """“$85,000 plus bonus”: more comes on top; “$85,000 plus.” and “70 plus towns” are bounds."""
        follows = self.lexemes[at + 1] if at + 1 < self.size else None
        is_apart = amount.unit is not None and self.lower(at - 1) not in HYPHENS
        return (
            is_apart and follows is not None and follows.kind == "word" and follows.lower not in _AFTER_LIMIT
        )

    def _after_fits(self, key: tuple[str, ...], after: int) -> bool:
        """“200 or more than 190” is two amounts; “maximum” must not belong to what follows."""
        if after < self.size and self.lexemes[after].lower == "than" and key[-1] != "than":
            return False
        if key[-1] in ("minimum", "maximum", "max") and len(key) == 1:
            follows = self.lexemes[after] if after < self.size else None
            return follows is None or follows.kind == "mark" or follows.lower in _AFTER_LIMIT
        if key[-1] in ("than", "over", "above", "below", "under", "less", "more", "plus", "max", "odd"):
            follows = self.lexemes[after] if after < self.size else None
            return follows is None or not (
                follows.kind == "digits" or starts_number(follows.lower) or follows.lower in currency_signs()
            )
        return True


# “The number of homeless families in Marlow passed 1,500”: words between “number” and “passed”.
_TALLIED = 10
_BEFORE_AMOUNT = Words("before_amount")
_GUESSES = Words("guess")
# From here on “perhaps” before a number doubts the number.
_ROUGH = 10
_FROM_PLACES = Words("start_word")
# “A $15 minimum wage” is no bound, “three days minimum to do it” is.
_AFTER_LIMIT = Words("after_limit")
# Before “the” these compare with an amount that is known, or tell where and about what.
_BEFORE_KNOWN = Words("before_known")
_LANDMARKS = Words("landmark")
_PLACES = Words("place_preposition")
_BEHIND_DURATION = Words("behind_duration")
