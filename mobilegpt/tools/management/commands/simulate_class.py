"""``manage.py simulate_class``: hold a whole class against a running server, and count what was lost."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from config.production import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from mobilegpt.tools.simulation.conductor import ClassFailed, ClassHeld, ClassPlan, hold_class
from mobilegpt.tools.simulation.crowd import raise_file_limit
from mobilegpt.tools.simulation.report import Report, Spread, report_on

_ROWS = (
    ("자리 · seat over HTTP", "seat"),
    ("연결 · socket until hello", "socket"),
    ("단계 · step to phone", "step"),
    ("가장 느린 단계 · slowest step", "slowest_step"),
    ("강사의 누름 · instructor's press", "press"),
    ("다 했어요 · tap to confirmation", "tap"),
)


class Command(BaseCommand):
    help = (
        "Hold a class with real sockets against a server on this machine: guests take seats over HTTP, every step is "
        "timed from the instructor's press to each phone, and what was confirmed is compared with what is stored. "
        "A server gives 300 seats a session, and 300 an address in ten minutes: for more start it with "
        "SESSION_MAX_SEATS=2000 GUEST_SEATS_PER_ADDRESS=100000. "
        "Exit code 1 when anything was lost, 2 when the class could not be held."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=_positive, default=200, help="how many phones come (200)")
        parser.add_argument("--steps", type=_positive, default=12, help="steps of the class (12)")
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="a server on this machine")
        parser.add_argument("--email", default=SAMPLE_ACCOUNTS[0], help="the instructor (the sample's)")
        parser.add_argument("--password", default=SAMPLE_PASSWORD)
        parser.add_argument("--processes", type=_positive, default=1, help="processes full of phones (1)")
        parser.add_argument("--at-once", type=_positive, default=50, help="phones that arrive at a time (50)")
        parser.add_argument("--share", type=_share, default=0.8, help="share of the phones that tap each step (0.8)")
        parser.add_argument("--within", type=float, default=2.0, help="seconds over which they tap (2)")
        parser.add_argument("--limit", type=float, default=600, help="give up after this many seconds (600)")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = ClassPlan(
            url=on_this_machine(options["url"]),
            students=options["students"],
            steps=options["steps"],
            processes=options["processes"],
            at_once=options["at_once"],
            share=options["share"],
            within=options["within"],
            email=options["email"],
            password=options["password"],
        )
        per_process = -(-plan.students // plan.processes)
        if raise_file_limit() < per_process + 100:
            raise CommandError("too few open files are allowed (ulimit -n); use more --processes", returncode=2)
        console = Console()
        report = report_on(self.hold(plan, options["limit"], console))
        show(report, console)
        if options["json"]:
            options["json"].write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n")
        if not report.good:
            raise CommandError("something was lost", returncode=1)

    def hold(self, plan: ClassPlan, limit: float, console: Console) -> ClassHeld:
        columns = (
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as bars:
            try:
                return asyncio.run(asyncio.wait_for(hold_class(plan, _Bars(bars)), limit))
            except TimeoutError:
                raise CommandError(f"the class was not over after {limit:.0f} s", returncode=2) from None
            except ClassFailed as error:
                raise CommandError(str(error), returncode=2) from None
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
                text = f"{plan.url} does not answer ({reason}); is the server running?"
                raise CommandError(text, returncode=2) from None


class _Bars:
    """One bar per stage."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done)


def show(report: Report, console: Console) -> None:
    """The figures as tables."""
    times = Table("밀리초 · milliseconds", "n", "p50", "p95", "p99", "max")
    for title, name in _ROWS:
        spread: Spread | None = getattr(report, name)
        if spread is not None:
            cells = (spread.p50, spread.p95, spread.p99, spread.max)
            times.add_row(title, str(spread.count), *(f"{cell:.1f}" for cell in cells))
    console.print(times)
    losses = Table("잃은 것 · lost", "n")
    for name, count in report.as_json()["losses"].items():
        losses.add_row(name.replace("_", " "), f"[bold red]{count}" if count and name != "reconnects" else str(count))
    console.print(losses)
    for problem, count in report.problems.items():
        console.print(f"  {count} x {problem}", markup=False)
    seated = report.students - report.losses.not_seated
    console.print(
        f"{seated} of {report.students} students seated in {report.seating_seconds} s, {report.steps} steps, "
        f"{report.seconds} s in all: " + ("nothing lost" if report.good else "[bold red]something was lost")
    )


def on_this_machine(url: str) -> str:
    """The URL again. Raises ``CommandError`` for one that leads elsewhere: a load run is not done to others."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname or "", parts.port or 80, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise CommandError(f"{url!r} cannot be used: {error}", returncode=2) from None
    if parts.scheme != "http" or not all(ipaddress.ip_address(each[4][0]).is_loopback for each in found):
        raise CommandError(f"{url!r} is not http on this machine", returncode=2)
    return url.rstrip("/")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError(text)
    return number
