"""``manage.py runserver [[host:]port]``: our server with reload on change. Django's own serves no sockets."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import autoreload

from mobilegpt.tools.management.commands.serve import Command as Serve


class Command(Serve):
    help = "Serve for development: HTTP and WebSocket, started anew when a Python file changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addrport", nargs="?", default="", help="port, or host:port (127.0.0.1:PORT)")
        parser.add_argument("--noreload", action="store_true", help="do not watch the files")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = _address(options["addrport"])
        if options["noreload"]:
            self.run_once(host, port)
        else:
            autoreload.run_with_reloader(self.run_once, host, port)

    def run_once(self, host: str, port: int) -> None:
        autoreload.raise_last_exception()
        try:
            sockets = self.listen(host, [port])
            self.prepare_database()
        except CommandError as error:
            # In the reloader's thread an exception would leave a process behind that serves nothing.
            self.stderr.write(f"CommandError: {error}")
            os._exit(error.returncode)
        self.serve(sockets)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if port and not (port.isascii() and port.isdigit()):
        raise CommandError(f"{text!r} is not a port or host:port", returncode=2)
    return host.strip("[]") or "127.0.0.1", int(port) if port else settings.PORT
