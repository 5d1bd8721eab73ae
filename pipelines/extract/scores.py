"""Numbers that are the result of a game or a ballot and count nothing: “2-0”, “a 5-4 ruling”, “Rovers 3”.

Belongs here: telling such numbers from ranges and counts by what stands around them. Does not belong here:
results of a poll, which are shares (`polls`).
"""

from __future__ import annotations

from pipelines.extract.candidates import DASHES, Candidate, rule_words
from pipelines.extract.lexemes import Lexeme
from pipelines.extract.word_sets import Words

# Larger numbers are no result of a game, and more words no team's name.
_HIGHEST = 200
_LONGEST_NAME = 4
# Words between the verb of a match and its result: “beat Marlow United by 3 to 1”.
_NEAR_VERB = 7


def score(c: Candidate) -> bool:
    """“2-0”, “beat X 3–1”, “won 3 to 1”, “Lakers 102, Celtics 99”, “a 5-4 ruling”; not “5-10 people”."""
    a = c.amount
    if a.unit is not None or not a.value.is_integer():
        return False
    if _is_ratio(c):
        return True
    if a.number.form != "digits":
        return False
    if c.before == ":" and a.value <= 10 and _is_rated(c):
        return True
    if _is_of_tries(c) or (a.is_range and c.after == "off"):
        return True  # “3-24 off eight overs”
    if a.is_range:
        return _looks_scored(c, a.low or 0.0, a.high or 0.0)
    if _is_result(c) or _is_result_line(c):
        return True
    for mark, far, other in ((a.first - 1, a.first - 2, a.first - 2), (a.last + 1, a.last + 2, a.last + 2)):
        if c.lower(mark) in DASHES and c.text(other).isdigit() and c.glued(mark) and c.glued(max(mark, far)):
            return c.glued(a.first if mark < a.first else mark)
    return (
        c.after in ("-", "–", "to")
        and c.lower(a.last + 2) == "1"
        and a.value > 1
        and bool({c.lower(at) for at in range(a.first - 4, a.last + 6)} & rule_words("odds"))
    )


def _is_ratio(c: Candidate) -> bool:
    """“by a 2-to-1 vote”, “a three-to-one margin”: so many to one, and a count of neither."""
    first, last = c.amount.first, c.amount.last
    ones = ("1", "one")
    is_left = c.after in DASHES and c.lower(last + 2) == "to" and c.lower(last + 3) in DASHES
    if is_left:
        return c.lower(last + 4) in ones
    is_right = c.before in DASHES and c.lower(first - 2) == "to" and c.lower(first - 3) in DASHES
    return is_right and c.written.lower() in ones


def _is_of_tries(c: Candidate) -> bool:
    """“on 12-of-20 shooting”: hits of tries."""
    a = c.amount
    if c.after in DASHES and c.lower(a.last + 2) == "of" and c.lower(a.last + 3) in DASHES:
        return c.glued(a.last + 1)
    return c.before in DASHES and c.lower(a.first - 2) == "of" and c.glued(a.first)


def _is_rated(c: Candidate) -> bool:
    """“Ander Silva: 7”: marks behind a player's name."""
    at = c.span[0].i - 2 if c.span is not None else -1
    return at >= 0 and c.span is not None and c.span.doc[at].ent_type_ == "PERSON" and c.counted is None


def _looks_scored(c: Candidate, low: float, high: float) -> bool:
    dash = c.text(c.amount.number.last + 1) in DASHES
    if not dash or high > _HIGHEST or not high.is_integer() or c.has_cue or c.counted is not None:
        return False
    near = {c.lower(at) for at in range(c.amount.first - 12, c.amount.last + 5)}
    return bool(near & rule_words("match")) or (
        high < 20 and (c.after in ("", ".", ",", ")") and len(near) > 3)
    )


def _is_result(c: Candidate) -> bool:
    """“beat Marlow 3 to 1”, “won 47 to 25”: both numbers; in a sentence on votes they are shares."""
    a = c.amount
    if not c.is_bare or a.value > _HIGHEST:
        return False
    if c.after == "to" and c.text(a.last + 2).isdigit():
        first, second = a.first, a.last + 2
    elif c.before == "to" and c.text(a.first - 2).isdigit():
        first, second = a.first - 2, a.first
    else:
        return False
    follows = c.lower(second + 1)
    is_closed = not follows.isalpha() or follows in rule_words("after_result")
    verbs = {c.lower(at) for at in range(first - _NEAR_VERB, first)}
    if not is_closed or verbs.isdisjoint(rule_words("result_verb")):
        return False
    near = {c.lower(at) for at in range(first - 30, second + 31)}
    return near.isdisjoint(_BALLOT)


_BALLOT = Words("election_word", "poll_word")


def _is_result_line(c: Candidate) -> bool:
    """“Lakers 102, Celtics 99”, “Alder: 1, Birch: 0”: two names with a number each, and nothing else."""
    a = c.amount
    if not c.is_bare or a.value > _HIGHEST or c.has_cue:
        return False
    left = _name_before(c, a.first)
    if left is None:
        return False
    end = a.last + 1
    if c.text(end) in (",", ";", "–", "-") or c.text(end)[:1].isupper():
        number = _number_behind_name(c, end + (not c.text(end).isalpha()))
        if number is not None and _is_edge(c, left - 1) and _is_edge(c, number + 1):
            return True
    other = _number_before(c, left)
    if other is None or not _is_edge(c, end):
        return False
    first = _name_before(c, other)
    return first is not None and _is_edge(c, first - 1)


def _lexeme(c: Candidate, at: int) -> Lexeme | None:
    return c.reader.lexemes[at] if 0 <= at < c.reader.size else None


def _is_edge(c: Candidate, at: int) -> bool:
    """The end of a text or sentence, or a mark that a result line stands in."""
    lexeme = _lexeme(c, at)
    return lexeme is None or lexeme.text in ".!?()“”\"'‘’;" or lexeme.text in DASHES


def _name_before(c: Candidate, at: int) -> int | None:
    """The index of the first word of a name that ends before lexeme `at`, a colon between; None without."""
    at -= 1
    if c.text(at) == ":":
        at -= 1
    first = None
    while first is None or first - at < _LONGEST_NAME:
        if not c.text(at)[:1].isupper():
            break
        first, at = at, at - 1
    return first


def _number_behind_name(c: Candidate, at: int) -> int | None:
    """The index of the number behind the name that opens at lexeme `at`."""
    start = at
    while at - start < _LONGEST_NAME and c.text(at)[:1].isupper():
        at += 1
    if at == start:
        return None
    at += c.text(at) == ":"
    return at if c.text(at).isdigit() else None


def _number_before(c: Candidate, at: int) -> int | None:
    """The index of a number right before lexeme `at`, a comma or semicolon between."""
    at -= 1
    if c.text(at) in (",", ";", "–", "-"):
        at -= 1
    return at if c.text(at).isdigit() else None
