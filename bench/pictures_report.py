"""The result of the bench of pictures as Markdown."""

from __future__ import annotations

from typing import Any

from bench.pictures import MOST_DECODED_MS, MOST_DROP_SECONDS, MOST_P95
from bench.report import headline
from bench.turns import middle


def pictures_table(result: dict[str, Any]) -> str:
    """A part after the other, those that could not be measured, and the targets."""
    lines = [headline(result)]
    shown = {"class": _class, "files": _files, "drop": _drop, "page": _page}
    for part, measured in result["parts"].items():
        lines += ["", *shown[part](measured)]
    lines += [f"\n{part}: not measured, {why}." for part, why in result["absent"].items()]
    lines += ["", *(f"- missed: {one}" for one in result["missed"])]
    if not result["missed"]:
        lines.append(f"No target was missed of what was measured: {', '.join(result['parts']) or 'nothing'}.")
    return "\n".join(lines) + "\n"


def _class(part: dict[str, Any]) -> list[str]:
    lines = [
        f"**A class of {part['phones']} phones, {part['steps']} steps**",
        "",
        "| | step p50 / p95 / p99 ms | server CPU s | frames MB | pictures MB | fetched | ready | late | its p50 ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, kind in (("without pictures", "plain"), ("with pictures", "pictured")):
        turns = part[kind]
        late = [turn["late_p50"] for turn in turns if turn["late_p50"] is not None]
        cells = [
            name,
            " / ".join(f"{middle(turns, one):.1f}" for one in ("p50", "p95", "p99")),
            f"{middle(turns, 'cpu_seconds'):.1f}",
            *(f"{middle(turns, one) / 1e6:.1f}" for one in ("frame_bytes", "picture_bytes")),
            *(f"{middle(turns, one):,.0f}" for one in ("fetched", "ready", "late")),
            f"{max(late):.0f}" if late else "–",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", f"p95 with pictures is {part['p95_ratio']:.2f} times that without (at most {MOST_P95})."]


def _files(part: dict[str, Any]) -> list[str]:
    lines = [
        f"**The {part['fetches']:,} files of such a class**",
        "",
        "| | CPU ms a file | CPU s a class | files/s | bytes a file |",
        "|---|---|---|---|---|",
    ]
    for name in ("ours", "nginx"):
        cpu = middle(part[name], "cpu_ms")
        lines.append(
            f"| {name} | {cpu:.3f} | {cpu * part['fetches'] / 1000:.2f} | {middle(part[name], 'per_second'):,.0f} "
            f"| {part['bytes'][name]:,.0f} |"
        )
    ratios = f"{part['cpu_ratio']:.1f} times the CPU of nginx, {part['bytes_ratio']:.3f} times its bytes"
    busiest = max(turn["load_cpu"] for name in ("ours", "nginx") for turn in part[name])
    return [*lines, "", f"Ours takes {ratios}. The load took at most {busiest:.0%} of its core."]


def _drop(part: dict[str, Any]) -> list[str]:
    seconds = middle(part["turns"], "seconds")
    return [
        f"**{part['pictures']} screenshots of {part['megabytes_each']:.1f} MB become steps by one request**",
        "",
        f"{part['cpu_seconds']:.1f} s of CPU (at most {MOST_DROP_SECONDS:g}), answered after {seconds:.1f} s.",
    ]


def _page(part: dict[str, Any]) -> list[str]:
    return [
        "**One phone in Chromium, from a step's heading to its decoded picture**",
        "",
        f"{part['ahead']} of {len(part['steps'])} pictures had come before their step: decoded after "
        f"{part['median_ms']:.1f} ms, the slowest {part['slowest_ms']:.1f} ms (at most {MOST_DECODED_MS:g}).",
    ]
