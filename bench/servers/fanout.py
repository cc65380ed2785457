"""Contestants of the fan-out: what one member of a room says, all of it hear, and nothing is stored.

Each speaks its own protocol (WebSocket frames, socket.io's, NATS's, MQTT's) and carries the same 300 bytes.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.machine import ROOT, Process, free_port
from bench.servers import Running, Server, Shape
from bench.servers.databases import redis
from mobilegpt.realtime.sendloop import LIBRARY

PEERS = ROOT / "bench" / "peers"
_LETTERS = "x" * 240
_JSON = {"before": '{"type":"said","text":"', "after": f'{_LETTERS}"}}'}
_SOCKETIO = {"before": '42["say","', "after": f'{_LETTERS}"]'}
_PATH = "/ws/{room}"
_SOCKETIO_PATH = "/socket.io/?EIO=4&transport=websocket&room={room}"

Command = Callable[[Path, int], list[str]]


@contextmanager
def _start(
    shape: Shape,
    folder: Path,
    *,
    command: Command,
    plan: dict[str, Any],
    path: str = _PATH,
    cwd: Path = ROOT,
    by_redis: bool = False,
) -> Iterator[Running]:
    folder.mkdir(parents=True)
    env = {"DATA_DIR": str(folder), "LOG_LEVEL": "WARNING"}
    with ExitStack() as stack:
        processes = []
        if by_redis:
            layer, env["CHANNEL_LAYER_REDIS_URL"] = stack.enter_context(redis(folder))
            processes.append(layer)
        port = free_port()
        server = Process(command(folder, port), log=folder / "server.log", env=env, cwd=cwd)
        stack.callback(server.stop)
        server.wait_for(port)
        sockets = [
            {"path": path.format(room=number % shape.rooms), "room": number % shape.rooms}
            for number in range(shape.rooms * shape.members)
        ]
        whole = {"protocol": "ws", "address": f"127.0.0.1:{port}", "opening": 32, "sockets": sockets, **plan}
        yield Running(whole, [*processes, server])


def _floor(folder: Path, port: int) -> list[str]:
    program = folder / "floor"
    source = PEERS / "floor" / "floor.c"
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", str(program), str(source)], check=True)
    return [str(program), str(port)]


def _ours(folder: Path, port: int, *how: str) -> list[str]:
    return [sys.executable, "-m", "bench.servers.ours_hub", str(port), *how]


def _ours_in_turn(folder: Path, port: int) -> list[str]:
    return _ours(folder, port, "in-turn")


def _bare(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "bench.servers.bare_asgi", str(port)]


def _node(folder: Path, port: int, *, script: str) -> list[str]:
    here = PEERS / "node"
    if not (here / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=here, check=True)
    return ["node", str(here / script), str(port)]


def _python_socketio(folder: Path, port: int) -> list[str]:
    return [sys.executable, str(PEERS / "python_socketio.py"), str(port)]


def _channels(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "asgi:application"]


def _nats(folder: Path, port: int) -> list[str]:
    return ["nats-server", "-a", "127.0.0.1", "-p", str(port)]


def _mosquitto(folder: Path, port: int) -> list[str]:
    configuration = folder / "mosquitto.conf"
    configuration.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
    )
    return ["mosquitto", "-c", str(configuration)]


def _lacks(*programs: str, modules: tuple[str, ...] = ()) -> Callable[[], str | None]:
    def missing() -> str | None:
        sought = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
        absent = [name for name in programs if shutil.which(name, path=sought) is None]
        absent += [name for name in modules if importlib.util.find_spec(name) is None]
        return f"not installed: {', '.join(absent)}" if absent else None

    return missing


def _server(name: str, command: Command, missing: Callable[[], str | None], **more: Any) -> Server:
    return Server(name, partial(_start, command=command, **{"plan": _JSON, **more}), missing=missing)


_SOCKETIO_PLAN = {"protocol": "engineio", **_SOCKETIO}
_FANOUT = PEERS / "channels_fanout"
FLOOR = _server("C epoll loop (the floor)", _floor, _lacks("cc"))
OURS = _server("ours, the hub", _ours, lambda: None if LIBRARY.is_file() else "its compiled loop was not built")
OURS_IN_TURN = _server("ours, the hub, nothing compiled", _ours_in_turn, _lacks())
BARE = _server("bare ASGI socket, uvicorn", _bare, _lacks())
WS = _server("Node ws", partial(_node, script="ws.js"), _lacks("node", "npm"))
SOCKETIO = _server(
    "socket.io", partial(_node, script="socketio.js"), _lacks("node", "npm"), plan=_SOCKETIO_PLAN, path=_SOCKETIO_PATH
)
PYTHON_SOCKETIO = _server(
    "python-socketio", _python_socketio, _lacks(modules=("socketio",)), plan=_SOCKETIO_PLAN, path=_SOCKETIO_PATH
)
NATS = _server("NATS", _nats, _lacks("nats-server"), plan={**_JSON, "protocol": "nats"})
MOSQUITTO = _server("Mosquitto", _mosquitto, _lacks("mosquitto"), plan={**_JSON, "protocol": "mqtt"})
CHANNELS = _server("Channels, in memory, Daphne", _channels, _lacks(modules=("daphne",)), cwd=_FANOUT)
CHANNELS_REDIS = _server(
    "Channels, Redis, Daphne",
    _channels,
    _lacks("redis-server", modules=("daphne", "channels_redis")),
    cwd=_FANOUT,
    by_redis=True,
)
PURE = (FLOOR, OURS, OURS_IN_TURN, WS, NATS, MOSQUITTO, SOCKETIO, PYTHON_SOCKETIO, CHANNELS, CHANNELS_REDIS)
