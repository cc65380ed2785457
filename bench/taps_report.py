"""The result of the bench of taps as Markdown."""

from __future__ import annotations

from typing import Any

from bench.report import headline
from bench.taps import MOST_CORE, MOST_MS, MOST_P95
from bench.turns import middle


def taps_table(result: dict[str, Any]) -> str:
    """How soon instructors are told, what a crowd costs, and the targets."""
    lines = [headline(result)]
    alone = [part for name, part in result["parts"].items() if name != "crowd"]
    if alone:
        lines += [
            "",
            "**From the event to the instructor's socket, the class set to complete by itself**",
            "",
            "| phones | load | whereabouts p50 / p95 / max ms | progress p50 / p95 / max ms | events | steps done |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {part['phones']} | {part['load']} | {_times(part['whereabouts'])} | {_times(part['progress'])} "
            f"| {part['events']:,} | {part['done']:,} |"
            for part in alone
        ]
        lines += ["", f"The target is a p95 of {MOST_MS:g} ms."]
    if crowd := result["parts"].get("crowd"):
        lines += ["", *_crowd(crowd)]
    lines += ["", *(f"- missed: {one}" for one in result["missed"])]
    if not result["missed"]:
        lines.append(f"No target was missed of what was measured: {', '.join(result['parts']) or 'nothing'}.")
    return "\n".join(lines) + "\n"


def _crowd(part: dict[str, Any]) -> list[str]:
    lines = [
        f"**{part['phones']:,} phones ({part['shape']}), one event a second each: {part['events']:,} events**",
        "",
        "| round | load | step p50 / p95 / max ms | server, of a core | matching | phones |",
        "|---|---|---|---|---|---|",
    ]
    for kind in ("without", "with"):
        lines += [
            f"| {kind} events | {turn['load']} | {_times(turn)} | {turn['server_core']:.0%} "
            f"| {'–' if turn['matching_core'] is None else format(turn['matching_core'], '.1%')} "
            f"| {turn['load_core']:.0%} |"
            for turn in part[kind]
        ]
    told = [turn["whereabouts"] for turn in part["with"]]
    return [
        *lines,
        "",
        f"Step p95 with events is {part['p95_ratio']:.2f} times that without (at most {MOST_P95}); matching takes "
        f"{part['matching_core']:.1%} of a core (less than {MOST_CORE:.0%}). Instructors hear of a step that is done "
        f"after {middle(told, 'p50'):.0f} / {middle(told, 'p95'):.0f} / {middle(told, 'max'):.0f} ms.",
    ]


def _times(one: dict[str, float]) -> str:
    return " / ".join(f"{one[name]:.0f}" for name in ("p50", "p95", "max"))
