"""What is a number but no claim: dates, clock times, ordinals, codes, names. One rule, one name, one reason.

A rule sees the amount, the lexemes around it and the parsed tokens it covers. Words come from
`not_claim_words.csv`. The order of `RULES` is the order in which they are asked; the first that fits
names the reason. Each rule has tests both ways (tests/unit/test_not_claims.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.tokens import Token

from pipelines.extract.amount_words import HALVED
from pipelines.extract.amounts import is_verb_of_change
from pipelines.extract.calendar_numbers import ORDINAL_ENDS, clock_time, date, decade, ordinal, year
from pipelines.extract.candidates import DASHES, Candidate, rule_words
from pipelines.extract.cardinals import number_words
from pipelines.extract.nlp import lemma
from pipelines.extract.rate_bases import is_base
from pipelines.extract.scores import score
from pipelines.extract.tolls import is_state
from pipelines.extract.word_sets import Words


def url(c: Candidate) -> bool:
    """A number inside a web address."""
    start = c.amount.number.start
    return bool(c.urls) and any(a <= start < b for a, b in c.urls)


def list_marker(c: Candidate) -> bool:
    """“1.”, “2)” or “3 Take a break” at the start of a line or alone on it, and “(1)” before a clause."""
    a = c.amount
    if not c.is_bare or a.value > 99:
        return False
    if c.is_start and c.after in (".", ")") and c.glued(a.last + 1):
        return True
    follows = c.text(a.last + 1)
    if (
        c.is_start
        and a.first == a.last
        and follows[:1].isupper()
        and follows[1:2].islower()
        and c.counted is None
    ):
        return a.value != 1 or c.token is None or c.token.dep_ != "nummod"
    in_brackets = c.before == "(" and c.after == ")" and a.value < 20
    return in_brackets and c.glued(a.first) and not c.glued(a.first - 1)


def footnote_mark(c: Candidate) -> bool:
    """“[1]”: a mark that points to a note."""
    return c.is_bare and c.before == "[" and c.after == "]"


def number_label(c: Candidate) -> bool:
    """“Section 230”, “Flight 17”, “Game 7”, “No. 1”: a name made of a noun and a number."""
    a = c.amount
    if a.unit is not None and c.before not in ("category", "chapter", "flight", "section", "no", "page"):
        return False
    if a.number.form == "fraction" or a.is_vague or c.has_cue or a.has_sign:
        return False
    at = a.first - 1
    if c.lower(at) == "." and c.lower(at - 1) in rule_words("short_label"):
        return True
    if c.lower(at) in ("#", "№") or _is_on_air(c):
        return True
    if c.after == "to" and c.text(a.last + 2).isdigit() and int(c.text(a.last + 2)) < a.value:
        return False  # “passed the bill 220 to 210”
    if c.lower(at) not in rule_words("label") or (c.lower(at) == "no" and c.text(at) == "no"):
        return False
    return c.counted is None or c.text(at) != c.lower(at) or c.token is None


def _is_on_air(c: Candidate) -> bool:
    """“AM 970”, “99.5 FM”: where a station is heard."""
    bands = {x for x in (c.text(c.amount.first - 1), c.text(c.amount.last + 1)) if x.isupper()}
    return c.amount.unit is None and any(x.lower() in rule_words("radio_band") for x in bands)


def address(c: Candidate) -> bool:
    """“16-18 Industrial Avenue”, “358 El Brillo Way”, “22 Ave Foch”."""
    a = c.amount
    if a.unit is not None or a.number.form != "digits":
        return False
    for at in range(a.last + 1, a.last + 5):
        text = c.text(at)
        if not text or (c.reader.lexemes[at].kind == "mark" and text not in ".'’"):
            return False
        if text[:1].isupper() and text.lower() in rule_words("street"):
            return True
        is_lower = not text[:1].isupper() and c.reader.lexemes[at].kind == "word"
        if is_lower and text not in ORDINAL_ENDS:
            return False
        if c.reader.lexemes[at].kind == "digits" and c.lower(at + 1) not in ORDINAL_ENDS:
            return False
    return False


def code(c: Candidate) -> bool:
    """“COVID-19”, “TA-35”, “5G”, “23456F”, telephone numbers: characters of a code."""
    a = c.amount
    is_lines = a.unit == "penny" and a.value in _PICTURE_LINES and c.text(a.last) == "p"
    if is_lines and c.after not in ("apiece", "each"):
        return True  # “1080p”
    first, last = a.first, a.last
    if a.number.form == "fraction" and c.glued(first) and c.text(first - 1).isalpha():
        return True  # “MÃ1⁄4ller”: letters that were read in a wrong encoding
    if c.before in DASHES and c.glued(first) and c.glued(first - 1):
        left = c.reader.lexemes[first - 2]
        if left.kind == "word" and left.lower not in _PREFIXES and not a.has_sign:
            return True
        if left.kind == "digits" and (c.glued(first - 2) or c.lower(first - 3) in DASHES) and a.unit is None:
            return True
    if c.after in DASHES and c.lower(last + 2) == "in" and c.lower(last + 3) in DASHES:
        return True  # “a 1-in-100-year flood”
    if c.before == "+" and c.glued(first) and c.glued(first - 1):
        return True  # “K2031.4+1187”
    if c.before in DASHES and c.glued(first) and c.lower(first - 2) in ("under", "over") and c.is_bare:
        return True  # “the under-21 team”
    after = c.reader.lexemes[last + 1] if last + 1 < c.reader.size else None
    if c.after == "(" and c.glued(last + 1) and len(c.text(last + 2)) == 1 and c.text(last + 2).isalpha():
        return c.is_bare and c.lower(last + 3) == ")"  # “401(k)”
    if after and c.glued(last + 1):
        if after.kind == "word" and a.number.form == "digits" and c.text(last) == c.text(a.number.last):
            return True
        if after.kind == "digits" or after.text in "@_\\":
            return True
        if after.text in DASHES and a.unit is None and _is_code_tail(c, last + 2):
            return True
    if c.before in ("@", "_", "\\", "^") and c.glued(first):
        return True
    if a.number.form == "fraction" and c.glued(first) and c.reader.lexemes[first - 1].kind == "word":
        return True  # a letter that was decoded wrongly, inside a name
    if (
        c.before == "."
        and c.glued(first)
        and c.glued(first - 1)
        and c.reader.lexemes[first - 2].kind == "word"
    ):
        return True
    return _is_phone(c) or _is_identifier(c) or _is_row(c)


_PICTURE_LINES = frozenset({240.0, 360.0, 480.0, 576.0, 720.0, 1080.0, 1440.0, 2160.0})
_PREFIXES = Words("number_prefix")


def _is_code_tail(c: Candidate, at: int) -> bool:
    text = c.text(at)
    if not (text and c.glued(at)):
        return False
    if text.isdigit():
        return c.lower(at + 1) in DASHES and c.glued(at + 1) and c.text(at + 2).isdigit()
    return text.isupper() and len(text) <= 3 and text.isalpha() and c.counted is None and c.amount.value > 3


def _is_phone(c: Candidate) -> bool:
    written = c.written
    if c.is_bare and _is_group_of_digits(c):
        return True  # “020 7946 0958”
    near = {c.lower(at) for at in range(c.amount.first - 6, c.amount.first)}
    if c.amount.is_range and c.is_bare and near & rule_words("phone") and c.amount.value >= 100:
        return True  # “call 555-1234”
    if c.amount.unit is None and len(written) > 12 and written.isdigit():
        return c.reader.size > 1
    if c.amount.unit is None and len(written) > 1 and written[0] == "0" and written.isdigit():
        return c.reader.size > 1
    return (
        c.before == "+"
        and c.glued(c.amount.first)
        and len(written) >= 2
        and c.text(c.amount.last + 1).isdigit()
    )


def _is_group_of_digits(c: Candidate) -> bool:
    """Digits right beside digits that begin with zero, as an area code and the last groups of a line do."""
    beside = (c.text(c.amount.first - 1), c.text(c.amount.last + 1))
    return any(len(text) >= 3 and text[0] == "0" and text.isdigit() for text in beside)


def _is_identifier(c: Candidate) -> bool:
    """“logged at 1417651200”: many digits without groups that count nothing are a key or a timestamp."""
    is_key = c.is_bare and c.written.isdigit() and len(c.written) >= _KEY_DIGITS
    return is_key and c.counted is None and c.reader.size > 1


def _is_row(c: Candidate) -> bool:
    """“245 23 yen”: the first numbers of a row that goes on with a number are cells of a table."""
    at = c.amount.last + 1
    is_cell = c.is_bare and c.text(at).isdigit() and not c.glued(at) and c.text(at + 1).isalpha()
    is_end = at + 2 >= c.reader.size or c.text(at + 2).isdigit()  # “50 50 dollar bills” counts on
    return is_cell and is_end and (c.is_start or c.before.isdigit())


# Counts of this many digits are written in groups or in words.
_KEY_DIGITS = 9


def title(c: Candidate) -> bool:
    """“13 Hours”, the film 21 Grams: a number that opens a title, marked, capital or behind its kind."""
    a = c.amount
    if a.dimension == "money" or c.has_cue or a.first == 0 or not c.text(a.number.last + 1).istitle():
        return False
    word, after = c.text(a.number.last + 1), c.lower(a.number.last + 2)
    is_marked = c.before in _OPENING_MARKS
    kinds = [c.lower(at) for at in range(a.first - 3, a.first)]
    if not rule_words("title_kind").isdisjoint(kinds[-1:] if not is_marked else kinds):
        return True
    if a.unit is None or a.dimension not in HALVED or len(word) < _TITLE_WORD or a.number.form != "digits":
        return False
    if is_marked:
        return after in _CLOSING_MARKS or (
            after in (",", ".") and c.lower(a.number.last + 3) in _CLOSING_MARKS
        )
    is_inside = c.reader.lexemes[a.first - 1].kind == "word" and c.text(a.first - 1).islower()
    return is_inside and c.text(a.number.last + 2).islower()


_OPENING_MARKS = frozenset("“‘\"'")
_CLOSING_MARKS = frozenset("”’\"'")
_TITLE_WORD = 4


_MOST_PERCENT = 100


def _is_first_of_two(c: Candidate) -> bool:
    """“leads Orr 47 to 25”: no name with a number."""
    at = c.amount.last + 2
    second = c.reader.lexemes[at].value if c.after == "to" and at < c.reader.size else None
    return second is not None and (c.amount.value <= _MOST_PERCENT or second < c.amount.value)


def product_name(c: Candidate) -> bool:
    """“iPhone 14”, “Stoxx 50”, “Big 12”, “Boeing 737”: a number inside a proper name."""
    a = c.amount
    if a.unit is not None or a.is_vague or a.has_sign or a.number.scale != 1 or a.first == 0:
        return False
    if a.number.form == "words":
        return _is_name_word(c)
    if a.number.form != "digits" or c.span is None or a.is_range:
        return _is_named_before(c)
    left = c.span[0].i - 1
    if left < 0 or c.has_cue or _is_first_of_two(c):
        return False
    previous = c.span.doc[left]
    if len(previous.text) == 1 and previous.text.isupper() and previous.text not in ("I", "A"):
        return True
    if previous.tag_ not in ("NNP", "NNPS") or not previous.text[:1].isupper() or previous.is_sent_end:
        return _is_named_before(c)
    if _is_person_age(c, previous):
        return False
    if c.counted is not None and previous.ent_type_ in ("", "GPE", "NORP", "DATE", "LOC", "PERSON", "TIME"):
        return False
    return not (c.span[0].ent_type_ in ("CARDINAL", "QUANTITY") and c.counted is not None)


def _is_person_age(c: Candidate, previous: Token) -> bool:
    """“Nick Hague 44 has spent”: an age after a person's name."""
    is_person = previous.ent_type_ == "PERSON" and 10 <= c.amount.value <= 110 and c.is_bare
    is_full = previous.i > 0 and previous.nbor(-1).ent_type_ == "PERSON"
    return is_person and (c.after.isalpha() or (is_full and c.after == ","))  # “Lakers 102, Celtics 99.”


def _is_name_word(c: Candidate) -> bool:
    """“Group of Seven”, “BBC One”: a number word with a capital inside a sentence."""
    a = c.amount
    word = c.text(a.first)
    if (
        a.first == 0
        or not word[:1].isupper()
        or (word.isupper() and len(word) > 3)
        or c.before in _SENTENCE_MARKS
    ):
        return False
    return c.text(a.first - 1)[:1].isupper() or c.before in ("of", "the", "and")


def _is_named_before(c: Candidate) -> bool:
    """“737 Max jets”, “787 Dreamliner”: digits before a proper name that they begin."""
    token = c.token
    if token is None or not c.is_bare or c.has_cue:
        return False
    doc, after = token.doc, c.span[-1].i + 1 if c.span is not None else token.i + 1
    if after >= len(doc) or not doc[after].text[:1].isupper():
        return False
    if doc[after].lower_ in rule_words("product_tail"):
        return True
    if doc[after].tag_ != "NNP":
        return False
    return c.counted is None and (100 <= c.amount.value <= 999 or token.ent_type_ == "PRODUCT")


def one_of(c: Candidate) -> bool:
    """“one of the best screens”: picks out, does not count."""
    return c.written.lower() == "one" and c.after == "of" and c.amount.unit is None


def one_of_many(c: Candidate) -> bool:
    """“One complete orbit takes 90 minutes”: any one of them, what a measure is told of."""
    token = c.token
    if c.written.lower() != "one" or c.amount.unit is not None or token is None or token.dep_ != "nummod":
        return False
    verb = token.head.head
    if token.head.dep_ != "nsubj" or verb.tag_ != "VBZ" or not token.is_sent_start:
        return False
    is_measured = any(t.tag_ == "CD" for t in token.doc[verb.i + 1 : verb.i + 5])
    return is_measured and lemma(verb) in rule_words("measuring_verb")


def pronoun_one(c: Candidate) -> bool:
    """“the one you mentioned”, “no one”, “one by one”, “one day he will”: a pronoun, not a number."""
    if c.written.lower() != "one" or c.reader.size == 1 or _is_victim(c):
        return False
    a = c.amount
    if a.unit is not None:
        is_hyphened = any(c.text(at) in DASHES for at in range(a.number.last + 1, a.last + 1))
        is_adverb = a.unit in ("day", "night") and c.before in _CLAUSE_STARTS | _SUBJECTS and not is_hyphened
        is_idiom = c.after == "at" and c.lower(a.last + 3) == "time"  # “one day at a time”
        if a.unit == "day" and not is_hyphened and _is_some_day(c):
            return True
        if a.unit == "point" and c.before == "at":
            return True  # “at one point”
        is_once = a.unit == "times" and (c.before == "at" or c.text(a.last) == "time")  # “a one-time rival”
        return is_adverb or is_idiom or is_once or c.before in ("no", "any", "which")
    if c.before in _NOT_ONE or c.after in _AFTER_PRONOUN or c.after.startswith("another"):
        return True
    if c.after in DASHES and c.glued(a.last + 1):
        return c.lower(a.last + 2) not in _COUNTED_WITH_HYPHEN
    token = c.token
    return token is None or token.dep_ not in ("nummod", "quantmod", "compound") or token.head.i < token.i


def _is_some_day(c: Candidate) -> bool:
    """“she will be mayor one day”: at the end of what may or will be, where nothing takes a day."""
    if c.token is None or c.token.dep_ != "npadvmod" or c.after not in ("", ".", ",", ";", "!", "?", "”"):
        return False
    doc, verb, first = c.token.doc, c.token.head, c.amount
    near = doc[max(0, verb.i - 4) : verb.i]
    is_open = any(token.tag_ in ("MD", "TO") for token in near)
    return is_open and verb.i < c.token.i - 2 and first.cue_first == first.first


def _is_victim(c: Candidate) -> bool:
    """“two were hurt, one critically”, “one was killed”, “leaving one dead”: one of those counted."""
    if c.before in _NOT_ONE | {"the"}:
        return False
    for at in range(c.amount.last + 1, c.amount.last + 5):
        word = c.lower(at)
        if word in rule_words("befalls_one") or is_state(word):
            return True
        if word not in rule_words("before_befalls"):
            return False
    return False


_CLAUSE_STARTS = Words("clause_start")
_SUBJECTS = Words("subject_pronoun")
_NOT_ONE = Words("before_pronoun_one")
_AFTER_PRONOUN = Words("after_pronoun_one")
_COUNTED_WITH_HYPHEN = Words("hyphen_counted")


def fixed_phrase(c: Candidate) -> bool:
    """“ground zero”, “net zero”, “zero tolerance”, “a thousand times”, “50-50”."""
    if c.written.lower() == "zero" and c.amount.unit is None and c.reader.size > 1:
        return c.before in rule_words("name_before_zero") or c.after in rule_words("after_zero")
    if c.written.lower() == "one" and c.amount.unit == "foot":
        return c.after == "in" and c.lower(c.amount.last + 2) == "front"  # “one foot in front of the other”
    if c.written.lower() in ("few", "dozen", "score"):
        return c.reader.size > 1
    if c.written.lower() == "scores":
        return _is_no_score(c)
    if c.after in DASHES and c.amount.unit is None and _says_how_long_or_wide(c):
        return True
    if c.written in rule_words("emergency_number"):
        return c.after in rule_words("emergency_call") or c.before in rule_words("emergency_call")
    return c.written.lower() == "ten" and c.after == "commandments"


def _is_no_score(c: Candidate) -> bool:
    """“settled old scores”, “test scores of 90”: points or grudges, not twenties of something."""
    first = c.span[0] if c.span is not None else None
    if first is not None and first.i and not first.is_sent_start:
        before = first.doc[first.i - 1]
        if before.tag_ in ("NN", "NNS", "JJ", "PRP$"):
            return True
    return c.reader.size > 1 and c.after not in rule_words("after_scores") and not is_state(c.after)


def _says_how_long_or_wide(c: Candidate) -> bool:
    """“a two-way race”, “six- and seven-figure gifts”, “a five-star hotel”: no number of ways or stars."""
    at = c.amount.last + 2
    if c.lower(at) in ("and", "or", "to"):
        at += 3
    return c.lower(at) in rule_words("no_counted")


def half_part(c: Candidate) -> bool:
    """“half asleep”, “a half measure”, “half-finished”: half as a word, not a share."""
    a = c.amount
    if a.number.form != "fraction" or not c.written.lower().endswith("half") or a.unit is not None:
        return False
    if c.after in DASHES:
        return True
    is_share = c.after in _HALF_OF or a.cue_first < a.first or c.before in ("by", "than", "another")
    return not is_share and c.reader.size > 2


# After these a capital begins a sentence or a title, not a name.
_SENTENCE_MARKS = frozenset(".:“\"‘'”?!—–-(;…’•*|")
_HALF_OF = Words("half_follows")


def denied(c: Candidate) -> bool:
    """“not 40 but 60 people died”: the number that the sentence puts another one in place of."""
    a = c.amount
    if c.lower(a.cue_first - 1) != "not":
        return False
    ends = range(a.last + 1, a.last + 6)
    but = next((at for at in ends if c.lower(at) == "but"), None)
    marks = [c.text(at) for at in range(a.last + 1, but or 0) if not c.text(at).isalpha()]
    if but is None or marks not in ([], [","]):
        return False
    return any(c.text(at)[:1].isdigit() or c.lower(at) in number_words() for at in range(but + 1, but + 4))


def rate_base(c: Candidate) -> bool:
    """“42 per 100,000”, “3 burglaries per 1,000 residents”: what a rate is measured against."""
    return is_base(c.reader, c.amount)


def manifold(c: Candidate) -> bool:
    """“the purpose is twofold”: so many times only where something grows or shrinks."""
    if c.amount.number.form != "one_word" or c.amount.unit != "times":
        return False
    near = (c.lower(at) for at in range(c.amount.first - 4, c.amount.last + 4))
    return not any(is_verb_of_change(word) or word in _GROWTH for word in near)


_GROWTH = Words("growth")


Rule = Callable[[Candidate], bool]
RULES: tuple[Rule, ...] = (
    url, footnote_mark, list_marker, ordinal, decade, clock_time, date, year, one_of, one_of_many,
    pronoun_one, fixed_phrase, half_part, manifold, denied, rate_base, number_label, address, code, title,
    score, product_name,
)  # fmt: skip

_URL = re.compile(r"(?:https?://|www\.)\S+")


def url_spans(text: str) -> list[tuple[int, int]]:
    """Character spans of the web addresses in a text."""
    if "//" not in text and "www." not in text:
        return []
    return [match.span() for match in _URL.finditer(text)]


def reason(candidate: Candidate) -> str | None:
    """The name of the first rule that says the amount is no claim, else None."""
    for rule in RULES:
        if rule(candidate):
            return rule.__name__
    return None
