"""``python -m bench chat|fanout|idle|http|pictures|taps|flat [--short]``: measure, and write JSON and Markdown."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import chat, fanout, flat, http_bench, idle, keeping, pictures, report, taps
from bench.http_report import http_table
from bench.pictures_report import pictures_table
from bench.servers import Server, Shape
from bench.taps_report import taps_table
from bench.turns import Keep

_TABLES = {
    "chat": report.chat_table,
    "fanout": report.fanout_table,
    "idle": report.idle_table,
    "http": http_table,
    "pictures": pictures_table,
    "taps": taps_table,
    "flat": report.flat_table,
}


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # contestants are stopped on the way out
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenario", choices=tuple(_TABLES))
    parser.add_argument("--short", action="store_true", help="one short round: does it run, roughly how fast")
    parser.add_argument(
        "--shape", action="append", type=_shape, help="chat, fanout: these instead, e.g. 100x5; taps: the crowd"
    )
    parser.add_argument("--only", action="append", help="only servers (pictures, taps: parts) whose names contain this")
    parser.add_argument("--operation", action="append", help="http: only this one, e.g. next-step")
    parser.add_argument("--rounds", type=int, help="how many turns each")
    parser.add_argument("--seconds", type=float, help="chat, http, pictures: how long a turn takes")
    parser.add_argument("--scale", type=int, default=1, help="chat: so many times fewer rooms, for a busy machine")
    parser.add_argument("--to", type=Path, help="folder of the results: bench/results, of short runs artifacts/bench")
    options = parser.parse_args()
    options.to = options.to or Path("artifacts/bench" if options.short else "bench/results")
    options.to.mkdir(parents=True, exist_ok=True)
    name = f"{options.scenario}-{time.strftime('%Y%m%d-%H%M', time.gmtime())}"

    def keep(result: dict[str, Any]) -> None:
        text = _TABLES[options.scenario](result)
        (options.to / f"{name}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
        (options.to / f"{name}.md").write_text(text)
        print(text)

    code = _run(options, keep)
    keeping.forget_superseded(options.to)
    return code


def _run(options: argparse.Namespace, keep: Keep) -> int:
    if options.scenario == "flat":
        keep(flat.measure(flat.SIZES[:2] if options.short else flat.SIZES))
    elif options.scenario == "fanout":
        _fanout(options, keep)
    elif options.scenario == "idle":
        _idle(options, keep)
    elif options.scenario == "http":
        return _http(options, keep)
    elif options.scenario == "pictures":
        return _pictures(options, keep)
    elif options.scenario == "taps":
        return _taps(options, keep)
    else:
        _chat(options, keep)
    return 0


def _shape(text: str) -> Shape:
    rooms, _, members = text.partition("x")
    return Shape(int(rooms), int(members))


def _fanout(options: argparse.Namespace, keep: Keep) -> None:
    length = fanout.SHORT if options.short else fanout.LONG
    length = replace(length, rounds=options.rounds or length.rounds)
    fanout.measure(tuple(options.shape or fanout.SHAPES), _chosen(fanout.SERVERS, options), length, keep)


def _idle(options: argparse.Namespace, keep: Keep) -> None:
    sizes = idle.SIZES[:1] if options.short else idle.SIZES
    idle.measure(sizes, _chosen(idle.SERVERS, options), options.rounds or (1 if options.short else 3), keep)


def _chosen(servers: tuple[Server, ...], options: argparse.Namespace) -> tuple[Server, ...]:
    return tuple(s for s in servers if not options.only or any(part in s.name for part in options.only))


def _chat(options: argparse.Namespace, keep: Keep) -> None:
    shapes = tuple(options.shape or chat.SHAPES)
    if options.scale > 1:
        shapes = tuple(Shape(max(1, s.rooms // options.scale), s.members) for s in shapes)
    servers = _chosen(chat.SERVERS, options)
    length = chat.SHORT if options.short else chat.LONG
    length = replace(length, rounds=options.rounds or length.rounds)
    if options.seconds:
        length = replace(length, closed=options.seconds, open=options.seconds)
    chat.measure(shapes, servers, length, keep)


def _http(options: argparse.Namespace, keep: Keep) -> int:
    """1 when a target was missed; the result names each."""
    length = http_bench.SHORT if options.short else http_bench.LONG
    length = replace(length, rounds=options.rounds or length.rounds, seconds=options.seconds or length.seconds)
    rooms, operations = http_bench.rooms_named(options.only), http_bench.operations_named(options.operation)
    result = http_bench.measure(rooms, length, operations)
    keep(result)
    return 1 if result["missed"] else 0


def _pictures(options: argparse.Namespace, keep: Keep) -> int:
    """1 when a target was missed; the result names each."""
    length = pictures.SHORT if options.short else pictures.LONG
    length = replace(length, rounds=options.rounds or length.rounds, seconds=options.seconds or length.seconds)
    parts = [part for part in pictures.PARTS if not options.only or part in options.only]
    return 1 if pictures.measure(parts, length, keep) else 0


def _taps(options: argparse.Namespace, keep: Keep) -> int:
    """1 when a target was missed; the result names each."""
    rounds = options.rounds or (taps.SHORT_ROUNDS if options.short else taps.ROUNDS)
    parts = [part for part in taps.PARTS if not options.only or part in options.only]
    shape = options.shape[0] if options.shape else taps.CROWD
    return 1 if taps.measure(parts, shape, rounds, keep) else 0


if __name__ == "__main__":
    sys.exit(main())
