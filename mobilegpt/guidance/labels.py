"""When two texts on phones say the same: spaces, particles, case, counts and the phone's language set aside.

``None`` where it cannot be told: a text in Korean and one in English that no group of words brings together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from mobilegpt.core.folding import folded, uncrowded

MASK = re.compile(r"^\[.*\]$")
"""What stands in place of personal data."""

_SIGNS = re.compile(r"[^0-9a-z가-힣ㄱ-ㅎㅏ-ㅣ]+")
_STATES = frozenset(
    {"선택됨", "선택안됨", "선택안함", "사용중", "사용안함", "켜짐", "꺼짐", "selected", "notselected", "on", "off"}
)
_ROLES = "버튼|단추|탭|아이콘|메뉴|그림|칸|스위치|항목|링크|이미지|button|tab|icon|menu|link|image|switch"
_PARTICLES = "을|를|이|가|은|는|에|에서|으로|로|의|과|와|도|하기|하세요|해주세요"
_SUFFIX = re.compile(rf"(?:{_ROLES}|{_PARTICLES})$")
_POSITION = re.compile(r"\b(?:tab )?\d+ of \d+\b|(?<!\d)\d+(?:개 중 \d+ ?번째|/\d+)")
# At the end: "(12)", "99+", "1.2만", "3개", "새 메시지 3개".
_COUNT = re.compile(
    r"[\s(]{0,3}(?:\(\d[\d,.]{0,12}\+?\)|(?<![\d,.])\d[\d,.]{0,12}(?:\+|만|천|k\b)|"
    r"(?:새 ?)?(?:메시지|알림)? ?(?<![\d,.])\d[\d,.]{0,12} ?(?:개|건|통|명)(?:의 .{0,60})?)\s{0,3}$"
)
_BARE_COUNT = re.compile(r"(?<=[^\d\s])\s+\d[\d,.]*$")
_BADGED = frozenset(
    {
        "채팅",
        "메시지",
        "알림",
        "쪽지",
        "댓글",
        "좋아요",
        "친구",
        "소식",
        "받은편지함",
        "문자",
        "chats",
        "messages",
        "notifications",
        "inbox",
    }
)
_AND = re.compile(r" 및 |(?<=[가-힣]{2})[와과] | and | & ")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎ]")
_LATIN = re.compile(r"[a-z]")

# What phones write for one and the same thing.
_GROUPS: tuple[tuple[str, ...], ...] = (
    ("보내기", "전송", "메시지 보내기", "메시지 전송", "send", "send message", "send now"),
    ("확인", "ok", "okay", "confirm"),
    ("취소", "cancel"),
    ("완료", "done", "finish"),
    ("저장", "save"),
    ("삭제", "지우기", "delete", "remove"),
    ("추가", "add"),
    ("닫기", "close", "dismiss"),
    ("다음", "next"),
    ("이전", "previous"),
    ("뒤로", "뒤로 가기", "back", "navigate up", "위로 이동", "상위 메뉴로 이동"),
    ("허용", "allow"),
    ("건너뛰기", "skip"),
    ("공유", "공유하기", "share"),
    ("더보기", "더 보기", "옵션 더보기", "more", "more options", "옵션"),
    ("메뉴", "menu"),
    ("검색", "찾기", "search", "find", "돋보기"),
    ("설정", "환경설정", "settings"),
    ("홈", "home"),
    ("채팅", "chats", "chat"),
    ("친구", "friends"),
    ("프로필", "profile"),
    ("사진", "photo", "photos", "picture", "pictures"),
    ("갤러리", "gallery"),
    ("앨범", "album", "albums"),
    ("카메라", "camera"),
    ("촬영", "사진 촬영", "사진 찍기", "셔터", "take picture", "shutter", "capture"),
    ("동영상", "비디오", "video", "videos"),
    ("전화", "전화 걸기", "통화", "phone", "call", "dial"),
    ("메시지", "문자", "문자 메시지", "messages", "message"),
    ("연락처", "주소록", "contacts"),
    ("키패드", "keypad", "다이얼"),
    ("최근기록", "최근 통화", "recents", "recent calls"),
    ("알림", "notifications"),
    ("디스플레이", "화면", "display"),
    (
        "글자 크기",
        "글꼴 크기",
        "글자 크기와 스타일",
        "글자 크기 및 스타일",
        "font size",
        "font size and style",
        "text size",
    ),
    ("연결", "connections"),
    ("와이파이", "wi-fi", "wifi"),
    ("블루투스", "bluetooth"),
    ("소리", "소리 및 진동", "소리와 진동", "sound", "sounds", "sounds and vibration"),
    ("재생", "play"),
    ("일시중지", "일시정지", "pause"),
    ("전체화면", "full screen", "fullscreen"),
    ("구독", "subscribe"),
    ("길찾기", "경로", "directions"),
    ("대중교통", "transit", "public transport"),
    ("도보", "걷기", "walk", "walking"),
    ("출발", "출발지", "start"),
    ("도착", "도착지", "목적지", "destination"),
    ("지도", "map", "maps"),
    ("편집", "edit"),
    ("즐겨찾기", "favorites", "favourites"),
    ("새로고침", "refresh"),
    ("차단", "수신 차단", "block"),
    ("신고", "스팸 신고", "report"),
    ("카카오톡", "kakaotalk"),
    ("유튜브", "youtube"),
    ("네이버", "naver"),
    ("비밀번호", "password"),
    ("연결됨", "connected"),
    ("켜짐", "사용 중", "켬", "on"),
    ("꺼짐", "사용 안 함", "끔", "off"),
    ("로그인", "log in", "login", "sign in"),
    ("결제", "결제하기", "pay"),
    ("주문", "주문하기", "order"),
    ("포장", "포장하기", "takeout", "to go"),
    ("매장", "매장에서", "먹고 가기", "dine in", "for here"),
)


def squeezed(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return _SIGNS.sub("", _plain(text))


@lru_cache(maxsize=8192)
def keys_of(text: str) -> frozenset[str]:
    """What a text may be known by; texts that share one say the same."""
    plain = _plain(text)
    whole = plain
    parts = [part for part in re.split(r"[,\n|·•]", plain) if _SIGNS.sub("", part)]
    while len(parts) > 1 and _SIGNS.sub("", parts[0]) in _STATES:
        del parts[0]
    found = {_SIGNS.sub("", whole)}
    for part in {whole, *parts[:1], *_AND.split(whole, 1)[:1]}:
        found |= _without_suffix(_SIGNS.sub("", _without_count(_POSITION.sub(" ", part))))
    known = {_CANONICAL[key] for key in found if key in _CANONICAL}
    return frozenset((found | known) - {""}) or frozenset(filter(None, (plain.strip(),)))


def same(one: str, other: str) -> bool | None:
    """Whether they say the same. ``None``: one is masked or empty, or they are in languages that cannot be compared."""
    if not one or not other or MASK.match(one) or MASK.match(other):
        return None
    mine, theirs = keys_of(one), keys_of(other)
    if not mine.isdisjoint(theirs):
        return True
    both_known = not mine.isdisjoint(_CANONICAL) and not theirs.isdisjoint(_CANONICAL)
    return None if _languages_differ(one, other) and not both_known else False


def any_same(wanted: Iterable[str], shown: Iterable[str]) -> bool | None:
    """Whether any of them is one of the others; ``None`` when it is not found and some could not be compared."""
    shown, unknown, compared = tuple(shown), False, False
    for one in wanted:
        for other in shown:
            answer = same(one, other)
            if answer:
                return True
            unknown, compared = unknown or answer is None, True
    return False if compared and not unknown else None


def holds(text: str, wanted: str) -> bool:
    """Whether ``wanted`` stands in it."""
    inner = squeezed(wanted)
    return bool(inner) and (inner in squeezed(text) or same(text, wanted) is True)


def is_common(text: str) -> bool:
    """A word of programs, and nobody's name."""
    return not keys_of(text).isdisjoint(_CANONICAL)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", uncrowded(folded(text))).casefold()


def _without_count(text: str) -> str:
    """``채팅 3``, ``알림 99+`` and ``메시지 (12)`` are the thing; ``옵션 2`` is another than ``옵션 1``."""
    shorter = _COUNT.sub("", text)
    bare = _BARE_COUNT.sub("", shorter)
    return bare if bare != shorter and _SIGNS.sub("", bare) in _BADGED else shorter


def _without_suffix(key: str) -> set[str]:
    found = {key}
    for _ in range(2):  # "보내기 버튼을"
        key = _SUFFIX.sub("", key)
        if len(key) >= 2:
            found.add(key)
    return found


def _languages_differ(one: str, other: str) -> bool:
    mine, theirs = one.casefold(), other.casefold()
    return any(
        _HANGUL.search(korean) and _LATIN.search(latin) and not _HANGUL.search(latin)
        for korean, latin in ((mine, theirs), (theirs, mine))
    )


_CANONICAL = {squeezed(word): squeezed(group[0]) for group in _GROUPS for word in group}
