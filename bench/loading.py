"""The load programs (``load/``, ``requests_load/``, in Go): one for each contestant, its sockets open between turns."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from bench.machine import LOAD_CORE, Process


class Load:
    """The load of one contestant. Raises ``RuntimeError`` with the program's complaint."""

    def __init__(self, program: Path, plan: dict[str, Any], folder: Path) -> None:
        path = folder / "load.json"
        path.write_text(json.dumps(plan))
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = Process([str(program), str(path)], core=LOAD_CORE, log=folder / "load.log", **pipes)
        try:
            self.opened = float(self._answer()["seconds"])
        except BaseException:
            self.process.stop()
            raise

    def turn(self, **command: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the load program ended"}
        if answer.get("error"):
            raise RuntimeError(f"{answer['error']}; {self.process.log.read_text(errors='replace')[-500:]}")
        return answer


def build(folder: Path, name: str = "load") -> Path:
    """A load program, made by Go from the folder of this name."""
    program = folder / name
    source = Path(__file__).parent / name
    env = {**os.environ, "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=source, env=env, check=True)
    return program
