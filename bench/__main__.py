"""``python -m bench chat|flat [--short]``: measure, and write the result as JSON and as Markdown."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import chat, flat, report
from bench.servers import Shape


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # contestants are stopped on the way out
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenario", choices=("chat", "flat"))
    parser.add_argument("--short", action="store_true", help="one short round: does it run, roughly how fast")
    parser.add_argument("--shape", action="append", help="chat: only these, e.g. 200x25")
    parser.add_argument("--only", action="append", help="chat: only servers whose names contain this")
    parser.add_argument("--rounds", type=int, help="chat: how many turns each")
    parser.add_argument("--seconds", type=float, help="chat: how long a turn takes")
    parser.add_argument("--scale", type=int, default=1, help="chat: so many times fewer rooms, for a busy machine")
    parser.add_argument("--to", type=Path, default=Path("bench/results"), help="folder of the results")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    name = f"{options.scenario}-{time.strftime('%Y%m%d-%H%M', time.gmtime())}"

    def keep(result: dict[str, Any]) -> None:
        text = report.chat_table(result) if options.scenario == "chat" else report.flat_table(result)
        (options.to / f"{name}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
        (options.to / f"{name}.md").write_text(text)
        print(text)

    if options.scenario == "flat":
        keep(flat.measure(flat.SIZES[:2] if options.short else flat.SIZES))
    else:
        _chat(options, keep)
    return 0


def _chat(options: argparse.Namespace, keep: Callable[[dict[str, Any]], None]) -> None:
    shapes = tuple(s for s in chat.SHAPES if not options.shape or f"{s.rooms}x{s.members}" in options.shape)
    if options.scale > 1:
        shapes = tuple(Shape(max(1, s.rooms // options.scale), s.members) for s in shapes)
    servers = tuple(s for s in chat.SERVERS if not options.only or any(part in s.name for part in options.only))
    length = chat.SHORT if options.short else chat.LONG
    length = replace(length, rounds=options.rounds or length.rounds)
    if options.seconds:
        length = replace(length, closed=options.seconds, open=options.seconds)
    chat.measure(shapes, servers, length, keep)


if __name__ == "__main__":
    sys.exit(main())
