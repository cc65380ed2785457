"""Results as Markdown."""

from __future__ import annotations

from typing import Any


def chat_table(result: dict[str, Any]) -> str:
    """One table per shape; ``x`` compares with the fastest of the documents' design in the same run."""
    machine = result["machine"]
    lines = [
        f"{machine['when']}, {machine['processor']}, {machine['cores']} cores, Python {machine['python']}, "
        f"load average before {machine['load'][0]}, after {result['load_after'][0]}.",
    ]
    for shape in result["shapes"]:
        base = [row for row in shape["rows"] if row["server"].startswith("Channels")]
        fastest = max((row["per_second"] for row in base), default=None)
        least = min((row["cpu_ms"] for row in base), default=None)
        lines += [
            "",
            f"**{shape['shape']}** (load average {shape['load'][0]})",
            "",
            "| server | by | messages/s | x | CPU a message, ms | x | last member p50 / p99 ms | lost |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for row in shape["rows"]:
            more = f"{row['per_second'] / fastest:.1f}" if fastest else "–"
            less = f"{least / row['cpu_ms']:.1f}" if least and row["cpu_ms"] else "–"
            heard = f"{row['p50']:.1f} / {row['p99']:.1f}" if row["p50"] is not None else "–"
            lines.append(
                f"| {row['server']} | {row['door']} | {row['per_second']:,.0f} | {more} | {row['cpu_ms']:.2f} | {less} "
                f"| {heard} | {row['missing'] + max(0, row['unstored'])} |"
            )
        lines += [f"\n{name}: {why}." for name, why in shape["absent"].items()]
    return "\n".join(lines) + "\n"


def flat_table(result: dict[str, Any]) -> str:
    """A line per question and database, a column per size, and the plans of the largest."""
    machine, databases = result["machine"], result["databases"]
    sizes = sorted({one["messages"] for one in databases})
    lines = [
        f"{machine['when']}, {machine['processor']}, load average before {machine['load'][0]}, "
        f"after {result['load_after'][0]}. p50 / p95 in ms, CPU of the median request in brackets.",
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
