"""The class goes along into the other app: a floating window, sound and lock screen of a hidden page, notifications,
what was missed, and evidence that arrives once."""

from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Playwright, expect

from tests import sounds
from tests.browser.conftest import Teacher
from tests.browser.hall import PHONE, Device, enter, sign_in
from tests.browser.headed import Headed, headed
from tests.browser.test_pages import findings
from tests.server.process import Running

pytestmark = pytest.mark.browser

FLOAT, CLOSE = "안내 띄워 두기", "띄운 안내 닫기"
TITLES = ["메시지 창 열기", "글 쓰기", "보내기"]

# What the page does while nobody looks: frames of the floating window, sounds, the lock screen.
_WRITE_DOWN = """() => {
  window.seen = [];
  const sumOf = (parts) => parts.reduce((sum, part, at) => (sum * 31 + part * at) % 1000003, 7);
  const [small, pen] = (() => {
    const canvas = document.createElement('canvas');
    canvas.width = 27; canvas.height = 43;
    return [canvas, canvas.getContext('2d', {willReadFrequently: true})];
  })();
  setInterval(() => {
    const video = document.pictureInPictureElement;
    if (video) pen.drawImage(video, 0, 0, 27, 43);
    const media = navigator.mediaSession;
    window.seen.push({
      hidden: document.hidden,
      floats: !!video,
      frames: video ? video.getVideoPlaybackQuality().totalVideoFrames : 0,
      look: video ? sumOf(pen.getImageData(0, 0, 27, 43).data) : 0,
      title: media.metadata && media.metadata.title,
      artwork: media.metadata ? media.metadata.artwork.length : 0,
      keys: media.playbackState,
    });
  }, 250);
}"""
# Every sound that is played: whether the page was hidden, and whether it was heard to its end.
_LISTEN = """
window.sounds = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const one = {src: this.currentSrc || this.src, hidden: document.hidden, ended: false, tone: 'tone' in this.dataset};
  if (this instanceof HTMLAudioElement && one.src) {
    window.sounds.push(one);
    this.addEventListener('ended', () => { one.ended = true; one.hiddenAtEnd = document.hidden; }, {once: true});
  }
  return play.call(this);
};
window.tones = () => window.sounds.filter((one) => one.tone).length;
"""
# A phone has no Document Picture-in-Picture.
_PHONE = "delete window.documentPictureInPicture;"
_TURN = """(hidden) => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  Object.defineProperty(document, 'visibilityState', {value: hidden ? 'hidden' : 'visible', configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def screen(colour: str) -> bytes:
    """A screenshot of a phone: a bar, rows, and a button at the lower right."""
    image = Image.new("RGB", (720, 1440), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 720, 120), fill=colour)
    for row in range(6):
        pen.rounded_rectangle((40, 180 + 170 * row, 680, 300 + 170 * row), 24, fill="#e7e7e7")
    pen.rounded_rectangle((540, 1300, 700, 1400), 30, fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def lesson(teacher: Teacher) -> int:
    """Three steps with pictures and clips."""
    http = teacher.http
    lecture = http.post("/api/lectures", json={"title": "메시지 보내기", "description": ""}).json()["id"]
    task = http.post(f"/api/lectures/{lecture}/tasks", json={"title": "메시지"}).json()["id"]
    for number, (title, colour) in enumerate(zip(TITLES, ("#3455db", "#0e7a4f", "#b45309"), strict=True)):
        body = {"title": title, "guide_text": f"{title}: 오른쪽 아래 단추를 한 번 누르세요.", "order_index": number + 1}
        step = http.post(f"/api/tasks/{task}/subtasks", json=body).json()["id"]
        files = {"file": ("screen.png", screen(colour), "image/png")}
        http.post(f"/api/subtasks/{step}/image", files=files).raise_for_status()
        marks = {"marks": [{"kind": "tap", "x": 0.86, "y": 0.94}]}
        http.patch(f"/api/subtasks/{step}/image", json=marks).raise_for_status()
        clip = {"file": ("clip.wav", sounds.written(sounds.voice(1.5, hertz=200.0 + 60 * number), "wav"), "audio/wav")}
        http.post(f"/api/subtasks/{step}/audio", files=clip).raise_for_status()
    return int(lecture)


def open_class(teacher: Teacher, lecture: int, title: str) -> str:
    answer = teacher.http.post(f"/api/lectures/{lecture}/sessions", json={"title": title})
    answer.raise_for_status()
    return str(answer.json()["session_code"])


def told(teacher: Teacher, code: str) -> dict[str, Any]:
    """What the page of the only person in the class told of the step."""
    [row] = teacher.http.get(f"/api/sessions/{code}/participants").json()["participants"]
    answer = teacher.http.get(f"/api/sessions/{code}/seats/{row['participant_id']}/page")
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


def wait_for(what: Any, seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def hide(page: Page, hidden: bool = True) -> None:
    page.evaluate(_TURN, hidden)


def sit_down(page: Page, url: str, code: str) -> None:
    page.goto(f"{url}/join/{code}")
    page.get_by_role("textbox").fill("김영희")
    page.get_by_role("button", name="들어가기", exact=True).click()
    page.wait_for_url(f"**/class/{code}*")


@pytest.fixture
def windows(browser: Browser, playwright: Playwright, tmp_path: Path) -> Iterator[Headed]:
    with headed(playwright, tmp_path / "profile") as running:
        yield running


def keep_frame(page: Page, path: Path) -> None:
    """What the floating window shows now."""
    address = page.evaluate("""() => {
      const video = document.pictureInPictureElement, canvas = document.createElement('canvas');
      canvas.width = video.videoWidth; canvas.height = video.videoHeight;
      canvas.getContext('2d').drawImage(video, 0, 0);
      return canvas.toDataURL('image/png');
    }""")
    path.write_bytes(base64.b64decode(address.partition(",")[2]))


def test_the_hidden_page_goes_along(
    windows: Headed, server: Running, pictures: Path, teacher: Teacher, lesson: int
) -> None:
    """Another tab is in front: the window follows, the next clip is heard to its end, the lock screen says the step."""
    code = open_class(teacher, lesson, "띄워 두기")
    page = windows.look()
    page.add_init_script(_PHONE + _LISTEN)
    sit_down(page, server.url, code)
    teacher.tell(code, "start")
    expect(page.get_by_role("heading", name=TITLES[0])).to_be_visible()
    page.get_by_role("button", name=FLOAT).click()
    expect(page.get_by_role("button", name=CLOSE)).to_be_visible()
    assert page.evaluate(
        "document.pictureInPictureElement !== null && 'float' in document.pictureInPictureElement.dataset"
    )
    page.wait_for_function("() => window.tones() > 0")
    page.wait_for_timeout(1500)
    keep_frame(page, pictures / "g1-floating-step.png")
    page.evaluate(_WRITE_DOWN)
    windows.look_away()
    windows.open_another_tab()
    time.sleep(1.5)
    teacher.tell(code, "next-step", message="천천히 하세요")
    time.sleep(4)
    teacher.tell(code, "announce", message="다 된 분은 손을 드세요")
    time.sleep(1.5)
    teacher.tell(code, "pause")
    time.sleep(2)

    page = windows.look(code)
    seen = [one for one in page.evaluate("window.seen") if one["hidden"]]
    assert len(seen) > 20
    assert all(one["floats"] for one in seen)
    assert seen[-1]["frames"] - seen[0]["frames"] >= 5
    by_title = {one["title"]: one for one in seen}
    assert list(by_title) == [f"1 / 3 · {TITLES[0]}", f"2 / 3 · {TITLES[1]}", "잠시 쉬어요"]
    assert by_title[f"2 / 3 · {TITLES[1]}"]["artwork"] >= 1
    looks = [one["look"] for one in seen]
    assert len({looks[0], looks[len(looks) // 2], looks[-1]}) == 3, "the window shows step, next step and pause"
    assert "playing" in {one["keys"] for one in seen if one["title"] == f"2 / 3 · {TITLES[1]}"}
    heard = [one for one in page.evaluate("window.sounds") if "/media/lessons/" in one["src"] and one["hidden"]]
    assert [one["ended"] and one["hiddenAtEnd"] for one in heard] == [True]
    keep_frame(page, pictures / "g2-floating-pause.png")
    assert page.evaluate("window.missed") is None
    teacher.tell(code, "resume")
    teacher.tell(code, "next-step")
    page.wait_for_timeout(1500)
    keep_frame(page, pictures / "g3-floating-last-step.png")
    found = wait_for(lambda: (body := told(teacher, code))["heard"] and body)
    assert found["floating"] is True
    # The end is said, and then the window is gone, with the tone and the lock screen.
    teacher.tell(code, "end")
    page.wait_for_timeout(1500)
    keep_frame(page, pictures / "g4-floating-end.png")
    page.wait_for_function("() => document.pictureInPictureElement === null", timeout=20_000)
    assert page.evaluate("navigator.mediaSession.metadata") is None


def test_a_computer_has_a_window_with_buttons(
    windows: Headed, server: Running, pictures: Path, teacher: Teacher, lesson: int
) -> None:
    code = open_class(teacher, lesson, "작은 창")
    page = windows.look()
    sit_down(page, server.url, code)
    teacher.tell(code, "start")
    expect(page.get_by_role("heading", name=TITLES[0])).to_be_visible()
    page.get_by_role("button", name=FLOAT).click()
    page.wait_for_function("() => window.documentPictureInPicture.window !== null")
    words = "document => documentPictureInPicture.window.document.body.innerText"
    small = "documentPictureInPicture.window.document"
    page.wait_for_function(f"() => {small}.querySelector('h1')?.textContent === {TITLES[0]!r}")
    assert "1 / 3" in page.evaluate(words)
    press = f"name => [...{small}.querySelectorAll('button')].find((one) => one.textContent.includes(name)).click()"

    def asked() -> bool:
        rows = teacher.http.get("/api/dashboard/help-requests/pending").json()["pending_requests"]
        return TITLES[1] in {row["subtask"]["title"] for row in rows}

    page.wait_for_timeout(800)  # a press sooner is not meant
    page.evaluate(press, "다 했어요")

    def status() -> str:
        [row] = teacher.http.get(f"/api/sessions/{code}/participants").json()["participants"]
        return str(row["current_step_status"])

    assert wait_for(lambda: status() == "COMPLETED")
    page.wait_for_timeout(800)
    for one in page.context.pages:
        if one is not page:
            one.screenshot(path=pictures / "g5-small-window.png")
    teacher.tell(code, "next-step", message="천천히 하세요")
    page.wait_for_function(f"() => {small}.querySelector('h1')?.textContent === {TITLES[1]!r}")
    assert "천천히 하세요" in page.evaluate(words)
    page.evaluate(press, "도와주세요")  # within half a second of the new step: not meant
    page.wait_for_timeout(800)
    assert not asked()
    page.evaluate(press, "도와주세요")
    assert wait_for(asked)
    teacher.tell(code, "pause")
    page.wait_for_function(f"() => {small}.body.innerText.includes('잠시 쉬어요')")
    assert page.evaluate(f"{small}.querySelectorAll('button').length") == 0
    page.evaluate("documentPictureInPicture.window.close()")
    teacher.tell(code, "resume")
    expect(page.get_by_role("button", name=FLOAT)).to_be_visible()


@pytest.mark.parametrize(
    "missing",
    [
        "delete HTMLCanvasElement.prototype.captureStream;",
        "delete HTMLVideoElement.prototype.requestPictureInPicture;",
        "Object.defineProperty(Document.prototype, 'pictureInPictureEnabled', {get: () => false});",
        "HTMLVideoElement.prototype.webkitSetPresentationMode = () => undefined;",
    ],
)
def test_without_such_windows_the_button_is_not_there_and_the_rest_works(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: int, missing: str
) -> None:
    code = open_class(teacher, lesson, "창이 없는 휴대폰")
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.page.add_init_script(_PHONE + missing)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(TITLES[0])
        expect(phone.page.get_by_role("button", name="다시 듣기")).to_be_visible()
        expect(phone.page.get_by_role("button", name=FLOAT)).to_have_count(0)
        phone.page.wait_for_function("() => navigator.mediaSession.metadata?.title.startsWith('1 / 3')")
        hide(phone.page)
        teacher.tell(code, "next-step")
        phone.page.wait_for_function("() => navigator.mediaSession.metadata?.title.startsWith('2 / 3')")
        hide(phone.page, False)
        phone.sees("그동안 수업이 1단계 나아갔어요.")
        assert phone.complaints == []


def test_a_tone_lasts_as_long_as_the_class_and_the_sound(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: int
) -> None:
    code = open_class(teacher, lesson, "들리지 않는 소리")
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.page.add_init_script(
            "window.elements = []; const Old = Audio;"
            "window.Audio = function (src) { const one = new Old(src); elements.push(one); return one; };"
            "window.sounding = () => elements.some((one) => 'tone' in one.dataset && !one.paused);"
        )
        enter(phone, code, "김영희")
        phone.page.wait_for_timeout(1500)
        assert not phone.page.evaluate("sounding()"), "before the class there is none"
        teacher.tell(code, "start")
        phone.page.wait_for_function("() => sounding()")
        teacher.tell(code, "pause")
        phone.page.wait_for_timeout(500)
        assert phone.page.evaluate("sounding()"), "a pause is part of the class"
        teacher.tell(code, "resume")
        phone.press("보기 설정")
        speech = phone.page.get_by_role("group", name=re.compile("읽"))
        speech.get_by_label("끄기").check()
        phone.page.wait_for_function("() => !sounding()")
        speech.get_by_label("켜기").check()
        phone.page.wait_for_function("() => sounding()")
        teacher.tell(code, "end")
        phone.page.wait_for_function("() => !sounding()")


def notices(phone: Device) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = phone.page.evaluate(
        """async () => (await (await navigator.serviceWorker.ready).getNotifications())
          .map(({title, body, silent, tag}) => ({title, body, silent, tag}))"""
    )
    return shown


def until_notices(phone: Device, titles: list[str]) -> list[dict[str, Any]]:
    """The notifications once these are shown; ``wait_for_function`` does not wait for a promise."""
    shown: list[dict[str, Any]] = []
    for _ in range(100):
        shown = notices(phone)
        if [notice["title"] for notice in shown] == titles:
            break
        phone.page.wait_for_timeout(50)
    assert [notice["title"] for notice in shown] == titles
    return shown


def test_a_notification_is_replaced_at_each_step(
    browser: Browser, server: Running, pictures: Path, teacher: Teacher, lesson: int
) -> None:
    code = open_class(teacher, lesson, "알림")
    with Device(browser, PHONE, server.url, pictures) as phone:
        enter(phone, code, "김영희")
        why = "다른 앱을 쓰는 동안 새 단계가 오면 알림으로 알려 드려요."
        phone.sees(why)
        phone.picture("g6-waiting-asks")
        phone.context.grant_permissions(["notifications"])
        phone.press("새 단계 알림 받기")
        phone.sees("새 단계가 오면 알림으로 알려 드려요.")
        teacher.tell(code, "start")
        phone.heading(TITLES[0])
        assert notices(phone) == [], "who sees the step needs none"
        hide(phone.page)
        teacher.tell(code, "next-step", message="천천히 하세요")
        until_notices(phone, [f"2 / 3 · {TITLES[1]}"])
        teacher.tell(code, "next-step")
        [notice] = until_notices(phone, [f"3 / 3 · {TITLES[2]}"])
        assert notice["silent"] is True, "the page says the step itself"
        assert "오른쪽 아래 단추" in notice["body"]
        hide(phone.page, False)
        until_notices(phone, [])
        phone.sees("그동안 수업이 2단계 나아갔어요.")
        phone.picture("g7-back-missed-two")
        heading = phone.page.get_by_role("heading", name=TITLES[2])
        stood = heading.bounding_box()
        phone.press("알았어요")
        expect(phone.page.get_by_text("그동안 수업이")).to_have_count(0)
        assert heading.bounding_box() == stood, "what was missed has moved the step"


def test_evidence_arrives_once_whatever_the_connection_does(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: int
) -> None:
    code = open_class(teacher, lesson, "근거")
    with Device(browser, PHONE, lan, pictures) as phone:
        posts: list[float] = []
        phone.page.on("request", lambda one: posts.append(time.monotonic()) if "/api/logs/batch" in one.url else None)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(TITLES[0])
        phone.page.wait_for_function("() => navigator.mediaSession.playbackState === 'paused'", timeout=20_000)
        phone.page.get_by_role("button", name=re.compile("크게")).first.click()
        phone.page.keyboard.press("Escape")
        phone.cut()
        for _ in range(3):
            hide(phone.page)
            hide(phone.page, False)
        phone.page.wait_for_timeout(9_000)  # a request fails meanwhile
        phone.mend()
        phone.page.reload()
        phone.heading(TITLES[0])
        assert wait_for(lambda: told(teacher, code)["away"] == 3, 40)
        phone.page.wait_for_timeout(12_000)
        found = told(teacher, code)
        assert (found["heard"], found["enlarged"], found["away"]) == (1, 1, 3)
        assert found["shown_at"] is not None
        assert all(later - earlier > 9.5 for earlier, later in pairwise(posts))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_how_it_looks(browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: int, language: str) -> None:
    code = open_class(teacher, lesson, "모습")
    titled = {"ko": "김영희", "en": "Young-hee"}[language]
    with (
        Device(browser, {"width": 360, "height": 740}, lan, pictures) as phone,
        Device(browser, {"width": 1366, "height": 768}, lan, pictures) as laptop,
    ):
        enter(phone, code, titled)
        teacher.tell(code, "start")
        phone.heading(TITLES[0])
        phone.page.evaluate("lang => localStorage.setItem('mgpt.lang', JSON.stringify(lang))", language)
        phone.page.reload()
        phone.heading(TITLES[0])
        expect(
            phone.page.get_by_role("button", name={"ko": FLOAT, "en": "Keep the guide in view"}[language])
        ).to_be_visible()
        assert findings(phone) == []
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.picture(f"g8-step-{language}-360")
        hide(phone.page)
        teacher.tell(code, "next-step", message="천천히 하세요")
        phone.heading(TITLES[1])
        hide(phone.page, False)
        phone.page.wait_for_timeout(400)
        assert findings(phone) == []
        phone.picture(f"g9-back-{language}-360")
        assert wait_for(lambda: told(teacher, code)["shown_at"], 40)
        sign_in(laptop)
        laptop.page.evaluate("lang => localStorage.setItem('mgpt.lang', JSON.stringify(lang))", language)
        session = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
        laptop.goto(f"/teach/sessions/{session}")
        laptop.page.get_by_role("button", name=re.compile(titled)).first.click()
        title = {"ko": "지금 단계에서 이 휴대폰이 알려 준 것", "en": "What this phone has told of the current step"}
        laptop.heading(title[language])
        laptop.page.wait_for_timeout(400)
        assert findings(laptop) == []
        laptop.picture(f"g10-person-{language}-1366")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1366, 768)])
def test_a_teacher_shows_how_a_screen_is_split(
    browser: Browser, lan: str, pictures: Path, width: int, height: int, language: str
) -> None:
    with Device(browser, {"width": width, "height": height}, lan, pictures) as device:
        sign_in(device)
        device.page.evaluate("lang => localStorage.setItem('mgpt.lang', JSON.stringify(lang))", language)
        device.goto("/teach/split-screen")
        device.heading({"ko": "화면을 둘로 나누기", "en": "Two apps on one screen"}[language])
        expect(device.page.get_by_role("img", name=re.compile("."))).to_have_count(4)
        assert findings(device) == []
        assert device.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        device.picture(f"g11-split-{language}-{width}")
