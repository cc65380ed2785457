"""메신저로 글 보내기."""

from __future__ import annotations

from mobilegpt.screens.parts import Bar, Keyboard, Row, Rows, Tabs
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.screens.talk import Bubbles, Said, Writing
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, long_tap, look, tap
from mobilegpt.tools.lessons.ready.home import HOME

_TABS = (("person", "친구"), ("message", "대화"), ("more", "더 보기"))
_FRIENDS = Screen(
    "메신저",
    (
        Bar("친구", ("search", "plus"), back=False),
        Rows(
            (
                Row("딸", "오늘도 행복하게", "person", "#C2417C"),
                Row("아들", "", "person", "#0B5FFF"),
                Row("복지관 친구들", "12명", "person", "#1A7F45"),
                Row("손녀", "학교 다녀올게요", "person", "#B54708"),
            ),
        ),
        Gap(),
        Tabs(_TABS, "친구"),
    ),
)
_TALKS = Screen(
    "메신저",
    (
        Bar("대화", ("search", "plus"), back=False),
        Rows(
            (
                Row("딸", "네, 엄마. 곧 갈게요", "person", "#C2417C", note="방금"),
                Row("복지관 친구들", "내일 봐요", "person", "#1A7F45", note="어제"),
            ),
        ),
        Gap(),
        Tabs(_TABS, "대화"),
    ),
)
_FIRST = Said("other", "엄마, 저녁 드셨어요?")
_MINE = Said("me", "응, 잘 먹었어", key="mine")
_ANSWER = Said("other", "네, 엄마. 곧 갈게요", key="answer")


def _talk(words: str, *said: Said, keyboard: bool = False) -> Screen:
    parts = (Bar("딸", ("search", "menu")), Bubbles(said), Writing(words), *((Keyboard(),) if keyboard else ()))
    return Screen("대화", parts)


MESSAGES = ReadyLesson(
    key="05-messenger-text",
    title="메신저로 글 보내기",
    title_en="Sending words by messenger",
    description="메신저에서 사람을 찾아 글을 쓰고 보내고, 온 글을 읽어요.",
    parts=(
        Part(
            "사람 찾기",
            "Finding somebody",
            (
                Step(
                    "메신저 열기",
                    "Open the messenger",
                    "말풍선 그림 '메신저'를 누르세요.",
                    "첫 화면에서 가족이나 친구와 쓰는 메신저를 찾아 한 번 누르세요.",
                    HOME,
                    tap("메신저"),
                ),
                Step(
                    "친구 목록 보기",
                    "See your friends",
                    "아래 왼쪽의 '친구'를 누르세요.",
                    "화면 맨 아래 왼쪽에 사람 그림이 있어요. 누르면 친구 이름이 죽 나와요.",
                    _TALKS,
                    tap("친구"),
                ),
                Step(
                    "이름 누르기",
                    "Press a name",
                    "글을 보낼 사람의 이름을 누르세요.",
                    "이름을 위아래로 밀어 찾아보고, 글을 보낼 사람의 이름을 누르세요.",
                    _FRIENDS,
                    tap("딸"),
                ),
            ),
        ),
        Part(
            "글 쓰고 보내기",
            "Writing and sending",
            (
                Step(
                    "글 쓰는 칸 누르기",
                    "Press the writing field",
                    "맨 아래 '글 쓰는 칸'을 누르세요.",
                    "화면 맨 아래에 길쭉한 칸이 있어요. 그 칸을 누르면 자판이 올라와요.",
                    _talk("", _FIRST),
                    tap("field", "글 쓰는 칸"),
                ),
                Step(
                    "글 쓰기",
                    "Write",
                    "자판으로 하고 싶은 말을 쓰세요.",
                    "자판을 한 글자씩 천천히 누르세요. 틀려도 괜찮아요. 지우고 다시 쓰면 돼요.",
                    _talk("응, 잘 먹었어", _FIRST, keyboard=True),
                    look("field", "글 쓰는 칸"),
                    "INPUT",
                ),
                Step(
                    "틀린 글자 지우기",
                    "Erase a wrong letter",
                    "자판 오른쪽 화살표로 지우세요.",
                    "자판 오른쪽에 있는 왼쪽 화살표를 누르면 한 글자씩 지워져요.",
                    _talk("응, 잘 먹었어ㅓ", _FIRST, keyboard=True),
                    tap("erase", "지우기"),
                ),
                Step(
                    "보내기",
                    "Send",
                    "오른쪽 종이비행기를 누르세요.",
                    "다 썼으면 오른쪽에 있는 파란 종이비행기를 한 번 누르세요. 바로 보내져요.",
                    _talk("응, 잘 먹었어", _FIRST, keyboard=True),
                    tap("send", "보내기"),
                ),
                Step(
                    "보낸 글 보기",
                    "See what you sent",
                    "오른쪽에 내 글이 있는지 보세요.",
                    "내가 보낸 글은 오른쪽에 나와요. 내 글이 보이면 잘 보내진 거예요.",
                    _talk("", _FIRST, _MINE),
                    look("mine", "내가 보낸 글"),
                ),
                Step(
                    "답장 읽기",
                    "Read the answer",
                    "왼쪽에 온 답장을 읽어 보세요.",
                    "상대가 보낸 글은 왼쪽에 나와요. 천천히 읽어 보세요.",
                    _talk("", _FIRST, _MINE, _ANSWER),
                    look("answer", "답장"),
                ),
                Step(
                    "잘못 보낸 글 누르기",
                    "Hold a wrong message",
                    "잘못 보낸 글은 길게 누르세요.",
                    "잘못 보냈다면 내 글을 2초쯤 꾹 누르세요. 지우기나 되돌리기가 나와요.",
                    _talk("", _FIRST, _MINE, _ANSWER),
                    long_tap("mine", "내가 보낸 글"),
                ),
            ),
        ),
    ),
)
