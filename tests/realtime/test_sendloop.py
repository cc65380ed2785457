"""One message to many sockets, by the compiled loop and in turn: the same bytes, in the same order."""

from __future__ import annotations

import ctypes.util
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mobilegpt.realtime.frames import WireFrames
from mobilegpt.realtime.sendloop import LIBRARY, CompiledLoop, WriteAll, chosen, in_turn

MANY = 12
STEP = WireFrames([b'{"type":"step_changed"}'])
LARGE = WireFrames([b"x" * 4_000_000])


class Phone:
    """Both ends of a socket, and a buffer as a transport has one: what it holds is sent by ``flush``."""

    def __init__(self) -> None:
        self.server, self.client = socket.socketpair()
        self.server.setblocking(False)
        self.client.setblocking(False)
        self.unsent = b""
        self.closing = False

    @property
    def descriptor(self) -> int:
        return -1 if self.unsent or self.closing else self.server.fileno()

    def write(self, frames: WireFrames) -> None:
        self.write_rest(frames.wire)

    def write_rest(self, rest: bytes) -> None:
        if not self.closing:
            self.unsent += rest

    def fill(self) -> int:
        """Until it takes no more; returns how much that was."""
        filled = 0
        while True:
            try:
                filled += self.server.send(b"." * 65_536)
            except BlockingIOError:
                return filled

    def received(self) -> bytes:
        """Everything that was written to it in either way."""
        found = b""
        while True:
            try:
                while part := self.client.recv(1 << 20):
                    found += part
                return found
            except BlockingIOError:
                if not self.unsent:
                    return found
                self.unsent = self.unsent[self.server.send(self.unsent) :]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What setup built, or built here."""
    if LIBRARY.is_file():
        return LIBRARY
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    built = tmp_path_factory.mktemp("loop") / "loop.so"
    source = LIBRARY.with_name("sendloop.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(built), str(source)], check=True)
    return built


@pytest.fixture(params=["compiled", "in turn"])
def write_all(request: pytest.FixtureRequest) -> WriteAll:
    return CompiledLoop(request.getfixturevalue("library")) if request.param == "compiled" else in_turn


@pytest.fixture
def phones() -> Iterator[list[Phone]]:
    made = [Phone() for _ in range(MANY)]
    yield made
    for phone in made:
        phone.server.close()
        phone.client.close()


def test_everybody_has_it(write_all: WriteAll, phones: list[Phone]) -> None:
    write_all(phones, STEP)
    write_all(phones, STEP)
    assert {phone.received() for phone in phones} == {STEP.wire * 2}


def test_a_few_have_it_too(write_all: WriteAll, phones: list[Phone]) -> None:
    write_all(phones[:2], STEP)
    assert [phone.received() for phone in phones[:3]] == [STEP.wire, STEP.wire, b""]


def test_a_full_socket_keeps_it_for_later_and_holds_nobody_up(write_all: WriteAll, phones: list[Phone]) -> None:
    filled = phones[3].fill()
    write_all(phones, STEP)
    assert phones[3].unsent == STEP.wire
    assert phones[3].received() == b"." * filled + STEP.wire
    assert {phone.received() for phone in phones[:3] + phones[4:]} == {STEP.wire}


def test_what_a_socket_does_not_take_at_once_follows_in_its_place(write_all: WriteAll, phones: list[Phone]) -> None:
    write_all(phones, LARGE)
    assert all(phone.unsent for phone in phones)
    write_all(phones, STEP)
    for phone in phones:
        assert phone.received() == LARGE.wire + STEP.wire


def test_a_part_that_was_taken_is_not_written_again(library: Path, phones: list[Phone]) -> None:
    CompiledLoop(library)(phones, LARGE)
    assert all(0 < len(phone.unsent) < len(LARGE.wire) for phone in phones)


def test_a_broken_socket_is_left_to_its_own_buffer(write_all: WriteAll, phones: list[Phone]) -> None:
    """Nobody is killed by a signal, and the transport learns of it by itself."""
    phones[0].client.close()
    write_all(phones, STEP)
    assert phones[0].unsent == STEP.wire
    assert {phone.received() for phone in phones[1:]} == {STEP.wire}


def test_a_closing_socket_gets_nothing(write_all: WriteAll, phones: list[Phone]) -> None:
    phones[5].closing = True
    write_all(phones, STEP)
    assert phones[5].received() == b""
    assert phones[6].received() == STEP.wire


def test_it_is_used_where_it_was_built(library: Path) -> None:
    assert isinstance(chosen(library), CompiledLoop)


@pytest.mark.parametrize("other", ["missing", "another library", "no library"])
def test_without_it_frames_are_written_in_turn(other: str, tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("not compiled")
    places = {
        "missing": tmp_path / "missing.so",
        "another library": Path(ctypes.util.find_library("c") or "libc.so.6"),
        "no library": text,
    }
    assert chosen(places[other]) is in_turn
