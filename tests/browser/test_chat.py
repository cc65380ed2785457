"""Chat in real browsers: two phones and a desktop in the room of a class, and the page of all rooms."""

from __future__ import annotations

import base64
import io
import re
import wave
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Route, WebSocketRoute, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, PHONE, SMALL_PHONE, Device, enter, sign_in
from tests.browser.test_pages import findings, looks_right
from tests.pictures import heic

pytestmark = pytest.mark.browser

_MANY = 130
_SENDS_AT_ONCE = 10  # of one member within ten seconds
# Where the first bubble that can be seen stands, and which one it is.
_ANCHOR = """() => {
  const box = document.querySelector('[role=region][aria-label="나눈 이야기"]');
  const edge = box.getBoundingClientRect().top;
  for (const one of box.querySelectorAll('[data-bubble]')) {
    const { top, bottom } = one.getBoundingClientRect();
    if (bottom > edge + 8) return { id: one.dataset.bubble, top };
  }
}"""
_TOP_OF = '(id) => document.querySelector(`[data-bubble="${id}"]`).getBoundingClientRect().top'


def class_of(teacher: Teacher, code: str) -> dict[str, Any]:
    body: dict[str, Any] = teacher.http.get(f"/api/sessions/{code}").json()
    return body


def messages(teacher: Teacher, room_id: int) -> list[str]:
    """Everything that is stored, oldest first."""
    body = teacher.http.get(f"/api/v1/chat/rooms/{room_id}/messages", params={"limit": 100}).json()
    return [row["message"] for row in reversed(body["data"]["messages"])]


def tell(teacher: Teacher, room_id: int, text: str) -> None:
    """The instructor says something, without a browser."""
    teacher.http.post(f"/api/v1/chat/rooms/{room_id}/messages", json={"message": text}).raise_for_status()


def open_chat(phone: Device) -> None:
    phone.page.get_by_role("button", name=re.compile("^이야기")).click()
    expect(phone.page.get_by_role("region", name="나눈 이야기")).to_be_visible()


def field(device: Device) -> Locator:
    return device.page.get_by_label("글 쓰기")


def say(device: Device, text: str) -> None:
    field(device).fill(text)
    writing = device.page.locator("form").filter(has=field(device))
    writing.get_by_role("button", name="보내기").click()


def bubble(device: Device, text: str) -> Locator:
    return device.page.locator("[data-bubble]").filter(has_text=text)


def row_of(device: Device, text: str) -> Locator:
    return device.page.locator("li").filter(has=device.page.locator("[data-bubble]", has_text=text))


def talk_a_lot(teacher: Teacher, code: str, room_id: int, count: int) -> None:
    """Messages by as many guests as the limit on each asks for."""
    for start in range(0, count, _SENDS_AT_ONCE):
        seat = teacher.http.post(
            f"/api/sessions/{code}/guest",
            json={"name": f"손님{start // _SENDS_AT_ONCE + 1}", "device_id": f"device-of-a-guest-{code}-{start:04}"},
            headers={"Authorization": ""},
        )
        seat.raise_for_status()
        headers = {"Authorization": f"Bearer {seat.json()['access_token']}"}
        for number in range(start + 1, min(start + _SENDS_AT_ONCE, count) + 1):
            body = {"message": f"{number}번째 이야기예요."}
            answer = teacher.http.post(f"/api/v1/chat/rooms/{room_id}/messages", json=body, headers=headers)
            answer.raise_for_status()


def photo(width: int = 1200, height: int = 900) -> bytes:
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height))
    Image.merge("RGB", (image, image.rotate(90).resize((width, height)), image.rotate(180))).save(out, "JPEG")
    return out.getvalue()


def open_live(laptop: Device, session_id: int) -> None:
    sign_in(laptop)
    laptop.goto(f"/teach/sessions/{session_id}")
    laptop.page.get_by_role("tab", name=re.compile("^이야기")).click()
    expect(field(laptop)).to_be_visible()


def test_two_phones_and_a_desktop_talk_in_the_room_of_their_class(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("이야기하는 수업")
    info = class_of(teacher, code)
    room_id = info["chat_room_id"]
    with (
        Device(browser, LAPTOP, lan, pictures) as laptop,
        Device(browser, PHONE, lan, pictures) as kim,
        Device(browser, SMALL_PHONE, lan, pictures) as lee,
    ):
        enter(kim, code, "김영희")
        enter(lee, code, "이철수")
        open_live(laptop, info["session_id"])
        laptop.sees("아직 글이 없어요. 먼저 인사해 보세요.")
        laptop.picture("50-live-chat-empty")
        open_chat(kim)
        kim.picture("50-chat-empty-390")
        say(kim, "안녕하세요, 김영희예요.")
        expect(bubble(laptop, "안녕하세요, 김영희예요.")).to_be_visible()
        expect(row_of(kim, "안녕하세요")).to_contain_text("이철수 님 안 읽음")
        expect(lee.page.get_by_role("button", name="이야기 새 글 1개")).to_be_visible()
        lee.picture("51-class-badge-320")
        open_chat(lee)
        expect(bubble(lee, "안녕하세요, 김영희예요.")).to_be_visible()
        expect(row_of(kim, "안녕하세요")).to_contain_text("읽음")
        expect(row_of(kim, "안녕하세요")).not_to_contain_text("안 읽음")

        say(lee, "반가워요. 오늘은 유튜브를 배우지요?\n주소는 https://www.youtube.com/ 이에요.")
        expect(bubble(kim, "반가워요").get_by_role("link", name="https://www.youtube.com/")).to_be_visible()
        say(laptop, "네, 맞아요. 천천히 따라 하세요.")
        for device in (kim, lee):
            expect(bubble(device, "천천히 따라 하세요.")).to_be_visible()
        expect(row_of(laptop, "천천히")).not_to_contain_text("안 읽음")
        upload = FilePayload(name="사진.jpg", mimeType="image/jpeg", buffer=photo())
        kim.page.locator("input[type=file]").set_input_files(upload)
        for device in (kim, lee, laptop):
            picture = device.page.get_by_role("img", name=re.compile("보낸 사진"))
            expect(picture).to_be_visible()
            device.page.wait_for_function("(one) => one.complete && one.naturalWidth > 0", arg=picture.element_handle())
        expect(lee.page.locator("[role=region] h2")).to_have_text([re.compile(r"\d+월 \d+일 .요일")])
        for device, name in ((kim, "390"), (lee, "320"), (laptop, "live")):
            looks_right(device, f"52-chat-{name}", senior=device is not laptop)
        lee.page.get_by_role("img", name=re.compile("보낸 사진")).click()
        looks_right(lee, "53-chat-picture-320")
        lee.press("닫기")
        kim.press("사람 3명")
        kim.sees("모두 읽었어요")
        looks_right(kim, "53-chat-people-390")
        assert messages(teacher, room_id)[0] == "안녕하세요, 김영희예요."
        assert len(messages(teacher, room_id)) == 4
        assert laptop.complaints + kim.complaints + lee.complaints == []


# A second of a moving square, as a browser records it.
_FILM = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
  const brush = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm;codecs=vp8' });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const over = new Promise((done) => (recorder.onstop = done));
  recorder.start();
  for (let at = 0; at < 20; at += 1) {
    brush.fillStyle = '#fff'; brush.fillRect(0, 0, 160, 120);
    brush.fillStyle = '#06c'; brush.fillRect(at * 6, 40, 40, 40);
    await new Promise((done) => setTimeout(done, 50));
  }
  recorder.stop();
  await over;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(''));
}"""


def _sound() -> bytes:
    """A second of nothing, as WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000))
    return out.getvalue()


def test_films_and_recordings_are_played_where_they_are(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("동영상을 보내는 수업")
    with Device(browser, PHONE, lan, pictures) as kim, Device(browser, SMALL_PHONE, lan, pictures) as lee:
        enter(kim, code, "김영희")
        enter(lee, code, "이철수")
        open_chat(kim)
        open_chat(lee)
        chooser = kim.page.locator("input[type=file]")
        film_made = base64.b64decode(kim.page.evaluate(_FILM))
        for name, mime, content in (("나들이.webm", "video/webm", film_made), ("녹음.wav", "audio/wav", _sound())):
            chooser.set_input_files(FilePayload(name=name, mimeType=mime, buffer=content))
            expect(bubble(lee, name)).to_be_visible()
        for device in (kim, lee):
            film = device.page.locator("video:not([data-awake])")
            expect(film).to_be_visible()
            device.page.wait_for_function("(one) => one.videoWidth === 160", arg=film.element_handle())
            assert film.get_attribute("aria-label") in ("나 님이 보낸 동영상", "김영희 님이 보낸 동영상")
            sound = device.page.locator("audio")
            device.page.wait_for_function("(one) => one.readyState >= 1", arg=sound.element_handle())
        playing = lee.page.locator("video:not([data-awake])").element_handle()
        lee.page.evaluate("(one) => { one.muted = true; return one.play(); }", playing)
        lee.page.wait_for_function("(one) => one.currentTime > 0.3", arg=playing)
        chooser.set_input_files(
            FilePayload(name="IMG_0001.HEIC", mimeType="", buffer=heic(Image.new("RGB", (64, 48), "red")))
        )
        picture = lee.page.get_by_role("img", name=re.compile("보낸 사진"))
        expect(picture).to_be_visible()
        lee.page.wait_for_function("(one) => one.complete && one.naturalWidth === 64", arg=picture.element_handle())
        looks_right(kim, "57-chat-film-390")
        looks_right(lee, "57-chat-film-320")
        chooser.set_input_files(
            FilePayload(name="긴 글.txt", mimeType="text/plain", buffer=b"x" * (10 * 1024 * 1024 + 1))
        )
        kim.sees("파일이 너무 커요. 10 MB까지 보낼 수 있어요.")
        assert kim.complaints + lee.complaints == []


def test_a_new_step_is_told_over_the_chat_and_the_back_button_returns(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("이야기와 단계"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        teacher.tell(code, "start")
        kim.heading(titles[0])
        open_chat(kim)
        teacher.tell(code, "next-step")
        kim.sees("새 단계가 나왔어요 · 돌아가기")
        expect(kim.page.locator('[role="status"].sr-only').first).to_contain_text(f"새 단계예요. {titles[1]}")
        looks_right(kim, "54-chat-new-step-390", senior=True)
        kim.press("새 단계가 나왔어요 · 돌아가기")
        kim.heading(titles[1])
        expect(field(kim)).to_have_count(0)
        expect(kim.page.get_by_role("button", name="이야기")).to_be_focused()
        open_chat(kim)
        kim.page.go_back()
        expect(field(kim)).to_have_count(0)
        kim.heading(titles[1])
        expect(kim.page).to_have_url(f"{lan}/class/{code}")
        open_chat(kim)
        kim.page.keyboard.press("Escape")
        expect(field(kim)).to_have_count(0)
        assert kim.complaints == []


def test_what_was_written_without_a_connection_survives_a_reload_and_is_sent_once(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("끊긴 이야기")
    room_id = class_of(teacher, code)["chat_room_id"]
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        open_chat(kim)
        say(kim, "연결될 때 쓴 글")
        expect(bubble(kim, "연결될 때 쓴 글")).to_be_visible()
        kim.cut()
        say(kim, "끊긴 동안 쓴 글 하나")
        say(kim, "끊긴 동안 쓴 글 둘")
        expect(kim.page.get_by_text("연결되면 보낼게요.").first).to_be_visible()
        kim.sees("인터넷이 끊겼어요. 다시 연결하고 있어요. 그대로 두세요.")
        looks_right(kim, "55-chat-lost-390", senior=True)
        field(kim).fill("쓰다 만 글")
        assert messages(teacher, room_id) == ["연결될 때 쓴 글"]
        # The page opens again, and still nothing can be sent.
        kim.page.route(re.compile(r"/messages$"), lambda route: route.abort())
        kim.mend()
        kim.page.reload()
        open_chat(kim)
        expect(field(kim)).to_have_value("쓰다 만 글")
        expect(kim.page.get_by_text("끊긴 동안 쓴 글 둘")).to_be_visible()
        expect(kim.page.get_by_text("연결되면 보낼게요.").first).to_be_visible()
        assert messages(teacher, room_id) == ["연결될 때 쓴 글"]
        lost: list[str] = []

        def swallow(route: Route) -> None:
            """The server stores the first one, and its answer is lost."""
            if lost:
                route.continue_()
                return
            lost.append(route.request.post_data or "")
            route.fetch()
            route.abort()

        kim.page.unroute(re.compile(r"/messages$"))
        kim.page.route(re.compile(r"/messages$"), swallow)
        expect(bubble(kim, "끊긴 동안 쓴 글 둘")).to_be_visible(timeout=20_000)
        expect(kim.page.get_by_text(re.compile("보내는 중|연결되면"))).to_have_count(0)
        assert len(lost) == 1
        assert messages(teacher, room_id) == ["연결될 때 쓴 글", "끊긴 동안 쓴 글 하나", "끊긴 동안 쓴 글 둘"]
        assert kim.page.locator("[data-bubble]").count() == 3
        assert kim.complaints == []


def test_a_phone_without_sockets_talks_over_http(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code = teacher.open("웹소켓이 막힌 이야기")
    room_id = class_of(teacher, code)["chat_room_id"]

    def refuse(route: WebSocketRoute) -> None:
        route.close(code=1001)

    with Device(browser, PHONE, lan, pictures) as kim:
        kim.context.route_web_socket(re.compile("/ws/chat/"), refuse)
        enter(kim, code, "김영희")
        open_chat(kim)
        say(kim, "소켓 없이 쓴 글")
        expect(row_of(kim, "소켓 없이 쓴 글")).to_contain_text("박지현 님 안 읽음")
        tell(teacher, room_id, "선생님의 답")
        expect(bubble(kim, "선생님의 답")).to_be_visible(timeout=10_000)
        teacher.http.post(f"/api/v1/chat/rooms/{room_id}/read", json={}).raise_for_status()
        expect(row_of(kim, "소켓 없이 쓴 글")).not_to_contain_text("안 읽음", timeout=10_000)
        expect(kim.page.get_by_text(re.compile("인터넷이 끊겼어요"))).to_have_count(0)
        assert kim.page.locator("[data-bubble]").count() == 2
        assert kim.complaints == []


def test_older_messages_come_on_scrolling_and_nothing_jumps(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("긴 이야기")
    room_id = class_of(teacher, code)["chat_room_id"]
    talk_a_lot(teacher, code, room_id, _MANY)
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        open_chat(kim)
        page = kim.page
        expect(bubble(kim, f"{_MANY}번째")).to_be_in_viewport()
        assert page.locator("[data-bubble]").count() == 50
        box = page.get_by_role("region", name="나눈 이야기")
        for shown in (100, _MANY):
            with page.expect_response(re.compile("before=")) as answer:
                box.evaluate("(one) => one.scrollTo(0, 300)")
                page.wait_for_timeout(50)
                anchor = page.evaluate(_ANCHOR)
            answer.value.finished()
            expect(page.locator("[data-bubble]")).to_have_count(shown)
            page.wait_for_timeout(200)
            assert abs(page.evaluate(_TOP_OF, anchor["id"]) - anchor["top"]) < 2
        kim.picture("56-chat-older-390")
        tell(teacher, room_id, "선생님의 새 글")
        anchor = page.evaluate(_ANCHOR)
        expect(page.get_by_role("button", name="새 글 1개 보기")).to_be_visible()
        assert abs(page.evaluate(_TOP_OF, anchor["id"]) - anchor["top"]) < 2
        looks_right(kim, "57-chat-new-below-390", senior=True)
        kim.press("새 글 1개 보기")
        expect(bubble(kim, "선생님의 새 글")).to_be_in_viewport()
        assert kim.complaints == []


def test_teacher_only_and_review_say_why_nobody_can_write(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("선생님만 쓰는 이야기")
    info = class_of(teacher, code)
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        open_live(laptop, info["session_id"])
        open_chat(kim)
        laptop.press("선생님만 글쓰기")
        kim.sees("지금은 선생님만 글을 쓸 수 있어요.")
        expect(field(kim)).to_have_count(0)
        expect(laptop.page.get_by_role("button", name="선생님만 글쓰기")).to_have_attribute("aria-pressed", "true")
        say(laptop, "이제 제 말을 들어 주세요.")
        expect(bubble(kim, "이제 제 말을 들어 주세요.")).to_be_visible()
        looks_right(kim, "58-chat-teacher-only-390", senior=True)
        looks_right(laptop, "58-chat-teacher-only-live")
        laptop.press("선생님만 글쓰기")
        expect(field(kim)).to_be_visible()
        say(kim, "네, 선생님.")
        expect(bubble(laptop, "네, 선생님.")).to_be_visible()

        teacher.tell(code, "start")
        teacher.tell(code, "end")
        kim.sees("수업이 끝나서 읽기만 할 수 있어요.")
        kim.sees("수업 화면이 바뀌었어요 · 돌아가기")
        looks_right(kim, "59-chat-review-390", senior=True)
        kim.page.reload()
        kim.heading("수업이 끝났어요")
        open_chat(kim)
        expect(bubble(kim, "네, 선생님.")).to_be_visible()
        assert kim.complaints + laptop.complaints == []


def test_who_is_removed_sees_a_calm_end(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code = teacher.open("나가는 이야기")
    info = class_of(teacher, code)
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        open_live(laptop, info["session_id"])
        open_chat(kim)
        say(kim, "제가 쓴 글")
        laptop.press("사람 2명")
        laptop.press("김영희 님 내보내기")
        laptop.sees("김영희 님을 내보낼까요? 이 방의 글을 더 볼 수 없게 돼요.")
        looks_right(laptop, "60-chat-remove-asked")
        laptop.press("내보내기")
        kim.sees("이 이야기방에서 나오셨어요.")
        kim.sees(re.compile("수업은 그대로 계속돼요."))
        expect(field(kim)).to_have_count(0)
        looks_right(kim, "60-chat-removed-390", senior=True)
        kim.press("수업으로")
        teacher.tell(code, "start")
        kim.heading(teacher.steps()[0])
        assert kim.complaints + laptop.complaints == []


def account(url: str, name: str, email: str) -> httpx.Client:
    """A student with an account, over REST."""
    http = httpx.Client(base_url=url, timeout=15)
    body = {"email": email, "password": "securePassword123", "name": name, "role": "STUDENT"}
    http.post("/api/auth/register", json=body)
    answer = http.post("/api/auth/login", json=body)
    answer.raise_for_status()
    http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    http.cookies.clear()
    return http


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, LAPTOP], ids=["390", "320", "1366"])
def test_the_rooms_of_somebody_with_an_account(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    width = size["width"]
    email = f"chat{width}@example.com"
    kim = account(str(teacher.http.base_url), "김학생", email)
    kim_id = kim.get("/api/auth/me").json()["id"]

    def room(name: str, words: str) -> int:
        body = {"name": name, "member_ids": [kim_id]}
        made = teacher.http.post("/api/v1/chat/rooms", json=body).json()["data"]["id"]
        assert kim.get(f"/api/v1/chat/rooms/{made}").status_code == 200  # opened: no invitation any more
        tell(teacher, made, words)
        return int(made)

    first = room("스마트폰 기초반 모임", "다음 주에 만나요.")
    second = room("유튜브반", "숙제를 잊지 마세요.")
    with Device(browser, size, lan, pictures) as device:
        device.goto("/login")
        device.page.get_by_label("이메일").fill(email)
        device.page.get_by_label("비밀번호").fill("securePassword123")
        device.press("로그인")
        device.page.get_by_role("link", name="이야기방").click()
        device.heading("이야기방")
        names = device.page.get_by_role("navigation", name="이야기방 목록").get_by_role("link")
        expect(names).to_have_count(2)
        expect(names.first).to_contain_text("유튜브반")
        expect(names.first).to_contain_text("새 글 1개")
        looks_right(device, f"61-rooms-{width}", senior=width < 800)
        names.nth(1).click()
        device.page.wait_for_url(f"**/chat/{first}")
        expect(bubble(device, "다음 주에 만나요.")).to_be_visible()
        say(device, "네, 좋아요.")
        expect(row_of(device, "네, 좋아요.")).to_contain_text("안 읽음")
        looks_right(device, f"62-room-{width}", senior=width < 800)
        if width >= 800:
            here = device.page.get_by_role("link", name=re.compile("스마트폰 기초반 모임"))
            expect(here).to_have_attribute("aria-current", "page")
            expect(here).not_to_contain_text("새 글")
            expect(names.first).to_contain_text("스마트폰 기초반 모임")
            field(device).press("Enter")
            field(device).fill("엔터로 보내요.")
            field(device).press("Enter")
            expect(bubble(device, "엔터로 보내요.")).to_be_visible()
        else:
            device.press("목록으로")
            expect(names.first).to_contain_text("스마트폰 기초반 모임")
            expect(names.nth(1)).to_contain_text("새 글 1개")
        unread = kim.get(f"/api/v1/chat/rooms/{first}").json()["data"]["unread_count"]
        assert (unread, kim.get(f"/api/v1/chat/rooms/{second}").json()["data"]["unread_count"]) == (0, 1)
        assert device.complaints == []
    kim.close()


def test_who_writes_too_fast_is_asked_to_be_slower_and_nothing_is_lost(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("빠른 이야기")
    room_id = class_of(teacher, code)["chat_room_id"]
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        open_chat(kim)
        wanted = [f"빠르게 쓴 글 {number}" for number in range(1, 13)]
        for text in wanted:
            say(kim, text)
        kim.sees("조금 천천히 보내 주세요. 쓰신 글은 곧 보낼게요.")
        looks_right(kim, "63-chat-slower-390", senior=True)
        expect(kim.page.locator("[data-bubble]")).to_have_count(12, timeout=25_000)
        assert messages(teacher, room_id) == wanted
        field(kim).fill("가" * 1_900)
        kim.sees("100자 남았어요.")
        field(kim).fill("가" * 2_010)
        kim.sees("한 번에 2,000자까지 보낼 수 있어요. 10자를 줄여 주세요.")
        looks_right(kim, "64-chat-too-long-390", senior=True)
        kim.press("보내기")
        assert messages(teacher, room_id) == wanted
        assert kim.complaints == []


def test_the_chat_at_400_percent_zoom_and_with_very_large_text(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("크게 보는 이야기")
    with Device(browser, {"width": 320, "height": 256}, lan, pictures) as kim:
        enter(kim, code, "김영희")
        open_chat(kim)
        say(kim, "크게 보여요.")
        expect(bubble(kim, "크게 보여요.")).to_be_visible()
        looks_right(kim, "65-chat-zoom-400")
    with Device(browser, SMALL_PHONE, lan, pictures) as lee:
        lee.context.add_init_script("localStorage.setItem('mgpt.prefs', JSON.stringify({ textSize: 3 }))")
        enter(lee, code, "이철수")
        open_chat(lee)
        say(lee, "아주 큰 글자예요. 두 줄이 되도록 길게 써 볼게요.")
        expect(bubble(lee, "아주 큰 글자예요.")).to_be_visible()
        looks_right(lee, "66-chat-very-large-320", senior=True)
        assert kim.complaints + lee.complaints == []
        assert findings(lee) == []


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, LAPTOP], ids=["390", "320", "1366"])
def test_an_invitation_is_accepted_by_going_in_or_declined(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    """Until then the people there see a number instead of a name (contract 9.6)."""
    width = size["width"]
    lee = account(str(teacher.http.base_url), "이손녀", f"invited{width}@example.com")
    lee_id = lee.get("/api/auth/me").json()["id"]
    email = f"host{width}@example.com"
    host = account(str(teacher.http.base_url), "김할아버지", email)

    def invite(by: httpx.Client, name: str, user_id: int) -> int:
        made = by.post("/api/v1/chat/rooms", json={"name": name, "member_ids": [user_id]})
        return int(made.json()["data"]["id"])

    own = invite(host, "우리 가족", lee_id)
    host_id = host.get("/api/auth/me").json()["id"]
    book, spam = invite(lee, "책 읽는 모임", host_id), invite(lee, "모르는 사람들의 아주 긴 이름의 방", host_id)
    with Device(browser, size, lan, pictures) as device:
        device.goto("/login")
        device.page.get_by_label("이메일").fill(email)
        device.page.get_by_label("비밀번호").fill("securePassword123")
        device.press("로그인")
        device.page.get_by_role("link", name="이야기방").click()
        invitations = device.page.get_by_role("region", name="받은 초대").get_by_role("listitem")
        expect(invitations).to_have_count(2)
        expect(invitations.first).to_contain_text("이손녀 님이 초대했어요.")
        looks_right(device, f"63-invitations-{width}", senior=width < 800)
        device.page.get_by_role("button", name="모르는 사람들의 아주 긴 이름의 방 초대 거절하기").click()
        expect(invitations).to_have_count(1)
        device.page.get_by_role("link", name="책 읽는 모임에 들어가기").click()
        device.page.wait_for_url(f"**/chat/{book}")
        expect(field(device)).to_be_visible()
        assert names_in(lee, book) == {"이손녀", "김할아버지"}
        assert names_in(lee, spam) == {"이손녀"}
        device.goto(f"/chat/{own}")
        device.page.wait_for_timeout(3000)
        device.picture("debug")
        say(device, "오늘 저녁에 봐요.")
        people = device.page.get_by_role("button", name="사람 2명")
        people.click()
        expect(device.page.get_by_role("dialog")).to_contain_text(f"회원 {lee_id}")
        expect(device.page.get_by_role("dialog")).to_contain_text("방에 들어오면 이름이 보여요.")
        looks_right(device, f"64-invited-{width}", senior=width < 800)
        lee.get(f"/api/v1/chat/rooms/{own}").raise_for_status()
        expect(device.page.get_by_role("dialog")).to_contain_text("이손녀")
    lee.close()
    host.close()


def names_in(reader: httpx.Client, room_id: int) -> set[str]:
    members = reader.get(f"/api/v1/chat/rooms/{room_id}/members").json()["data"]["members"]
    return {member["user"]["name"] for member in members}
