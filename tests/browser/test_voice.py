"""The instructor's voice: recorded in the editor by a real recorder, heard on a phone before the phone's own voice."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mobilegpt.files.sounds import LOUDNESS_LUFS, loudness_of
from tests.browser.conftest import _FLAGS, Teacher
from tests.browser.hall import LAPTOP, PHONE, Device, enter, sign_in
from tests.browser.test_pages import looks_right
from tests.server.process import Running
from tests.sounds import RATE, read, voice, written

pytestmark = pytest.mark.browser
_HEARD = """
window.heard = [];
window.spoken = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if ('tone' in this.dataset) return play.call(this);
  window.element = this;
  window.heard.push([this.src.split('/').pop(), this.playbackRate]);
  return play.call(this);
};
const korean = { lang: 'ko-KR', localService: true, name: 'Yuna' };
Object.defineProperty(speechSynthesis, 'getVoices', { value: () => [korean] });
Object.defineProperty(speechSynthesis, 'speak', { value: ({ text }) => { if (text) window.spoken.push(text); } });
Object.defineProperty(SpeechSynthesisUtterance.prototype, 'voice', { set() {}, get() { return korean; } });
"""
"""What a page plays, but for the tone of a class, and has spoken; a phone with a Korean voice."""


_LENGTH = """async (address) => {
  const sound = new Audio(address);
  await new Promise((resolve) => (sound.onloadedmetadata = resolve));
  // What a recorder writes says nothing of its length before its end was looked for.
  if (sound.duration === Infinity) {
    const known = new Promise((resolve) => (sound.ondurationchange = () => sound.duration < 1e6 && resolve()));
    sound.currentTime = 1e7;
    await known;
  }
  return sound.duration;
}"""


@pytest.fixture(scope="module")
def studio(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser with a microphone in which somebody speaks softly, and nobody to ask whether it may be used."""
    said = tmp_path_factory.mktemp("microphone") / "said.wav"
    said.write_bytes(written(voice(2.0, level=0.1) * 10, "wav"))
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    flags = [*_FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags.append(f"--use-file-for-fake-audio-capture={said}")
    launched = browser.browser_type.launch(executable_path=chromium, args=flags)
    yield launched
    launched.close()


class Lesson:
    """A lecture of the sample instructor's own, and its steps."""

    def __init__(self, teacher: Teacher) -> None:
        self.http = teacher.http
        copy = self.http.post(f"/api/lectures/{teacher.lecture_id}/duplicate", json={"title": "소리 수업"})
        copy.raise_for_status()
        self.id = copy.json()["id"]
        self.http.patch(f"/api/lectures/{self.id}", json={"is_active": True}).raise_for_status()

    @property
    def steps(self) -> list[dict[str, Any]]:
        lecture = self.http.get(f"/api/lectures/{self.id}", params={"include": "subtasks"}).json()
        return [step for task in lecture["tasks"] for step in task["subtasks"]]

    def record(self, step: int, hertz: float, seconds: float = 1.0) -> str:
        """A clip of a tone; returns its file."""
        files = {"file": ("clip.wav", written(voice(seconds, hertz=hertz), "wav"))}
        answer = self.http.post(f"/api/subtasks/{self.steps[step]['id']}/audio", files=files)
        answer.raise_for_status()
        return str(answer.json()["url"]).rpartition("/")[2]

    def open(self) -> tuple[int, str]:
        """A class of it: its number and its code."""
        answer = self.http.post(f"/api/lectures/{self.id}/sessions", json={"title": "소리"})
        answer.raise_for_status()
        return answer.json()["id"], answer.json()["session_code"]


@pytest.fixture
def lesson(teacher: Teacher) -> Lesson:
    return Lesson(teacher)


def looked_at(device: Device, lesson: Lesson, step: int = 0) -> Page:
    """The editor with one of the lesson's steps."""
    device.goto(f"/teach/lectures/{lesson.id}")
    device.page.get_by_role("button", name=lesson.steps[step]["title"]).first.click()
    device.page.get_by_role("region", name="소리").wait_for()
    return device.page


@pytest.mark.parametrize("size", [LAPTOP, {"width": 360, "height": 740}], ids=["laptop", "phone"])
def test_a_recording_is_heard_first_and_becomes_the_steps_clip(
    studio: Browser, server: Running, pictures: Path, lesson: Lesson, size: dict[str, int]
) -> None:
    with Device(studio, size, server.url, pictures) as laptop:
        sign_in(laptop)
        page = looked_at(laptop, lesson)
        sound = page.get_by_role("region", name="소리")
        expect(sound).to_contain_text("녹음이 없어요")
        sound.get_by_role("button", name="녹음하기").click()
        expect(sound.get_by_role("meter")).to_be_visible()
        page.wait_for_timeout(4_000)
        looks_right(laptop, f"70-voice-recording-{size['width']}")
        sound.get_by_role("button", name="다 말했어요").click()
        review = sound.get_by_label("방금 한 녹음")
        expect(review).to_be_visible()
        recorded = page.evaluate(_LENGTH, review.get_attribute("src"))
        assert 3.5 < recorded < 60
        looks_right(laptop, f"71-voice-review-{size['width']}")
        sound.get_by_role("button", name="이 녹음 쓰기").click()
        expect(sound).to_contain_text("내 녹음")
        looks_right(laptop, f"72-voice-clip-{size['width']}")
        audio = lesson.steps[0]["audio"]
        content = lesson.http.get(audio["url"]).content
        assert audio["duration_seconds"] == pytest.approx(recorded, abs=0.4)  # it takes a moment until it is heard
        assert len(read(content)) / RATE == pytest.approx(audio["duration_seconds"], abs=0.1)
        assert loudness_of(read(content)) == pytest.approx(LOUDNESS_LUFS, abs=1)
        page.get_by_label("읽어 줄 말").fill("다른 말을 해 볼까요")
        expect(sound).to_contain_text("글이 바뀌었어요")
        sound.get_by_role("button", name="녹음 지우기").click()
        expect(sound).to_contain_text("녹음이 없어요")
        assert lesson.steps[0]["audio"] is None
        assert laptop.complaints == []


def test_a_recording_waits_at_its_step_until_it_is_used(
    studio: Browser, server: Running, pictures: Path, lesson: Lesson
) -> None:
    with Device(studio, LAPTOP, server.url, pictures) as laptop:
        sign_in(laptop)
        page = looked_at(laptop, lesson)
        sound = page.get_by_role("region", name="소리")
        sound.get_by_role("button", name="녹음하기").click()
        page.wait_for_timeout(2_500)
        other = page.get_by_role("button", name=lesson.steps[2]["title"]).first
        other.click()  # while it still records
        laptop.sees("녹음을 그 단계에 두었어요")
        expect(sound).to_contain_text("녹음이 없어요")
        looks_right(laptop, "73-voice-waits")
        page.get_by_role("button", name=lesson.steps[0]["title"]).first.click()
        review = sound.get_by_label("방금 한 녹음")
        expect(review).to_be_visible()
        assert page.evaluate(_LENGTH, review.get_attribute("src")) > 2
        sound.get_by_role("button", name="이 녹음 쓰기").click()
        expect(sound).to_contain_text("내 녹음")
        expect(page.get_by_text("아직 안 담은 녹음 있음")).to_have_count(0)
        assert lesson.steps[0]["audio"]["source"] == "clip"
        assert lesson.steps[2]["audio"] is None
        assert laptop.complaints == []


def test_a_file_is_uploaded_and_a_bad_one_is_refused_in_words(
    studio: Browser, server: Running, pictures: Path, lesson: Lesson
) -> None:
    with Device(studio, LAPTOP, server.url, pictures) as laptop:
        sign_in(laptop)
        page = looked_at(laptop, lesson)
        sound = page.get_by_role("region", name="소리")
        upload = sound.locator('input[type="file"]')
        upload.set_input_files({"name": "memo.amr", "mimeType": "audio/amr", "buffer": b"#!AMR\nnothing"})
        expect(sound.get_by_role("alert")).to_contain_text("소리로 읽을 수 없거나")
        long = written(voice(1.0) * 63, "webm")
        upload.set_input_files({"name": "long.webm", "mimeType": "audio/webm", "buffer": long})
        expect(sound.get_by_role("alert")).to_contain_text("60초까지만")
        upload.set_input_files({"name": "memo.amr", "mimeType": "audio/amr", "buffer": written(voice(1.5), "amr")})
        expect(sound).to_contain_text("내 녹음 2초")
        expect(sound.get_by_role("alert")).to_have_text("")


def test_without_https_the_editor_says_why_it_cannot_record(
    studio: Browser, lan: str, pictures: Path, lesson: Lesson
) -> None:
    if "127.0.0.1" in lan or "localhost" in lan:
        pytest.skip("this machine has no other address")
    with Device(studio, LAPTOP, lan, pictures) as laptop:
        sign_in(laptop)
        page = looked_at(laptop, lesson)
        expect(page.get_by_role("region", name="소리").get_by_role("alert")).to_contain_text("https로 시작하는 주소")
        looks_right(laptop, "73-voice-insecure-1366")


def test_a_microphone_that_is_refused_is_told(
    browser: Browser, server: Running, pictures: Path, lesson: Lesson
) -> None:
    with Device(browser, LAPTOP, server.url, pictures) as laptop:
        sign_in(laptop)
        page = looked_at(laptop, lesson)
        sound = page.get_by_role("region", name="소리")
        sound.get_by_role("button", name="녹음하기").click()
        expect(sound.get_by_role("alert")).to_contain_text(re.compile("허용되지 않았어요|마이크를 찾지 못했어요"))
        expect(sound.get_by_role("button", name="녹음하기")).to_be_visible()


def test_a_phone_plays_clips_before_its_own_voice_and_nothing_over_another(
    browser: Browser, server: Running, pictures: Path, teacher: Teacher, lesson: Lesson
) -> None:
    first, second = lesson.record(0, 220, 2.0), lesson.record(1, 440, 2.0)
    titles = [step["title"] for step in lesson.steps]
    room, code = lesson.open()
    with (
        Device(browser, {"width": 360, "height": 740}, server.url, pictures) as phone,
        Device(browser, LAPTOP, server.url, pictures) as laptop,
    ):
        for device in (phone, laptop):
            device.context.add_init_script(_HEARD)
        sign_in(laptop)
        laptop.goto(f"/teach/sessions/{room}")
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        phone.page.wait_for_function("() => window.heard.length === 1")
        assert phone.page.evaluate("window.heard") == [[first, 1]]
        phone.page.wait_for_function("() => window.element.ended")  # it is heard, not only begun
        teacher.tell(code, "next-step")
        phone.heading(titles[1])
        phone.page.wait_for_function("() => window.heard.length === 2")
        phone.press("천천히 듣기")
        phone.page.wait_for_function("() => window.heard.length === 3")
        phone.press("다시 듣기")
        phone.page.wait_for_function("() => window.heard.length === 4")
        assert phone.page.evaluate("window.heard") == [[first, 1], [second, 1], [second, 0.8], [second, 1]]
        assert phone.page.evaluate("window.spoken") == []
        looks_right(phone, "74-voice-step-360", senior=True)
        teacher.tell(code, "next-step")
        phone.heading(titles[2])
        phone.page.wait_for_function("() => window.spoken.length > 0")
        assert phone.page.evaluate("window.element.paused")  # the step has changed: the old one is still
        assert len(phone.page.evaluate("window.heard")) == 4
        assert titles[2] in " ".join(phone.page.evaluate("window.spoken"))
        # The instructor's page shows the same phone, and is silent.
        laptop.page.get_by_text(titles[2]).first.wait_for()
        assert laptop.page.evaluate("[window.heard, window.spoken]") == [[], []]
        # A page that comes anew says nothing before somebody touches it.
        teacher.tell(code, "next-step")
        phone.page.reload()
        phone.heading(titles[3])
        phone.page.wait_for_timeout(1_500)
        assert phone.page.evaluate("[window.heard, window.spoken]") == [[], []]
        phone.press("다시 듣기")
        phone.page.wait_for_function("() => window.spoken.length > 0")
        teacher.tell(code, "end")


def test_a_clip_that_cannot_be_read_is_spoken_by_the_phone(
    browser: Browser, server: Running, pictures: Path, teacher: Teacher, lesson: Lesson
) -> None:
    lesson.record(0, 300)
    title, (_, code) = lesson.steps[0]["title"], lesson.open()
    with Device(browser, PHONE, server.url, pictures) as phone:
        phone.context.add_init_script(_HEARD)
        phone.context.route("**/media/lessons/*", lambda route: route.abort())
        enter(phone, code, "박철수")
        teacher.tell(code, "start")
        phone.heading(title)
        phone.page.wait_for_function("() => window.spoken.length > 0")
        assert title in phone.page.evaluate("window.spoken")[0]
        teacher.tell(code, "end")
