"""Coming into a class, coming into the next one, being removed, and who signs up (contract 11.4)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, PHONE, SMALL_PHONE, Device, enter, sign_in
from tests.server.process import Running

pytestmark = pytest.mark.browser
OLD_PHONE = {"width": 360, "height": 740}


def seats(teacher: Teacher, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = teacher.http.get(f"/api/sessions/{code}/seats").json()["seats"]
    return found


def in_english(device: Device) -> None:
    device.page.evaluate("localStorage.setItem('mgpt.lang', '\"en\"')")


def test_the_next_class_takes_one_tap_and_the_last_one_is_found_again(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    first, second = teacher.open("첫 수업"), teacher.open("다음 수업")
    with Device(browser, OLD_PHONE, lan, pictures) as phone:
        phone.goto(f"/join/{first}")
        phone.heading("유튜브 사용법 배우기")
        phone.sees(re.compile("곧 시작해요"))
        phone.picture("40-join-waiting-phone")
        enter(phone, first, "김영자")
        teacher.tell(first, "start")
        teacher.tell(first, "end")
        phone.goto("/")
        phone.sees("배운 것 다시 보기")
        phone.picture("41-landing-review-phone")

        phone.goto(f"/join/{second}")
        phone.heading("김영자 님, 맞으세요?")
        assert phone.page.get_by_role("textbox").count() == 0
        phone.picture("42-join-is-it-you-phone")
        in_english(phone)
        phone.page.reload()
        phone.heading("Are you 김영자?")
        phone.picture("43-join-is-it-you-phone-en")
        phone.page.get_by_role("button", name="Yes, that is me").click()
        phone.page.wait_for_url(f"**/class/{second}*")
        assert [seat["user_id"] for seat in seats(teacher, first)] == [
            seat["user_id"] for seat in seats(teacher, second)
        ]
        phone.goto("/")
        phone.page.get_by_role("link", name="Back to my class").click()
        phone.page.wait_for_url(f"**/class/{second}*")
        phone.goto(f"/class/{first}")
        phone.sees(re.compile("Review"))  # the review of the earlier class still opens
        assert phone.complaints == []


def test_somebody_else_takes_the_phone(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    first, second = teacher.open("할머니 수업"), teacher.open("할아버지 수업")
    with Device(browser, SMALL_PHONE, lan, pictures) as phone:
        enter(phone, first, "김영자")
        phone.goto(f"/join/{second}")
        phone.press("다른 사람이에요")
        phone.picture("44-join-somebody-else-small")
        phone.page.get_by_role("textbox").fill("박철수")
        phone.press("들어가기")
        phone.page.wait_for_url(f"**/class/{second}*")
        assert [seat["name"] for seat in seats(teacher, second)] == ["박철수"]
        assert seats(teacher, first)[0]["user_id"] != seats(teacher, second)[0]["user_id"]
        assert phone.complaints == []


def test_wrong_over_and_locked_are_said_at_once(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    over, locked = teacher.open("끝난 수업"), teacher.open("잠근 수업")
    teacher.tell(over, "end")
    teacher.http.patch(f"/api/sessions/{locked}", json={"locked": True}).raise_for_status()
    with Device(browser, OLD_PHONE, lan, pictures) as phone:
        for path, words, name in (
            ("/join/WRNG99", "이 번호의 수업이 없어요", "45-join-wrong-phone"),
            (f"/join/{over}", "이 수업은 끝났어요", "46-join-over-phone"),
            (f"/join/{locked}", "선생님이 문을 닫았어요", "47-join-locked-phone"),
        ):
            phone.goto(path)
            phone.sees(re.compile(words))
            expect(phone.page.get_by_role("textbox")).to_have_count(0)
            phone.picture(name)
        teacher.http.patch(f"/api/sessions/{locked}", json={"locked": False}).raise_for_status()
        phone.press("다시 확인하기")
        expect(phone.page.get_by_role("textbox")).to_be_visible()
        assert phone.complaints == []


def test_a_removed_seat_closes_kindly_and_comes_back_when_it_may(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("내보내는 수업")
    with Device(browser, OLD_PHONE, lan, pictures) as phone, Device(browser, LAPTOP, lan, pictures) as laptop:
        enter(phone, code, "김영자")
        sign_in(laptop)
        session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
        laptop.goto(f"/teach/sessions/{session_id}")
        laptop.page.get_by_role("button", name=re.compile("김영자")).first.click()
        dialog = laptop.page.get_by_role("dialog")
        dialog.get_by_label("부르는 이름").fill("김영자 봄동")
        dialog.get_by_role("button", name="이름 바꾸기").click()
        laptop.sees("이제 김영자 봄동 님으로 불러요.")
        laptop.picture("48-person-dialog-laptop")
        dialog.get_by_role("button", name="내보내기", exact=True).click()
        laptop.picture("49-person-remove-laptop")
        dialog.get_by_role("button", name="다시 못 들어오게 내보내기").click()
        laptop.sees("김영자 봄동 님을 내보냈어요.")
        phone.heading(re.compile("자리가 닫혔"))
        phone.press("다시 들어가기")
        phone.sees(re.compile("선생님이 이 자리를 정리했어요"))
        phone.picture("50-join-removed-phone")
        laptop.page.get_by_role("button", name="되돌리기").last.click()
        expect(laptop.page.get_by_role("button", name=re.compile("김영자 봄동")).first).to_be_visible()
        phone.press("다시 확인하기")
        phone.press("네, 맞아요")
        phone.page.wait_for_url(f"**/class/{code}*")
        assert phone.complaints == laptop.complaints == []


def test_settings_of_a_class_and_two_seats_that_are_one(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("설정하는 수업")
    device = {"name": "이순자", "device_id": "a-phone-of-soonja-number-1"}
    for number in "12":
        body = device | {"device_id": f"a-phone-of-soonja-number-{number}"}
        httpx.post(f"{lan}/api/sessions/{code}/guest", json=body).raise_for_status()
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        sign_in(laptop)
        session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
        laptop.goto(f"/teach/sessions/{session_id}")
        laptop.press("수업 설정")
        dialog = laptop.page.get_by_role("dialog")
        dialog.get_by_label("수업 이름").fill("저녁반")
        dialog.get_by_label("시작 시간").fill("2026-12-01T19:00")
        dialog.get_by_label("문 닫기").check()
        dialog.get_by_label("이만큼 다 하면 넘어가기").fill("150")
        dialog.get_by_role("button", name="저장").click()
        laptop.sees("0에서 100까지의 수를 쓰세요.")
        dialog.get_by_label("이만큼 다 하면 넘어가기").fill("80%")
        laptop.picture("51-class-settings-laptop")
        dialog.get_by_role("button", name="저장").click()
        laptop.heading("저녁반")
        settings = teacher.http.get(f"/api/sessions/{code}/settings").json()
        assert (settings["locked"], settings["gate_percent"], settings["auto_help"]) == (True, 80, True)

        laptop.page.get_by_role("button", name=re.compile("이순자")).first.click()
        dialog = laptop.page.get_by_role("dialog")
        dialog.get_by_role("button", name="다른 자리와 합치기").click()
        laptop.picture("52-person-merge-laptop")
        dialog.get_by_role("button", name="한 사람으로 합치기").click()
        laptop.sees("이순자 님 자리로 합쳤어요.")
        expect(laptop.page.get_by_role("button", name=re.compile("이순자"))).to_have_count(1)
        assert len(seats(teacher, code)) == 1
        assert laptop.complaints == []


def test_signing_up_chooses_nothing_for_anybody_and_a_student_may_become_an_instructor(
    browser: Browser, lan: str, pictures: Path, server: Running
) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/signup")
        phone.sees("선생님이세요, 배우는 분이세요?")
        assert phone.page.get_by_role("radio", checked=True).count() == 0
        phone.page.get_by_label("이름").fill("새사람")
        phone.page.get_by_label("이메일").fill("newcomer@example.com")
        phone.page.get_by_label("비밀번호").fill("good-password-9")
        phone.press("가입하기")
        phone.sees("둘 가운데 하나를 고르세요.")
        phone.picture("53-signup-phone")
        phone.page.get_by_role("radio", name=re.compile("배우는 분")).check()
        phone.press("가입하기")
        phone.sees("새사람 님, 안녕하세요.")
        phone.press("선생님으로 바꾸기")
        phone.picture("54-landing-become-instructor-phone")
        phone.page.get_by_role("dialog").get_by_role("button", name="선생님으로 바꾸기").click()
        phone.page.wait_for_url("**/teach")
        phone.page.reload()  # the new login holds
        phone.page.wait_for_url("**/teach")
        expect(phone.page.get_by_role("heading").first).to_be_visible()
        assert phone.complaints == []
