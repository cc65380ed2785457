"""Done, on the way, or astray: what a phone's events say of a step, and what they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from mobilegpt.guidance.events import PhoneEvent, phone_event
from mobilegpt.guidance.expectation import Alternative, Expectation, State, Target
from mobilegpt.guidance.matcher import WRONG, Match, Verdict, advance, begin, match_events, way_back
from mobilegpt.guidance.place import Place

TALK, SETTINGS, HOME = "com.kakao.talk", "com.android.settings", "com.sec.android.app.launcher"
START = datetime(2026, 3, 3, 10, tzinfo=UTC)


def screen(app: str, name: str = "", title: str = "", **data: Any) -> PhoneEvent:
    return phone_event("SCREEN", data, {"package_name": app, "activity_name": name, "screen_title": title})


def tap(text: str = "", element: str = "", app: str = "", kind: str = "CLICK", **data: Any) -> PhoneEvent:
    return phone_event(kind, {"text": text, "element_id": element, **data}, {"package_name": app} if app else {})


def expects(action: Any = "TAP", where: State | None = None, after: State | None = None, **more: Any) -> Expectation:
    target = Target(**more.pop("target", {}))
    where = where or State(apps=[TALK])
    return Expectation(action=action, source="teacher", where=where, target=target, after=after, **more)


SEND = expects(target={"id_suffix": "send_button", "labels": ["보내기"]})
IN_ROOM = expects(where=State(apps=[TALK], screens=["ChatRoomActivity"]), target={"labels": ["전송"]})
OPEN_TALK = expects("OPEN", State(apps=[HOME]), State(apps=[TALK]))


def verdict(expectation: Expectation, *events: PhoneEvent) -> Verdict:
    return match_events(expectation, events).verdict


# --- done


@pytest.mark.parametrize(
    "touch",
    [
        tap("", "com.kakao.talk:id/send_button"),
        tap("보내기"),
        tap("보내기 버튼"),
        tap(" 보 내 기 "),
        tap("Send"),
        tap("전송"),
        tap("SEND", "com.kakao.talk:id/renamed"),
        tap(content_description="보내기, 버튼"),
    ],
)
def test_the_right_thing_by_whatever_the_phone_calls_it(touch: PhoneEvent) -> None:
    assert verdict(SEND, screen(TALK), touch) is Verdict.DONE


@pytest.mark.parametrize(
    "touch", [tap("취소"), tap("", "attach_button"), tap("보내기 취소"), tap("보내기", kind="LONG_CLICK")]
)
def test_another_thing_is_not_it_and_on_its_screen_nobody_is_wrong(touch: PhoneEvent) -> None:
    assert verdict(SEND, screen(TALK), touch) is Verdict.ON_THE_WAY


@pytest.mark.parametrize(
    ("shown", "is_it"), [("채팅 3", True), ("채팅(12)", True), ("채팅, 새 메시지 3개", True), ("오픈채팅", False)]
)
def test_counts_are_no_part_of_a_label(shown: str, is_it: bool) -> None:
    expectation = expects(target={"labels": ["채팅 5"], "role": "tab"})
    assert (verdict(expectation, screen(TALK), tap(shown)) is Verdict.DONE) is is_it


def test_a_friends_name_is_any_name_and_no_button() -> None:
    friend = expects(target={"label_class": "person", "role": "item"})
    assert verdict(friend, screen(TALK), tap("홍길동")) is Verdict.DONE
    assert verdict(friend, screen(TALK), tap("[이름]")) is Verdict.DONE
    assert verdict(friend, screen(TALK), tap("설정")) is Verdict.ON_THE_WAY


def test_the_screen_afterwards_is_waited_for() -> None:
    expectation = expects(
        where=State(apps=[TALK], screens=["친구"]),
        after=State(apps=[TALK], screens=["채팅"]),
        target={"labels": ["채팅"]},
    )
    before = (screen(TALK, title="친구"), tap("채팅"))
    assert verdict(expectation, *before) is Verdict.ON_THE_WAY
    assert match_events(expectation, (*before, screen(TALK, title="채팅"))).done_by == "act"
    assert match_events(expectation, (screen(TALK, title="채팅"),)).done_by == "state"


def test_late_and_twice_and_in_any_order() -> None:
    after = State(apps=[TALK], screens=["ChatRoomActivity"])
    expectation = expects(where=State(apps=[TALK], screens=["MainActivity"]), after=after, target={"labels": ["딸"]})
    told = [("SCREEN", "MainActivity", ""), ("CLICK", "MainActivity", "딸"), ("SCREEN", ".ChatRoomActivity", "")]
    events = [
        phone_event(kind, {"text": text}, {"package": TALK, "activity": name}, START + timedelta(seconds=second))
        for second, (kind, name, text) in enumerate(told)
    ]
    for order in permutations([*events, events[2]]):
        assert verdict(expectation, *order) is Verdict.DONE


def test_an_alternative_is_as_right() -> None:
    other = Alternative(action="LONG_TAP", where=State(apps=[TALK]), target=Target(labels=["답장"]))
    found = match_events(
        expects(target={"labels": ["보내기"]}, alternatives=[other]), [screen(TALK), tap("답장", kind="LONG_CLICK")]
    )
    assert (found.verdict, found.done_by) == (Verdict.DONE, "alternative")


@pytest.mark.parametrize(
    ("typed", "is_it"), [("밥 먹었니", True), ("ㅂ", False), ("", False), ("qkq ajrdjTsl", False), ("[전화번호]", True)]
)
def test_what_was_typed_may_be_what_was_asked_for(typed: str, is_it: bool) -> None:
    field = expects("INPUT", target={"id_suffix": "message", "label_class": "text", "role": "field"})
    keyboard = screen("com.samsung.android.honeyboard")
    found = verdict(field, screen(TALK), tap("", "message"), keyboard, tap(typed, "message", kind="TEXT_CHANGED"))
    assert (found is Verdict.DONE) is is_it
    assert found not in WRONG


def test_an_app_that_is_open_already() -> None:
    assert begin(OPEN_TALK, Place(app=TALK)).done_by == "state"
    assert begin(SEND, Place(app=TALK)).verdict is Verdict.ON_THE_WAY


def test_a_failing_app_has_done_nothing() -> None:
    failed = screen("android", title="카카오톡이(가) 응답하지 않음")
    assert verdict(SEND, screen(TALK), tap("보내기"), failed) is Verdict.INTERRUPTED


# --- astray


def test_home_is_on_the_way_to_an_app_and_away_from_one() -> None:
    assert verdict(OPEN_TALK, screen(HOME)) is Verdict.ON_THE_WAY
    assert verdict(SEND, screen(HOME)) is Verdict.ON_THE_WAY
    assert verdict(SEND, screen(TALK), screen(HOME)) is Verdict.WRONG_APP


def test_a_wrong_turn_and_the_way_back() -> None:
    astray = match_events(IN_ROOM, [screen(TALK, "ChatRoomActivity"), tap("더보기"), screen(TALK, "SettingActivity")])
    assert astray.verdict is Verdict.WRONG_SCREEN
    assert astray.divergence is not None
    assert (astray.divergence.index, astray.divergence.label, astray.divergence.kind) == (1, "더보기", "target")
    back = way_back(IN_ROOM, astray)
    assert back is not None
    assert back.act == "back"
    returned = advance(IN_ROOM, astray, screen(TALK, "com.kakao.talk.ChatRoomActivity"))
    assert (returned.verdict, returned.strayed, way_back(IN_ROOM, returned)) == (Verdict.ON_THE_WAY, 1, None)
    elsewhere = advance(IN_ROOM, returned, screen(SETTINGS))
    assert elsewhere.verdict is Verdict.WRONG_APP
    assert elsewhere.strayed == 2


@pytest.mark.parametrize(
    "between",
    [
        screen("com.google.android.inputmethod.latin"),
        screen("com.android.systemui", "NotificationShadeWindowView"),
        screen("com.mobilegpt.student", "ClassActivity"),
        phone_event("TYPE_NOTIFICATION_STATE_CHANGED", {"package_name": "com.nhn.android.band"}),
        phone_event("TYPE_WINDOW_CONTENT_CHANGED", {"package_name": "com.google.android.youtube"}),
        phone_event("BATTERY", {}, {"package_name": SETTINGS}),
    ],
)
def test_what_comes_between_means_nothing(between: PhoneEvent) -> None:
    assert verdict(SEND, screen(TALK), between) is Verdict.ON_THE_WAY
    assert verdict(SEND, screen(TALK), between, tap("보내기")) is Verdict.DONE


@pytest.mark.parametrize(
    "app", ["com.google.android.permissioncontroller", "com.samsung.android.incallui", "com.wssyncmldm"]
)
def test_an_interruption_is_nobodys_fault(app: str) -> None:
    found = match_events(SEND, [screen(TALK), screen(app)])
    assert (found.verdict, found.divergence) == (Verdict.INTERRUPTED, None)
    assert verdict(SEND, screen(TALK), screen(app), screen(TALK)) is Verdict.ON_THE_WAY


def test_a_call_is_no_interruption_where_it_is_the_step() -> None:
    call = "com.samsung.android.incallui"
    answer = expects(where=State(apps=[call]), target={"labels": ["받기"]})
    assert verdict(answer, screen(call, "InCallActivity")) is Verdict.ON_THE_WAY
    assert verdict(answer, screen(call, "InCallActivity"), tap("받기")) is Verdict.DONE


# --- not known


@pytest.mark.parametrize(
    "expectation",
    [expects("TAP", State()), expects("SCROLL", State()), expects("BACK", State()), expects("INPUT", State())],
)
def test_who_expects_nothing_is_told_nothing(expectation: Expectation) -> None:
    events = [screen(SETTINGS, "Main"), tap("무엇"), tap("ㅎ하", kind="INPUT"), tap(kind="SCROLL"), tap(kind="BACK")]
    match = Match()
    for event in events:
        match = advance(expectation, match, event)
        assert match.verdict is Verdict.UNKNOWN


def test_a_title_and_a_class_cannot_be_compared() -> None:
    titled = expects(where=State(apps=[TALK], screens=["채팅방"]), target={"labels": ["전송"]})
    assert verdict(titled, screen(TALK, "ChatRoomActivity")) is Verdict.ON_THE_WAY
    assert verdict(titled, screen(TALK, title="쇼핑")) is Verdict.WRONG_SCREEN
    assert verdict(titled, screen(TALK, title="Shopping")) is Verdict.ON_THE_WAY


def test_a_touch_that_tells_nothing_completes_nothing() -> None:
    assert verdict(SEND, screen(TALK), tap()) is Verdict.ON_THE_WAY


def test_the_right_act_is_never_wrong_on_a_screen_of_another_name() -> None:
    found = [Match()]
    for event in (screen(TALK, "SettingActivity"), tap("전송", app=TALK)):
        found.append(advance(IN_ROOM, found[-1], event))
    assert found[-1].verdict not in WRONG


# --- windows by what stands on top of them, where a phone names no class


@pytest.mark.parametrize(
    ("app", "name", "title"),
    [
        ("com.google.android.dialer", "", "전화 수신"),
        ("com.samsung.android.dialer", "", "수신 전화"),
        ("com.android.phone", "", "영상통화 수신"),
        ("com.google.android.dialer", "", "Incoming call"),
        ("com.android.vending", "", "업데이트 사용 가능"),
        ("com.sec.android.app.samsungapps", "", "앱 업데이트"),
        ("com.google.android.gms", "ui.XUIInstallConfirmActivity", "소프트웨어 업데이트"),
        ("com.android.systemui", "", "System update"),
    ],
)
def test_a_call_and_an_update_are_nobodys_fault(app: str, name: str, title: str) -> None:
    match = match_events(SEND, [screen(TALK, "ChatRoomActivity", "딸"), screen(app, name, title)])
    assert match.verdict is Verdict.INTERRUPTED
    assert match.divergence is None


@pytest.mark.parametrize(
    ("app", "title"),
    [("com.google.android.dialer", "최근 기록"), ("com.android.vending", "게임"), (SETTINGS, "업데이트")],
)
def test_the_same_apps_elsewhere_are_other_apps(app: str, title: str) -> None:
    assert verdict(SEND, screen(TALK, "ChatRoomActivity", "딸"), screen(app, "", title)) is Verdict.WRONG_APP


def test_a_class_is_the_same_with_the_class_that_it_is_written_in() -> None:
    wifi = expects(where=State(apps=[SETTINGS], screens=["WifiSettingsActivity"]), target={"labels": ["Wi-Fi"]})
    assert verdict(wifi, screen(SETTINGS, "com.android.settings.Settings$WifiSettingsActivity")) is Verdict.ON_THE_WAY
    other = screen(SETTINGS, "com.android.settings.Settings$BluetoothSettingsActivity")
    assert verdict(wifi, other) is Verdict.WRONG_SCREEN


def test_a_field_that_was_touched_before_is_known_though_that_comes_late() -> None:
    field = expects("INPUT", target={"labels": ["메시지 입력"]})
    typed = [
        phone_event(
            "INPUT", {"text": "잘 지내", "element_id": "entry"}, {"package_name": TALK}, START + timedelta(seconds=n)
        )
        for n in (3, 5)
    ]
    touched = phone_event("CLICK", {"text": "메시지 입력"}, {"package_name": TALK}, START + timedelta(seconds=2))
    here = phone_event("SCREEN", {}, {"package_name": TALK}, START)
    assert verdict(field, here, *typed) is Verdict.ON_THE_WAY
    assert verdict(field, here, typed[0], touched, typed[1]) is Verdict.DONE


# --- a window that comes by itself


CALL, DIALER = "com.samsung.android.incallui", "com.google.android.dialer"
DECLINE = expects(where=State(apps=[CALL, DIALER]), target={"labels": ["거절"]})
RINGS = screen(DIALER, "call.InCallActivity", "전화 수신")


@pytest.mark.parametrize("below", [screen(TALK), screen(HOME), screen(DIALER, "DialtactsActivity", "최근 기록")])
def test_a_call_is_declined_when_it_is_gone_whatever_stood_below(below: PhoneEvent) -> None:
    declined = [below, RINGS, tap("거절")]
    assert verdict(DECLINE, *declined) is Verdict.ON_THE_WAY
    assert verdict(DECLINE, *declined, tap("거절"), RINGS) is Verdict.ON_THE_WAY
    assert verdict(DECLINE, *declined, below) is Verdict.DONE


@pytest.mark.parametrize("elsewhere", [screen(HOME), screen(TALK), screen("com.nhn.android.search")])
def test_nobody_is_wrong_where_they_wait_for_it(elsewhere: PhoneEvent) -> None:
    match = match_events(DECLINE, [elsewhere])
    assert match.verdict not in WRONG
    assert way_back(DECLINE, match) is None


def test_a_touch_that_does_not_say_on_what_it_was_is_not_held_against_where_it_leads() -> None:
    cancel = expects(where=State(apps=["com.google.android.packageinstaller"]), target={"labels": ["취소"]})
    asks = screen("com.google.android.packageinstaller", "PackageInstallerActivity", "앱을 설치할까요?")
    assert verdict(cancel, asks, tap(), screen(TALK)) is Verdict.UNKNOWN
    assert verdict(cancel, asks, tap("설치"), screen(TALK)) is Verdict.WRONG_APP


def test_what_was_touched_is_told_though_its_name_cannot_be_compared() -> None:
    """Names in two languages say nothing of each other; where the touch led does."""
    opens = expects(where=State(apps=[HOME]), target={"labels": ["카카오톡", "LINE"]}, after=State(apps=[TALK]))
    assert verdict(opens, screen(HOME), tap("네이버"), screen("com.nhn.android.search")) is Verdict.WRONG_APP
    assert verdict(opens, screen(HOME), tap(), screen("com.nhn.android.search")) is Verdict.UNKNOWN


# --- a slow phone, at a step of which nobody knows what comes after it


def test_who_does_it_again_and_again_sees_nothing_come_of_it() -> None:
    here, press = screen(TALK), tap("보내기")
    assert verdict(SEND, here, press, press) is Verdict.DONE
    frozen = [here, press, press, press]
    assert verdict(SEND, *frozen) is Verdict.ON_THE_WAY
    assert verdict(SEND, *frozen, press, press) is Verdict.ON_THE_WAY
    assert verdict(SEND, *frozen, screen(TALK, "SentActivity")) is Verdict.DONE


def test_what_something_came_of_is_done_however_often_it_is_done() -> None:
    press = tap("보내기")
    assert verdict(SEND, screen(TALK), press, screen(TALK, "SentActivity"), press, press, press) is Verdict.DONE


@pytest.mark.parametrize(
    "window",
    [
        screen("com.android.vending", title="업데이트 사용 가능"),
        screen("com.sec.android.app.samsungapps", title="앱 업데이트"),
        screen("com.google.android.gms", title="Update available"),
        screen("com.google.android.dialer", title="전화 수신"),
        screen("com.google.android.dialer", title="Incoming call"),
    ],
)
def test_a_window_that_tells_only_its_title_is_nobodys_fault(window: PhoneEvent) -> None:
    found = match_events(SEND, [screen(TALK), window])
    assert (found.verdict, found.divergence) == (Verdict.INTERRUPTED, None)


def test_a_store_that_somebody_opened_is_another_app() -> None:
    assert verdict(SEND, screen(TALK), screen("com.android.vending", title="게임")) is Verdict.WRONG_APP


def test_a_touch_on_the_field_that_is_told_late_still_counts() -> None:
    write = expects("INPUT", target={"role": "field", "labels": ["메시지 입력"]})
    first = screen(TALK)
    typed = phone_event("INPUT", {"text": "잘 지내니"}, {"package_name": TALK}, START + timedelta(seconds=9))
    touched = phone_event("CLICK", {"text": "메시지 입력"}, {"package_name": TALK}, START + timedelta(seconds=4))
    again = phone_event("INPUT", {"text": "잘 지내니?"}, {"package_name": TALK}, START + timedelta(seconds=11))
    assert verdict(write, first, typed, again) is not Verdict.DONE
    assert verdict(write, first, typed, touched, again) is Verdict.DONE


def test_a_screen_is_known_by_its_inner_class() -> None:
    wifi = expects(where=State(apps=[SETTINGS], screens=["WifiSettingsActivity"]), target={"labels": ["연결"]})
    there = screen(SETTINGS, "com.android.settings.Settings$WifiSettingsActivity")
    assert verdict(wifi, there) is Verdict.ON_THE_WAY
    assert verdict(wifi, screen(SETTINGS, "com.android.settings.Settings$BatteryActivity")) is Verdict.WRONG_SCREEN


def test_who_comes_back_over_the_home_screen_is_not_blamed_again() -> None:
    away, game = screen(HOME, "LauncherActivity"), screen("com.nexon.anipang4", "GameActivity")
    assert verdict(SEND, screen(TALK), away) is Verdict.WRONG_APP
    assert verdict(SEND, screen(TALK), game, screen(TALK), away) is Verdict.ON_THE_WAY


def test_the_panel_of_the_system_is_where_a_step_in_it_is_done() -> None:
    tile = expects("LONG_TAP", State(apps=["com.android.systemui"]), target={"labels": ["와이파이"]})
    match = match_events(tile, [screen("com.android.systemui", "NotificationShadeWindowView")])
    assert (match.verdict, match.window, way_back(tile, match)) == (Verdict.ON_THE_WAY, "", None)


# --- what makers of phones bring of their own, and what a phone says of itself


CAMERA = expects(where=State(apps=["com.sec.android.app.camera"]), target={"labels": ["촬영"]})


def test_a_makers_own_app_may_be_the_one_that_is_meant() -> None:
    for camera in ("com.motorola.camera3", "com.oneplus.camera", "org.codeaurora.snapcam.camera"):
        assert verdict(CAMERA, screen(camera, "Camera", "카메라")) is Verdict.UNKNOWN
    assert verdict(CAMERA, screen("com.android.gallery3d", "GalleryActivity")) is Verdict.WRONG_APP


@pytest.mark.parametrize(
    ("app", "name", "title"),
    [
        (SETTINGS, "PowerSavingActivity", "절전 모드"),
        ("com.samsung.android.lool", "", "저장 공간 부족"),
        ("com.samsung.android.lool", "PowerSavingActivity", ""),
        ("com.miui.securitycenter", "", "배터리가 부족해요"),
        (SETTINGS, "", "Low battery"),
    ],
)
def test_what_a_phone_runs_short_of_changes_nothing(app: str, name: str, title: str) -> None:
    match = match_events(SEND, [screen(TALK, "ChatRoomActivity", "딸"), screen(app, name, title)])
    assert (match.verdict, match.place.app, match.divergence) == (Verdict.ON_THE_WAY, TALK, None)


def test_terms_that_an_app_lays_over_itself_are_no_other_screen() -> None:
    assert verdict(IN_ROOM, screen(TALK, "ChatRoomActivity"), screen(TALK, "TermsActivity", "이용 약관")) not in WRONG
    assert verdict(IN_ROOM, screen(TALK, "ChatRoomActivity"), screen(TALK, "MainActivity")) is Verdict.WRONG_SCREEN


def test_whatever_updates_a_phone_may_ask() -> None:
    asks = screen("com.adups.fota", "XUIInstallConfirmActivity", "소프트웨어 업데이트")
    assert verdict(SEND, screen(TALK), asks) is Verdict.INTERRUPTED


def test_the_screen_of_another_app_of_the_same_kind_is_not_called_wrong() -> None:
    contacts = expects(
        where=State(apps=["com.samsung.android.dialer"], screens=["연락처"]),
        target={"label_class": "person"},
        after=State(apps=["com.google.android.contacts"]),
    )
    assert verdict(contacts, screen("com.google.android.contacts", "QuickContactActivity")) not in WRONG
