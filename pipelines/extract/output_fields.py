"""What each key of a record of `dateline extract` means: the source of its reference page.

A test runs the extractors and compares keys, so that a key without a line here, or a line without a key,
fails. Belongs here: names and meanings. Does not belong here: how a record is made (`jsonl`).
"""

from __future__ import annotations

EXAMPLE = (
    "“We lost 40 boats,” said Ann Lee, the mayor of Marlow. Rents fell from $900 to $750 a month, "
    "according to the council."
)

RECORD = {
    "doc_id": "The `doc_id` of the input.",
    "quotes": "Reported utterances in text order, one for each paragraph of one.",
    "claims": "Numeric claims in text order; spans never overlap.",
    "entities": "Names in text order.",
}

QUOTE = {
    "start": "First character of the span, without its outer marks.",
    "end": "One past the last character.",
    "kind": "`direct`: all inside marks; `mixed`: a reported clause with words in marks; `indirect`: none.",
    "speaker": "The words that name who speaks: a name, “the mayor”, “she”.",
    "speaker_start": "First character of `speaker`.",
    "speaker_end": "One past its last character.",
    "speaker_name": "The full name behind those words, where the document tells it.",
    "cue": "The words that report: “said”, “according to”.",
    "cue_start": "First character of `cue`.",
    "cue_end": "One past its last character.",
    "quoted": "The stretches inside marks, each as `[start, end]`.",
}

CLAIM = {
    "start": "First character of the amount, its currency sign or unit included, its bound not.",
    "end": "One past the last character.",
    "surface": "The characters themselves.",
    "value": "The stated number; of a range or a vague amount the low end; a fraction for a share.",
    "value_low": "Low end of a range or vague amount, or of a tolerance (“2,000 ± 5”).",
    "value_high": "High end of a range or vague amount; null for a single number, and for a tolerance.",
    "unit": "Canonical unit or currency code, `USD/month` for a rate; null for a count.",
    "bound": "`exact`, `about`, `at_least`, `more_than`, `at_most`, `less_than` or `range`.",
    "direction": "`up` or `down` where the amount is a change, and a verb or particle says which way.",
    "noun": "What is counted or measured, as written.",
    "category": "What kind of number it is, from `claim_categories`.",
    "dimension": "What the unit measures: `count`, `money`, `percent`, `duration` …",
}

# Keys that only some claims have.
CLAIM_SOMETIMES = {
    "from_to": "Only of a change between two levels, which is one record: the levels as they followed, "
    "`[900.0, 750.0]` for “fell from $900 to $750”. `value_low` and `value_high` are the interval.",
}

ENTITY = {
    "start": "First character of the name.",
    "end": "One past the last character.",
    "surface": "The characters themselves.",
    "type": "spaCy's label, corrected where a rule knows better: `PERSON`, `ORG`, `GPE`, `NORP` …",
    "name": "The full name that the mention stands for, where the document tells it.",
}

SHAPES = {"A record": RECORD, "A quote": QUOTE, "A claim": CLAIM | CLAIM_SOMETIMES, "An entity": ENTITY}
