"""Results as Markdown."""

from __future__ import annotations

import statistics
from typing import Any


def chat_table(result: dict[str, Any]) -> str:
    """One table per shape; ``x`` compares with the documents' design by the same door, on the same kind of database
    (SQLite for those that have none), the fastest of it in the same run."""
    lines = [headline(result)]
    for shape in result["shapes"]:
        lines += [
            *_title(shape),
            "| server | by | messages/s | x | CPU a message, ms | x | last member p50 / p99 ms | lost |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for row in shape["rows"]:
            base = [one for one in shape["rows"] if one["server"].startswith("Channels") and _alike(one, row)]
            fastest = max((one["per_second"] for one in base), default=None)
            least = min((one["cpu_ms"] for one in base), default=None)
            more = f"{row['per_second'] / fastest:.1f}" if fastest else "–"
            less = f"{least / row['cpu_ms']:.1f}" if least and row["cpu_ms"] else "–"
            lines.append(
                f"| {row['server']} | {row['door']} | {row['per_second']:,.0f} | {more} | {row['cpu_ms']:.2f} | {less} "
                f"| {waited(row)} | {row['missing'] + max(0, row['unstored'])} |"
            )
        lines += _absent(shape)
    return "\n".join(lines) + "\n"


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one["door"] == other["door"] and ("PostgreSQL" in one["server"]) == ("PostgreSQL" in other["server"])


def fanout_table(result: dict[str, Any]) -> str:
    """One table per shape; ``x`` is how many times the CPU of the floor, in the same round."""
    lines = [headline(result)]
    for shape in result["shapes"]:
        lines += [
            *_title(shape),
            "| server | CPU a delivery, µs | x | p50 / p99 ms | lost "
            "| at most, deliveries/s | CPU a delivery, µs | x | lost | opened/s |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        floor = next((row["turns"] for row in shape["rows"] if "floor" in row["server"]), None)
        for row in shape["rows"]:
            lines.append(
                f"| {row['server']} | {row['cpu_us']:.1f} | {_times(row, floor, 'cpu_us')} | {waited(row)} "
                f"| {row['missing']} | {row['per_second']:,.0f} | {row['full_cpu_us']:.1f} "
                f"| {_times(row, floor, 'full_cpu_us')} | {row['full_missing']} | {row['opened_per_second']:,.0f} |"
            )
        lines += _absent(shape)
    return "\n".join(lines) + "\n"


def idle_table(result: dict[str, Any]) -> str:
    """One table per number of sockets; ``x`` is against the bare ASGI socket, in the same round."""
    lines = [headline(result)]
    for size in result["sizes"]:
        lines += [
            "",
            f"**{size['sockets']:,} sockets**",
            "",
            "| server | opened/s | CPU to open one, µs | x | with what follows, µs | memory of one, KB |",
            "|---|---|---|---|---|---|",
        ]
        bare = next((row["turns"] for row in size["rows"] if row["server"].startswith("bare")), None)
        for row in size["rows"]:
            lines.append(
                f"| {row['server']} | {row['opened_per_second']:,.0f} | {row['cpu_us']:.0f} "
                f"| {_times(row, bare, 'cpu_us')} | {row['cpu_us_settled']:.0f} | {row['memory_kb']:.1f} |"
            )
        lines += _absent(size)
    return "\n".join(lines) + "\n"


def _times(row: dict[str, Any], floor: list[dict[str, Any]] | None, name: str) -> str:
    if not floor:
        return "–"
    ratios = [turn[name] / base[name] for turn, base in zip(row["turns"], floor, strict=False) if base[name]]
    return f"{statistics.median(ratios):.2f}" if ratios else "–"


def headline(result: dict[str, Any]) -> str:
    """When and where it was measured."""
    machine = result["machine"]
    return (
        f"{machine['when']}, {machine['processor']}, {machine['cores']} cores, Python {machine['python']}, "
        f"load average before {machine['load'][0]}, after {result['load_after'][0]}."
    )


def waited(row: dict[str, Any] | None) -> str:
    """p50 and p99, or a dash when nothing was timed."""
    return f"{row['p50']:.1f} / {row['p99']:.1f}" if row and row["p50"] is not None else "–"


def _title(shape: dict[str, Any]) -> tuple[str, ...]:
    return ("", f"**{shape['shape']}** (load average {shape['load'][0]})", "")


def _absent(part: dict[str, Any]) -> list[str]:
    return [f"\n{name}: {why}." for name, why in part["absent"].items()]


def flat_table(result: dict[str, Any]) -> str:
    """A line per question and database, a column per size, and the plans of the largest."""
    databases = result["databases"]
    sizes = sorted({one["messages"] for one in databases})
    lines = [
        f"{headline(result)} p50 / p95 in ms, CPU of the median request in brackets.",
        "",
        f"| | database | queries | {' | '.join(f'{size:,}' for size in sizes)} |",
        f"|---|---|---|{'---|' * len(sizes)}",
    ]
    by_place = {(one["vendor"], one["messages"]): one["questions"] for one in databases}
    vendors = list(dict.fromkeys(one["vendor"] for one in databases))
    for question in databases[0]["questions"]:
        for vendor in vendors:
            cells = [by_place[vendor, size][question] for size in sizes]
            shown = " | ".join(f"{one['p50']:.1f} / {one['p95']:.1f} ({one['cpu']:.1f})" for one in cells)
            lines.append(f"| {question} | {vendor} | {cells[-1]['queries']} | {shown} |")
    for vendor in vendors:
        lines += ["", f"Plans at {sizes[-1]:,} messages, {vendor}:", ""]
        for question, answer in by_place[vendor, sizes[-1]].items():
            lines += [f"{question}", "", "```"]
            for one in answer["plans"]:
                lines += [*one["plan"], ""]
            lines[-1] = "```"
            lines.append("")
    return "\n".join(lines) + "\n"
