"""What `bench.py` measured, as the tables of README.md and as a plot; the plot is plain SVG, drawn here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_COLOURS = (
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22",
    "#17becf", "#393b79", "#637939", "#8c6d31", "#843c39",
)  # fmt: skip
_WIDTH, _HEIGHT, _LEFT, _TOP = 420, 360, 60, 40

Series = Mapping[str, Sequence[tuple[float, float]]]


def draw(sizes: list[dict[str, Any]]) -> str:
    """CPU time a document, CPU time of one per cent more, and memory, by step against documents."""
    steps = list(dict.fromkeys(step for size in sizes for step in size["whole"]["by_step"]))
    seconds = {
        step: [
            (size["documents"], 1000 * size["whole"]["by_step"].get(step, 0.0) / size["documents"])
            for size in sizes
        ]
        for step in steps
    }
    more = {
        step: [
            (size["documents"], size["one_percent"]["by_step"].get(step, 0.0))
            for size in sizes
            if size["one_percent"]["outcome"] == "published"
        ]
        for step in steps
    }
    memory = {
        step: [(size["documents"], size["whole"]["memory"].get(step, 0)) for size in sizes]
        for step in steps
        if step in sizes[0]["whole"]["memory"]
    }
    colour = {step: _COLOURS[number % len(_COLOURS)] for number, step in enumerate(steps)}
    parts = [
        _panel(0, "CPU ms a document, all documents new", seconds, colour),
        _panel(1, "CPU seconds, 1% more documents", more, colour),
        _panel(2, "highest memory in the step, MB", memory, colour),
        _legend(colour),
    ]
    width = 3 * (_WIDTH + _LEFT) + 190
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT + 2 * _TOP + 20}" '
        f'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n'
        f"{body}\n</svg>\n"
    )


def _panel(number: int, title: str, series: Series, colour: Mapping[str, str]) -> str:
    points = [(x, y) for line in series.values() for x, y in line if y > 0]
    left = _LEFT + number * (_WIDTH + _LEFT)
    low_x, high_x = _ends(x for x, _ in points)
    low_y, high_y = _ends(max(y, 0.01) for _, y in points)

    def at(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - low_x) / (high_x - low_x) * (_WIDTH - 20)
        up = (math.log10(max(y, 10**low_y)) - low_y) / (high_y - low_y) * _HEIGHT
        return left + right, _TOP + _HEIGHT - up

    made = [f'<text x="{left}" y="{_TOP - 14}" font-size="13">{title}</text>']
    for power in range(math.floor(low_y), math.ceil(high_y) + 1):
        if low_y <= power <= high_y:
            _, y = at(10**low_x, 10**power)
            made.append(f'<path d="M{left} {y:.1f}h{_WIDTH - 20}" stroke="#ddd"/>')
            made.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for x in sorted({x for x, _ in points}):
        at_x, _ = at(x, 10**low_y)
        made.append(f'<text x="{at_x:.1f}" y="{_TOP + _HEIGHT + 16}" text-anchor="middle">{x:,.0f}</text>')
    for name, line in series.items():
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in (at(x, y) for x, y in line))
        made.append(f'<polyline points="{path}" fill="none" stroke="{colour[name]}" stroke-width="1.8"/>')
    return "\n".join(made)


def _ends(values: Iterable[float]) -> tuple[float, float]:
    logs = [math.log10(value) for value in values]
    low, high = min(logs), max(logs)
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _legend(colour: Mapping[str, str]) -> str:
    left = 3 * (_WIDTH + _LEFT) + 40
    return "\n".join(
        f'<rect x="{left}" y="{_TOP + 18 * n}" width="12" height="12" fill="{shade}"/>'
        f'<text x="{left + 18}" y="{_TOP + 18 * n + 10}">{name}</text>'
        for n, (name, shade) in enumerate(colour.items())
    )


def tables(results: Mapping[str, Any]) -> str:
    """Markdown of every part that was measured."""
    makers = {
        "pairs": _pairs,
        "folder": _folder,
        "growth": _growth,
        "unchanged": _unchanged,
        "workers": _workers,
        "folder workers": _workers,
    }
    parts = []
    for name, make in makers.items():
        if name in results:
            facts = results[name]["facts"]
            machine = (
                f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB, "
                f"Python {facts['python']}; "
                f"{facts['measured_on']}, load {facts['load']:.0f} at the end; `{facts['command']}`"
            )
            parts.append(f"{make(results[name]['found'])}\n\n{machine}\n")
    return "\n" + "\n".join(parts) + "\n"


def _folder(found: Mapping[str, Any]) -> str:
    words = f"{found['documents']:,} documents of a folder of one's own, {found['words']:,} words each"
    return _against(found, words)


def _pairs(found: Mapping[str, Any]) -> str:
    return _against(found, f"{found['documents']:,} documents")


def _against(found: Mapping[str, Any], documents: str) -> str:
    count, rounds = found["documents"], found["rounds"]
    lines = [
        f"### Against the bare model, {documents}\n",
        "| round | bare, documents a CPU s | Dateline, documents a CPU s | ratio | beyond the parse |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {number} | {count / x['bare']:.1f} | {count / x['dateline']:.1f} "
        f"| {x['bare'] / x['dateline']:.2f} | {x['extract'] / x['parse'] - 1:.0%} |"
        for number, x in enumerate(rounds, 1)
    ]
    bare, whole = min(x["bare"] for x in rounds), min(x["dateline"] for x in rounds)
    lines.append(f"| least | {count / bare:.1f} | {count / whole:.1f} | {bare / whole:.2f} | |")
    best = min(rounds, key=lambda x: x["dateline"])
    lines += ["", "Where the fastest run's time went:", "", "| step | ms a document |", "|---|---|"]
    steps = sorted(best["by_step"].items(), key=lambda item: -item[1])
    lines += [f"| {step} | {1000 * seconds / count:.2f} |" for step, seconds in steps]
    return "\n".join(lines)


def _growth(found: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        "### Growth\n",
        "| documents | s | ms each | 1% more, s | share | nothing new, s | highest memory, MB | file, MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for x in found:
        whole, more = x["whole"]["seconds"], x["one_percent"]["seconds"]
        is_published = x["one_percent"]["outcome"] == "published"
        # A hundred documents after five runs of two thousand are held back by the rule on volume.
        added = f"{more:.1f} | {more / whole:.0%}" if is_published else "held back |"
        is_new = x["nothing_new"]["outcome"] != "nothing_new"
        nothing = "" if is_new else f"{x['nothing_new']['seconds']:.1f}"
        lines.append(
            f"| {x['documents']:,} | {whole:.1f} | {1000 * whole / x['documents']:.1f} | {added} "
            f"| {nothing} | {x['whole']['peak_mb']} "
            f"| {x['megabytes']:.0f} |"
        )
    return "\n".join([*lines, "", "![time and memory by step](growth.svg)"])


def _unchanged(found: Mapping[str, Any]) -> str:
    walls, cpus = (", ".join(f"{x:.1f}" for x in found[kind]) for kind in ("wall", "cpu"))
    return (
        f"### Nothing new\n\n`dateline run` over {found['files']:,} files that are as they were: {walls} s "
        f"on the clock, {cpus} CPU s (the whole command; outcome `{found['outcome']}`)."
    )


def _workers(found: Mapping[str, Any]) -> str:
    first = found["rounds"][0]["pool 1"]
    lines = [
        f"### Two workers, {first['documents']:,} of {first['whole_documents']:,} documents\n",
        "Documents a second on the clock, while all workers are warm and busy. The second ratio is "
        "of all documents, with the start (a cluster's workers run already, without their models).\n",
        "| engine | one | two | ratio | with the start | CPU, two to one | load | memory of a worker, MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for turn in found["rounds"]:
        for name, kind in (("local pool", "pool"), ("Dask", "cluster")):
            one, two = turn[f"{kind} 1"], turn[f"{kind} 2"]
            speeds = [made["documents"] / made["wall"] for made in (one, two)]
            lines.append(
                f"| {name} | {speeds[0]:.1f} | {speeds[1]:.1f} | {speeds[1] / speeds[0]:.2f} "
                f"| {one['whole'] / two['whole']:.2f} | {two['cpu'] / one['cpu']:.2f} | {turn['load']:.0f} "
                f"| {max(*one['mb'], *two['mb'])} |"
            )
    return "\n".join([*lines, "", "Every row of every table is the same in all four."])
