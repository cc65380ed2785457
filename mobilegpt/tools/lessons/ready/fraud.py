"""수상한 문자와 전화."""

from __future__ import annotations

from mobilegpt.screens.apps import Call, Dialer
from mobilegpt.screens.canvas import INK, WHITE
from mobilegpt.screens.parts import Bar, Button, Row, Rows, Tabs, Window
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.screens.talk import Bubbles, Said, Writing
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, long_tap, look, tap

_STRANGER = "000-0000-0000"
_WORDS = "[택배] 주소가 틀려서 못 보내요. 아래를 눌러 고치세요."
_SUSPECT = Screen(
    "문자",
    (
        Bar(_STRANGER, ("phone", "more")),
        Bubbles((Said("other", _WORDS, link="http://a1b2.example", key="said"),)),
        Writing(),
    ),
)
_FAMILY = Screen(
    "문자",
    (
        Bar(_STRANGER, ("phone", "more")),
        Bubbles((Said("other", "엄마, 나 휴대폰이 고장 났어. 이 번호로 돈 좀 보내 줘.", key="said"),)),
        Writing(),
    ),
)
_INBOX = Screen(
    "문자 목록",
    (
        Bar("문자", ("search", "plus"), back=False),
        Rows(
            (
                Row(_STRANGER, "[택배] 주소가 틀려서", "warning", "#C62828", key="stranger"),
                Row("딸", "주말에 갈게요", "person", "#C2417C"),
                Row("복지관", "내일 수업은 10시예요", "person", "#1A7F45"),
            ),
        ),
        Gap(),
    ),
)
_MENU = Screen(
    "문자 목록",
    _INBOX.parts,
    Window(
        _STRANGER,
        "",
        (Button("차단", "#C62828"), Button("지우기", WHITE, INK), Button("닫기", WHITE, INK)),
        upright=True,
        low=True,
    ),
)
_SURE = Screen(
    "문자 목록",
    _INBOX.parts,
    Window(
        "이 번호를 차단할까요?",
        "앞으로 이 번호의 문자와 전화가 오지 않아요.",
        (Button("취소", WHITE, INK), Button("차단", "#C62828")),
    ),
)
_INSTALL = Screen(
    "설치 질문",
    _SUSPECT.parts,
    Window("앱을 설치할까요?", "모르는 곳에서 온 앱이에요.", (Button("취소", WHITE, INK), Button("설치", "#8C959E"))),
)
_RINGING = Screen("오는 전화", (Call("모르는 번호", _STRANGER, coming=True),), dark=True)
_TALKING = Screen("통화", (Call("모르는 번호", _STRANGER),), dark=True)
_RECENT = Screen(
    "최근 기록",
    (
        Bar("최근 기록", ("search",), back=False),
        Rows((Row(_STRANGER, "방금", "phone", "#C62828"), Row("딸", "어제", "phone", "#1A7F45"))),
        Gap(),
        Tabs((("keypad", "키패드"), ("clock", "최근 기록"), ("person", "연락처")), "최근 기록"),
    ),
)
_POLICE = Screen("전화", (Dialer("112"),))

FRAUD = ReadyLesson(
    key="10-suspicious",
    title="수상한 문자와 전화",
    title_en="Suspicious messages and calls",
    description="속이려는 문자와 전화를 알아보고, 누르지 않고, 끊고, 확인하는 법을 연습해요.",
    parts=(
        Part(
            "수상한 문자",
            "Suspicious messages",
            (
                Step(
                    "번호 보기",
                    "Look at the number",
                    "누가 보냈는지 번호를 보세요.",
                    "문자가 오면 먼저 누가 보냈는지 보세요. 이름이 없고 모르는 번호면 조심하세요.",
                    _SUSPECT,
                    look("title", "모르는 번호"),
                ),
                Step(
                    "파란 글자 알아보기",
                    "Know the blue words",
                    "파란 글자는 누르지 마세요. 보기만 하세요.",
                    "밑줄이 있는 파란 글자를 누르면 나쁜 화면이 열려요. 택배나 벌금 이야기여도 누르지 마세요.",
                    _SUSPECT,
                    look("link", "누르면 안 되는 파란 글자"),
                ),
                Step(
                    "가족이라고 하는 글 보기",
                    "Somebody who claims to be family",
                    "돈을 보내 달라는 글을 읽어 보세요.",
                    "가족이라고 하면서 돈이나 사진을 보내 달라고 해요. 보내지 말고, 알던 번호로 전화해서 물어보세요.",
                    _FAMILY,
                    look("said", "돈을 보내 달라는 글"),
                ),
                Step(
                    "설치하지 않기",
                    "Do not install",
                    "설치를 물으면 '취소'를 누르세요.",
                    "실수로 눌러서 설치할지 물으면 꼭 취소를 누르세요. 모르는 앱은 설치하지 않아요.",
                    _INSTALL,
                    tap("취소"),
                ),
                Step(
                    "수상한 문자 길게 누르기",
                    "Hold the message",
                    "목록에서 수상한 문자를 길게 누르세요.",
                    "문자 목록에서 그 번호를 2초쯤 꾹 누르고 계세요. 할 수 있는 일이 나와요.",
                    _INBOX,
                    long_tap("stranger", "모르는 번호"),
                ),
                Step(
                    "'차단' 누르기",
                    "Press Block",
                    "빨간 '차단'을 누르세요.",
                    "차단을 누르면 그 번호에서 더는 오지 않아요.",
                    _MENU,
                    tap("차단"),
                ),
                Step(
                    "한 번 더 '차단' 누르기",
                    "Press Block again",
                    "다시 '차단'을 누르세요.",
                    "정말 차단할지 물어요. 차단을 한 번 더 누르세요. 상대는 알지 못해요.",
                    _SURE,
                    tap("차단"),
                ),
            ),
        ),
        Part(
            "수상한 전화",
            "Suspicious calls",
            (
                Step(
                    "모르는 전화 거절하기",
                    "Refuse an unknown call",
                    "모르는 번호는 '거절'을 누르세요.",
                    "모르는 번호는 받지 않아도 돼요. 빨간 거절을 누르세요. 급한 사람은 문자를 남겨요.",
                    _RINGING,
                    tap("refuse", "거절"),
                ),
                Step(
                    "수상하면 바로 끊기",
                    "Hang up",
                    "돈 이야기를 하면 바로 끊으세요.",
                    "경찰이나 은행이라고 하면서 돈이나 비밀번호를 말하면 속이는 거예요. 말없이 끊어도 괜찮아요.",
                    _TALKING,
                    tap("end", "끊기"),
                ),
                Step(
                    "가족에게 물어보기",
                    "Ask your family",
                    "알던 번호로 가족에게 전화하세요.",
                    "끊고 나서 가족에게 전화해 물어보세요. 온 번호로 다시 걸지 말고, 알던 이름을 누르세요.",
                    _RECENT,
                    tap("딸"),
                ),
                Step(
                    "112에 알리기",
                    "Tell the police",
                    "돈을 보냈다면 바로 112에 전화하세요.",
                    "이미 돈을 보냈거나 번호를 알려 주었다면 바로 112에 전화하세요. 지금은 걸지 말고 보기만 하세요.",
                    _POLICE,
                    look("call", "전화 걸기"),
                ),
            ),
        ),
    ),
)
