"""``python -m bench chat [--short]``: measure, and write the result as JSON and as a Markdown table."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from bench import chat, report


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # contestants are stopped on the way out
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenario", choices=("chat",))
    parser.add_argument("--short", action="store_true", help="one short round: does it run, roughly how fast")
    parser.add_argument("--shape", action="append", help="only these, e.g. 200x25")
    parser.add_argument("--only", action="append", help="only servers whose names contain this")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--to", type=Path, default=Path("bench/results"), help="folder of the results")
    options = parser.parse_args()
    shapes = tuple(s for s in chat.SHAPES if not options.shape or f"{s.rooms}x{s.members}" in options.shape)
    servers = tuple(s for s in chat.SERVERS if not options.only or any(part in s.name for part in options.only))
    length = chat.SHORT if options.short else chat.LONG
    if options.rounds:
        length = chat.Length(options.rounds, length.closed, length.open, length.warm)
    result = chat.measure(shapes, servers, length)
    options.to.mkdir(parents=True, exist_ok=True)
    name = f"chat-{time.strftime('%Y%m%d-%H%M', time.gmtime())}"
    (options.to / f"{name}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
    table = report.chat_table(result)
    (options.to / f"{name}.md").write_text(table)
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
