"""The result of the HTTP bench as Markdown."""

from __future__ import annotations

from typing import Any

from bench.http_bench import LEAST_GAIN, MOST_QUERIES, opposite
from bench.report import headline, waited

_HEAD = (
    "| | CPU ms, ours | theirs | x | a second, ours | theirs | x | p50 / p99 ms, ours | theirs | SQL, ours | theirs |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
)


def http_table(result: dict[str, Any]) -> str:
    """One table per database. ``x``: how many times less CPU, how many times more requests."""
    length = result["length"]
    busiest = max((turn["load_cpu"] for row in result["rows"] for turn in row["turns"]), default=0.0)
    lines = [
        f"{headline(result)} {result['connections']} connections, {length['rounds']} turns of {length['seconds']:g} s; "
        f"the load took at most {busiest:.0%} of its core.",
    ]
    for database in dict.fromkeys(row["database"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["database"] == database]
        lines += ["", f"**{database}**", "", *_HEAD, *_lines(rows)]
    lines += _remarks(result)
    return "\n".join(lines) + "\n"


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    """Ours and theirs side by side; either may be absent when only some contestants ran."""
    theirs = [row for row in rows if not row["ours"]]
    lines = [_line(row["title"], opposite(rows, row), row) for row in theirs]
    faced = {row["operation"] for row in theirs}
    return lines + [_line(row["title"], row, None) for row in rows if row["ours"] and row["operation"] not in faced]


def _line(title: str, our: dict[str, Any] | None, theirs: dict[str, Any] | None) -> str:
    less = theirs["cpu_ms"] / our["cpu_ms"] if our and theirs and our["cpu_ms"] else None
    more = our["per_second"] / theirs["per_second"] if our and theirs and theirs["per_second"] else None
    cells = [
        title,
        *(f"{row['cpu_ms']:.2f}" if row else "–" for row in (our, theirs)),
        f"{less:.1f}" if less else "–",
        *(f"{row['per_second']:,.0f}" if row else "–" for row in (our, theirs)),
        f"{more:.1f}" if more else "–",
        *(waited(row) for row in (our, theirs)),
        *(f"{row['queries']} + {row['bounds']}" if row else "–" for row in (our, theirs)),
    ]
    return f"| {' | '.join(cells)} |"


def _remarks(result: dict[str, Any]) -> list[str]:
    lines = [""]
    for row in result["rows"]:
        if row["failed"]:
            counts = ", ".join(f"{count} x {status}" for status, count in row["failed"].items())
            lines.append(f"- failed: {row['title']}, {row['server']}: {counts}")
        if any(turn["used_up"] for turn in row["turns"]):
            lines.append(f"- ran out of prepared requests: {row['title']}, {row['server']}")
    lines += [f"- missed: {one}" for one in result["missed"]]
    targets = f"at most {MOST_QUERIES} SQL statements of ours, {LEAST_GAIN:.0f} times less CPU"
    return lines if result["missed"] else [*lines, f"No target was missed: {targets}."]
