"""``python -m bench.pictures``: twenty screenshots of three megabytes become twenty steps; what that costs the server.

A server of its own with sample data in a temporary folder. The screenshots are lists with a photo among them, which is
what makes a PNG so large.
"""

from __future__ import annotations

import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

import httpx
from PIL import Image, ImageDraw, ImageFilter

from bench.activity_door import process_seconds
from bench.machine import ROOT, answers, free_port

PICTURES = 20
_SIZE = (1440, 3120)
_LOGIN = {"email": "instructor@test.com", "password": "test1234"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
        environment = {**os.environ, "DATA_DIR": folder, "LOG_LEVEL": "WARNING"}
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            while not answers(f"{url}/api/health"):
                time.sleep(0.2)
            print(measured(url, server.pid))
        finally:
            server.terminate()
            server.wait()


def measured(url: str, pid: int) -> str:
    """One line: what was sent, what it took, what phones fetch."""
    shots = [screenshot(number) for number in range(PICTURES)]
    token = httpx.post(f"{url}/api/auth/login", json=_LOGIN, timeout=30).json()["access"]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=120) as teacher:
        lecture = teacher.post("/api/lectures", json={"title": "그림"}).json()["id"]
        files = [("file", (f"{number}.png", shot, "image/png")) for number, shot in enumerate(shots)]
        cpu, started = process_seconds(pid), time.perf_counter()
        answer = teacher.post(f"/api/lectures/{lecture}/pictures", files=files)
        seconds, cpu = time.perf_counter() - started, process_seconds(pid) - cpu
        if answer.status_code != 201 or len(answer.json()["subtasks"]) != PICTURES:
            raise RuntimeError(f"they were not taken: {answer.status_code} {answer.text}")
        variants = [step["image"]["variants"] for step in answer.json()["subtasks"]]
        widths = [variant["width"] for variant in variants[0]]
        fetched = [
            round(statistics.median(len(teacher.get(one[place]["url"]).content) for one in variants) / 1000)
            for place in range(len(widths))
        ]
    sent = sum(map(len, shots)) / len(shots) / 1e6
    kept = ", ".join(f"{width} px {size} KB" for width, size in zip(widths, fetched, strict=True))
    return f"{PICTURES} pictures of {sent:.1f} MB: CPU {cpu:.1f} s, {seconds:.1f} s; of each {kept}"


def screenshot(number: int) -> bytes:
    draw_from = random.Random(number)
    image = Image.new("RGB", _SIZE, (246, 247, 249))
    draw = ImageDraw.Draw(image)
    for top in range(0, _SIZE[1], 200):
        draw.rounded_rectangle((40, top + 20, _SIZE[0] - 40, top + 180), 30, fill="white")
        draw.ellipse((70, top + 40, 190, top + 160), fill=tuple(draw_from.randrange(256) for _ in range(3)))
        words = "".join(draw_from.choices("abcdefghijklmnopqrstuvwxyz    ", k=30))
        draw.text((230, top + 60), words, (20, 20, 20), font_size=54)
    image.paste(_photo(draw_from, (_SIZE[0], 1500)), (0, 900))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _photo(draw_from: random.Random, size: tuple[int, int]) -> Image.Image:
    """Soft shapes and the grain of a sensor."""
    small = (24, 16)
    shapes = Image.frombytes("RGB", small, draw_from.randbytes(small[0] * small[1] * 3)).resize(size)
    grain = Image.merge("RGB", [Image.effect_noise(size, 18).filter(ImageFilter.GaussianBlur(0.6)) for _ in range(3)])
    return Image.blend(shapes, grain, 0.25)


if __name__ == "__main__":
    main()
