"""``python -m bench chat|flat [--short]``: measure, and write the result as JSON and as Markdown."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from bench import chat, flat, report


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # contestants are stopped on the way out
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenario", choices=("chat", "flat"))
    parser.add_argument("--short", action="store_true", help="one short round: does it run, roughly how fast")
    parser.add_argument("--shape", action="append", help="chat: only these, e.g. 200x25")
    parser.add_argument("--only", action="append", help="chat: only servers whose names contain this")
    parser.add_argument("--rounds", type=int, help="chat: how many turns each")
    parser.add_argument("--to", type=Path, default=Path("bench/results"), help="folder of the results")
    options = parser.parse_args()
    result, text = _flat(options) if options.scenario == "flat" else _chat(options)
    options.to.mkdir(parents=True, exist_ok=True)
    name = f"{options.scenario}-{time.strftime('%Y%m%d-%H%M', time.gmtime())}"
    (options.to / f"{name}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
    (options.to / f"{name}.md").write_text(text)
    print(text)
    return 0


def _chat(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    shapes = tuple(s for s in chat.SHAPES if not options.shape or f"{s.rooms}x{s.members}" in options.shape)
    servers = tuple(s for s in chat.SERVERS if not options.only or any(part in s.name for part in options.only))
    length = chat.SHORT if options.short else chat.LONG
    if options.rounds:
        length = chat.Length(options.rounds, length.closed, length.open, length.warm)
    result = chat.measure(shapes, servers, length)
    return result, report.chat_table(result)


def _flat(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    result = flat.measure(flat.SIZES[:2] if options.short else flat.SIZES)
    return result, report.flat_table(result)


if __name__ == "__main__":
    sys.exit(main())
