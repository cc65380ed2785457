"""What steps of the ready lessons expect of a phone: Samsung's and plain Android's apps, what stands on the thing.

A step that is only looked at, that happens on a machine, or whose screen no two phones have alike has none: nothing is
known then, and nothing is said. The labels are those of Korean phones; the matcher knows the English ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from mobilegpt.guidance.expectation import Action, Alternative, Class, Expectation, Role, State, Target

_APPS: Mapping[str, tuple[str, ...]] = {
    "home": (
        "com.sec.android.app.launcher",
        "com.google.android.apps.nexuslauncher",
        "com.lge.launcher3",
        "com.miui.home",
    ),
    "shade": ("com.android.systemui",),
    "settings": ("com.android.settings",),
    "dialer": ("com.samsung.android.dialer", "com.google.android.dialer", "com.android.contacts"),
    "contacts": ("com.samsung.android.app.contacts", "com.google.android.contacts"),
    "call": ("com.samsung.android.incallui", "com.google.android.dialer", "com.android.incallui"),
    "messages": ("com.samsung.android.messaging", "com.google.android.apps.messaging"),
    "camera": (
        "com.sec.android.app.camera",
        "com.google.android.GoogleCamera",
        "com.lge.camera",
        "com.android.camera",
    ),
    "gallery": (
        "com.sec.android.gallery3d",
        "com.google.android.apps.photos",
        "com.miui.gallery",
        "com.android.gallery3d",
    ),
    "talk": ("com.kakao.talk",),
    "video": ("com.google.android.youtube",),
    "map": ("com.nhn.android.nmap", "net.daum.android.map", "com.google.android.apps.maps"),
    "browser": ("com.android.chrome", "com.sec.android.app.sbrowser"),
    "installer": ("com.google.android.packageinstaller", "com.samsung.android.packageinstaller"),
}


def _at(*apps: str, screens: Sequence[str] = (), texts: Sequence[str] = ()) -> State:
    return State(apps=[package for app in apps for package in _APPS[app]], screens=list(screens), texts=list(texts))


def _act(
    action: Action,
    where: State,
    *labels: str,
    role: Role = "",
    label_class: Class = "",
    after: State | None = None,
) -> Expectation:
    return Expectation(
        action=action,
        source="lesson",
        where=where,
        target=Target(role=role, labels=list(labels), label_class=label_class),
        after=after,
    )


def _asked(act: Expectation, *questions: str) -> Expectation:
    """The phone asks whether it is meant; how, depends on its make."""
    after = [State(apps=act.where.apps, texts=[question]) for question in questions]
    others = [Alternative(action=act.action, where=act.where, target=act.target, after=state) for state in after[1:]]
    return replace(act, after=after[0], alternatives=others)


def _opened(app: str, *labels: str) -> Expectation:
    """An app, by its picture on the first screen or however else somebody comes to it."""
    return _act("TAP", _at("home"), *labels, after=_at(app))


_FIRST_SCREEN = Expectation(action="OPEN", source="lesson", where=_at("home"))
_CHAT = ("ChatRoomHolderActivity", "ChatRoomActivity")
_SHADE = _at("shade", screens=("NotificationShadeWindowView", "빠른 설정"))
_PERSON = ("연락처 정보", "연락처 상세", "QuickContactActivity", "ViewContactActivity", "ContactDetailActivity")
_NETWORKS = ("Wi-Fi", "와이파이", "인터넷", "WifiSettingsActivity", "NetworkProviderSettingsActivity")

EXPECTED: Mapping[str, Mapping[int, Expectation]] = {
    "01-larger-letters": {
        1: _opened("settings", "설정"),
        2: _act(
            "TAP",
            _at("settings"),
            "디스플레이",
            "화면",
            after=_at("settings", screens=("디스플레이", "DisplaySettingsActivity")),
        ),
        3: _act(
            "TAP",
            _at("settings"),
            "글자 크기와 스타일",
            "글자 크기와 굵기",
            "글자 크기",
            after=_at("settings", screens=("글자 크기와 스타일", "글자 크기", "FontSizeActivity")),
        ),
        4: _act("SCROLL", _at("settings"), "글자 크기"),
        6: _act("TAP", _at("settings"), "굵은 글자", "굵은 글꼴", "볼드체", "볼드체 텍스트", role="switch"),
        7: _FIRST_SCREEN,
        8: _opened("messages", "문자", "메시지"),
    },
    "02-wifi": {
        1: Expectation(action="OPEN", source="lesson", where=_SHADE),
        2: _act("LONG_TAP", _SHADE, "와이파이", "Wi-Fi", "WLAN", after=_at("settings")),
        3: _act("TAP", _at("settings"), "와이파이 사용", "Wi-Fi", "사용 안 함", role="switch"),
        4: _act("TAP", _at("settings", screens=_NETWORKS), role="item", label_class="any"),
        6: _act("INPUT", _at("settings"), "비밀번호", "비밀번호 입력", role="field"),
        7: _act("TAP", _at("settings"), "연결", role="button"),
    },
    "03-calls-and-messages": {
        1: _opened("dialer", "전화"),
        3: _act("TAP", _at("dialer"), "전화 걸기", "초록색 수화기", "통화", after=_at("call")),
        4: _act("TAP", _at("call"), "스피커"),
        5: _act("TAP", _at("call"), "끊기", "통화 종료", "종료"),
        6: _act("TAP", _at("dialer"), "연락처", role="tab", after=_at("dialer", "contacts", screens=("연락처",))),
        7: _act(
            "TAP",
            _at("dialer", "contacts"),
            role="item",
            label_class="person",
            after=_at("dialer", "contacts", screens=_PERSON),
        ),
        8: _act("TAP", _at("call"), "받기", "전화 받기", "응답"),
        9: _opened("messages", "문자", "메시지"),
        10: _act("TAP", _at("messages"), "더하기", "새 메시지 작성", "채팅 시작", "작성"),
        11: _act("INPUT", _at("messages"), "받는 사람", "수신인", role="field"),
        12: _act(
            "INPUT", _at("messages"), "메시지 입력", "문자 메시지", "글 쓰는 칸", role="field", label_class="text"
        ),
        13: _act("TAP", _at("messages"), "보내기", "전송", "SMS 보내기", role="button"),
    },
    "04-photos": {
        1: _opened("camera", "카메라"),
        3: _act("TAP", _at("camera"), "촬영", "셔터", "사진 촬영", "하얀 동그라미", role="button"),
        4: _act("TAP", _at("camera"), "카메라 전환", "전면 카메라로 전환", "후면 카메라로 전환", "둥근 화살표"),
        5: _act(
            "TAP", _at("camera"), "갤러리", "최근 사진", "마지막 사진", "미리보기", "작은 사진", after=_at("gallery")
        ),
        6: _FIRST_SCREEN,
        7: _opened("gallery", "갤러리"),
        8: _act("TAP", _at("gallery"), label_class="picture"),
        9: _act("SCROLL", _at("gallery")),
        10: _act("TAP", _at("gallery"), "즐겨찾기", "좋아요", "하트"),
        12: _act("TAP", _at("gallery"), "즐겨찾기", "좋아하는 사진"),
    },
    "05-messenger-text": {
        1: _opened("talk", "카카오톡", "메신저"),
        2: _act("TAP", _at("talk"), "친구", "친구 탭", role="tab", after=_at("talk", screens=("친구",))),
        3: _act("TAP", _at("talk"), role="item", label_class="person"),
        4: _act("TAP", _at("talk", screens=_CHAT), "메시지 입력", "글 쓰는 칸", role="field"),
        5: _act("INPUT", _at("talk", screens=_CHAT), role="field", label_class="text"),
        7: _act("TAP", _at("talk", screens=_CHAT), "전송", "보내기", role="button"),
        10: _act("LONG_TAP", _at("talk", screens=_CHAT), label_class="text"),
    },
    "06-messenger-photo": {
        1: _opened("talk", "카카오톡", "메신저"),
        2: _act("TAP", _at("talk"), role="item", label_class="person", after=_at("talk", screens=_CHAT)),
        3: _act("TAP", _at("talk", screens=_CHAT), "더하기", "메뉴", "첨부", role="button"),
        4: _act("TAP", _at("talk"), "앨범", after=_at("talk", screens=("MediaPickerActivity", "전체보기"))),
        5: _act("TAP", _at("talk", screens=("MediaPickerActivity", "전체보기")), label_class="picture"),
        7: _act("TAP", _at("talk"), "전송", "보내기", "1장 보내기", after=_at("talk", screens=_CHAT)),
        9: _act("TAP", _at("talk", screens=_CHAT), label_class="picture"),
        10: _act("TAP", _at("talk"), "저장", "다운로드"),
    },
    "07-videos": {
        1: _opened("video", "유튜브", "YouTube", "동영상"),
        2: _act("TAP", _at("video"), "검색", "돋보기", role="button"),
        3: _act("INPUT", _at("video"), role="field", label_class="text"),
        5: _act("SCROLL", _at("video")),
        6: _act("TAP", _at("video"), role="item", label_class="any"),
        8: _act("TAP", _at("video"), "일시중지", "동영상 일시중지", "멈춤"),
        9: _act("TAP", _at("video"), "재생", "동영상 재생", "다시 보기"),
        10: _act("TAP", _at("video"), "전체화면", "전체 화면으로 전환", "크게 보기"),
    },
    "08-maps": {
        1: _opened("map", "지도", "네이버 지도", "카카오맵"),
        2: _act("TAP", _at("map"), "내 위치", "현재 위치", "현위치"),
        3: _act("TAP", _at("map"), "장소, 버스, 지하철, 주소 검색", "여기서 검색", "검색", "찾는 칸"),
        4: _act("INPUT", _at("map"), "장소 검색", "찾는 칸", role="field", label_class="text"),
        6: _act("TAP", _at("map"), "길찾기", "길 찾기", "도착", "경로"),
        7: _act("TAP", _at("map"), "대중교통", "버스", role="tab"),
        9: _act("TAP", _at("map"), "안내시작", "안내 시작", "시작", role="button"),
        11: _act("TAP", _at("map"), "안내종료", "안내 종료", "안내 끝내기", "종료"),
    },
    "10-suspicious": {
        4: _act("TAP", _at("installer"), "취소", role="button", after=_at("messages", "browser", "talk", "home")),
        5: _act("LONG_TAP", _at("messages"), label_class="number", after=_at("messages", texts=("차단",))),
        6: _asked(
            _act("TAP", _at("messages"), "차단", "번호 차단", "차단 및 스팸 신고"),
            "차단할까요",
            "차단하시겠",
            "차단하겠",
        ),
        7: _act("TAP", _at("messages"), "차단", "확인", role="button"),
        8: _act("TAP", _at("call"), "거절", "전화 거절"),
        9: _act("TAP", _at("call"), "끊기", "통화 종료", "종료"),
        10: _act("TAP", _at("dialer"), role="item", label_class="person"),
    },
}
"""By the key of the lesson and the number of the step, from 1."""
