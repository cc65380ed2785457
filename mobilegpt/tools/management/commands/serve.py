"""``manage.py serve``: migrate, make sample data on an empty database, then serve HTTP and WebSocket."""

from __future__ import annotations

import io
import os
import socket
import sys
from argparse import SUPPRESS, ArgumentParser
from typing import Any, NoReturn

import segno
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from config.production import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from mobilegpt.core.network import own_addresses
from mobilegpt.server import process
from mobilegpt.server.worker_processes import WorkerProcesses, WorkersFailed, work


class Command(BaseCommand):
    help = "Serve the classroom: pages, REST and WebSocket, on one or several ports."
    # The checks are the tests' business; here they would cost a second of every start.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="0.0.0.0", help="address to listen on (all)")  # noqa: S104
        parser.add_argument(
            "--port", type=_port, nargs="+", action="extend", help=f"one or several ports ({settings.PORT})"
        )
        parser.add_argument("--no-migrate", action="store_true", help="leave the database as it is")
        parser.add_argument("--workers", type=_workers, default=1, help="serving processes (1)")
        # What mobilegpt/server/worker_processes.py tells its workers: sockets to serve, and its line to them.
        parser.add_argument("--inherit", type=int, nargs="+", help=SUPPRESS)
        parser.add_argument("--line", type=int, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inherit"]:
            work([socket.socket(fileno=one) for one in options["inherit"]], socket.socket(fileno=options["line"]))
            os._exit(0)
        sockets = self.listen(options["host"], options["port"] or [settings.PORT])
        if not options["no_migrate"]:
            self.prepare_database()
        if options["workers"] > 1:
            self.employ(sockets, options["workers"])
        self.serve(sockets)

    def listen(self, host: str, ports: list[int]) -> list[socket.socket]:
        """Bind before anything slow happens: a taken port is told at once, with exit code 2."""
        sockets = []
        for port in dict.fromkeys(ports):
            try:
                sockets.append(process.bind(host, port))
            except process.PortTaken:
                raise CommandError(
                    f"{port} 포트를 다른 프로그램이 쓰고 있어요 · port {port} is taken; try PORT={port + 1}",
                    returncode=2,
                ) from None
            except OSError as error:
                raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}", returncode=2) from None
        return sockets

    def prepare_database(self) -> None:
        try:
            call_command("migrate", verbosity=0, interactive=False)
            if settings.DEVELOPMENT and not get_user_model().objects.exists():
                self.stdout.write("예시 자료를 만들고 있어요 · Making sample data …")
                call_command("create_sample_data", verbosity=0)
        except DatabaseError as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise CommandError(f"the database cannot be used: {reason}", returncode=1) from None

    def serve(self, sockets: list[socket.socket]) -> None:
        text = announcement(sockets)
        connections.close_all()
        process.run(sockets, lambda: self.announce(text))
        self.stdout.write("\n교실을 닫았어요 · Stopped.")
        sys.stdout.flush()
        sys.stderr.flush()
        # A thread that waits for a dead database would keep the interpreter from ending.
        os._exit(0)

    def employ(self, sockets: list[socket.socket], count: int) -> NoReturn:
        """Let several processes serve."""
        text = announcement(sockets)
        connections.close_all()
        try:
            WorkerProcesses(sockets, count, lambda: self.announce(text)).run()
        except WorkersFailed as error:
            raise CommandError(str(error), returncode=1) from None
        self.stdout.write("\n교실을 닫았어요 · Stopped.")
        sys.exit(0)

    def announce(self, text: str) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")
        self.stdout.write(text)
        self.stdout.flush()


def announcement(sockets: list[socket.socket]) -> str:
    """Where the class is, who may try it, and the way in for a phone."""
    ports = [listener.getsockname()[1] for listener in sockets]
    phones = phone_address(ports[0], sockets[0])
    lines = [
        "",
        "  모바일 배움 교실이 열렸어요 · The classroom is open",
        "",
        f"  이 컴퓨터 · this computer  {'  '.join(f'http://localhost:{port}' for port in ports)}",
    ]
    if phones:
        lines.append(f"  휴대폰    · phones         {phones}")
    if settings.DEVELOPMENT and _has_sample_accounts():
        lines += ["", f"  선생님    · instructor     {SAMPLE_ACCOUNTS[0]} / {SAMPLE_PASSWORD}"]
        lines += [f"  학생      · students       {SAMPLE_ACCOUNTS[1]} … student10@test.com / {SAMPLE_PASSWORD}"]
    if phones:
        lines += ["", terminal_qr(phones)]
    return "\n".join([*lines, "  닫으려면 Ctrl-C · Ctrl-C stops", ""])


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 <= int(text) <= 65_535:
        raise CommandError(f"{text!r} is not a port", returncode=2)
    return int(text)


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 64:
        raise CommandError(f"{text!r} is no number of workers (1 to 64)", returncode=2)
    return int(text)


def phone_address(port: int, listener: socket.socket) -> str:
    """What a phone in the same network opens; empty when only this machine can reach the server."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    bound = str(listener.getsockname()[0])
    if bound.startswith("127.") or bound == "::1":
        return ""
    addresses = own_addresses() if bound in ("0.0.0.0", "::") else [bound]  # noqa: S104
    return f"http://{addresses[0]}:{port}" if addresses else ""


def terminal_qr(address: str) -> str:
    out = io.StringIO()
    segno.make_qr(address, error="l").terminal(out, border=2, compact=True)
    if not sys.stdout.isatty():
        return out.getvalue()
    # White on black whatever the terminal's colours are: some phones do not read an inverted code.
    return "".join(f"\x1b[97;40m{line}\x1b[0m\n" for line in out.getvalue().splitlines())


def _has_sample_accounts() -> bool:
    try:
        return get_user_model().objects.filter(email__in=SAMPLE_ACCOUNTS[:1]).exists()
    except DatabaseError:
        return False
