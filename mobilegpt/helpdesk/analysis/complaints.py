"""What people write when they ask: the words they use, and what helps with that. The table is meant to grow."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mobilegpt.core.locale import Words
from mobilegpt.helpdesk.analysis.findings import Finding


@dataclass(frozen=True, slots=True)
class Complaint:
    """``words`` is searched for in the message."""

    name: str
    words: re.Pattern[str]
    diagnosis: Words
    advice: Words


def _row(name: str, words: str, diagnosis: Words, advice: Words) -> Complaint:
    return Complaint(f"said_{name}", re.compile(words, re.IGNORECASE), diagnosis, advice)


COMPLAINTS: tuple[Complaint, ...] = (
    _row(
        "careful",
        r"결제|송금|이체|돈|계좌|비밀\s?번호|인증|로그인|주민|카드|삭제|지워[도져]|구매|요금"
        r"|pay|transfer|money|bank|password|login|log in|card|delete|buy",
        Words("돈이나 개인정보, 지우는 일을 묻고 있어요", "They ask about money, personal data or deleting something"),
        Words(
            "중요한 화면일 수 있으니 혼자 누르지 마시고, 손을 들어 선생님께 먼저 보여주세요.",
            "This may be an important screen. Don't press anything: raise your hand and show it to your teacher.",
        ),
    ),
    _row(
        "keyboard_language",
        r"영어|영문|한글로|한/영|한영|wrong letters|other language",
        Words("자판이 다른 글자로 나온다고 해요", "They say that the keyboard has the wrong letters"),
        Words(
            "자판 맨 아랫줄의 '한/영'이나 지구 그림을 한 번 눌러보세요. 한글 자판으로 바뀌어요.",
            "Press the globe, or 'A/가', in the bottom row of the keyboard once. The letters change.",
        ),
    ),
    _row(
        "no_keyboard",
        r"자판.{0,6}(?:안|없)|키보드.{0,6}(?:안|없)|글자.{0,8}(?:안 써|못 쓰|안 쳐)|no keyboard|cannot type|can't type",
        Words("자판이 나오지 않는다고 해요", "They say that no keyboard comes up"),
        Words(
            "글 쓰는 칸을 손가락으로 한 번 톡 눌러보세요. 그러면 아래에서 자판이 올라와요.",
            "Tap the text field once with your finger. Then the keyboard comes up from below.",
        ),
    ),
    _row(
        "no_sound",
        r"소리|안 들려|음량|볼륨|sound|volume|hear",
        Words("소리가 나지 않거나 작다고 해요", "They say that there is no sound, or little"),
        Words(
            "휴대폰 옆면의 긴 단추에서 위쪽을 몇 번 눌러보세요. 소리가 커져요.",
            "Press the upper end of the long button on the side of your phone a few times. It gets louder.",
        ),
    ),
    _row(
        "small_text",
        r"글씨.{0,6}작|글자.{0,6}작|안 보여서 못 읽|흐려|too small|blurry",
        Words("글씨가 작아 읽기 어렵다고 해요", "They say that the text is too small"),
        Words(
            "두 손가락을 화면에 대고 벌려 보세요. 글씨가 커지는 화면이 많아요.",
            "Put two fingers on the screen and spread them. On many screens the text gets bigger.",
        ),
    ),
    _row(
        "advertisement",
        r"광고|이상한 (?:창|화면)|\bads?\b|advert",
        Words("광고 화면이 나왔다고 해요", "They say that an advertisement came up"),
        Words(
            "광고는 누르지 않으셔도 돼요. 구석의 작은 ✕나 '건너뛰기'가 나올 때까지 조금 기다려 주세요.",
            "You need not press an advertisement. Wait a little until a small ✕ or 'Skip' appears in a corner.",
        ),
    ),
    _row(
        "no_reaction",
        r"안 눌[러려]|눌러도|안 돼|안 되|안돼|안되|반응|그대로|멈췄"
        r"|nothing happens|does(?: not|n't) (?:work|react)",
        Words("눌러도 화면이 바뀌지 않는다고 해요", "They say that pressing changes nothing"),
        Words(
            "손가락 끝으로 한 번만 짧게 누르고, 화면이 바뀔 때까지 셋까지 세며 기다려 보세요.",
            "Press once, briefly, with your fingertip, and count to three while the screen changes.",
        ),
    ),
    _row(
        "cannot_find",
        r"안 보[여이]|없어|못 찾|어디|안 나[와오]|cannot find|can't find|cannot see|can't see|\bwhere\b",
        Words("눌러야 할 것을 찾지 못하겠다고 해요", "They say that they cannot find what to press"),
        Words(
            "화면을 위아래로 천천히 밀면서 찾아보세요. 가려져 있을 수 있어요.",
            "Move the screen slowly up and down and look for it. It may be hidden.",
        ),
    ),
    _row(
        "wrong_place",
        r"다른 (?:화면|데|곳|것|거|게|영상)|잘못 (?:눌|들어)|처음으로|돌아가|나가[졌지]|꺼졌|사라졌"
        r"|wrong (?:screen|place|app)|go back",
        Words("다른 화면으로 들어갔다고 해요", "They say that they are on another screen"),
        Words(
            "화면 맨 아래의 '뒤로'를 한 번씩 누르면 앞의 화면으로 돌아와요. 여러 번 눌러도 괜찮아요.",
            "Press 'Back' at the bottom of the screen, once at a time, to return. Press it as often as needed.",
        ),
    ),
    _row(
        "too_fast",
        r"빨라|빨리|못 따라|놓쳤|천천히|too fast|slow down",
        Words("설명이 빠르다고 해요", "They say that it goes too fast"),
        Words(
            "서두르지 않으셔도 돼요. 지금 단계만 하나씩 해보면 돼요.",
            "There is no hurry. Just do this one step.",
        ),
    ),
)
_SAID_STRENGTH = 0.75
_GENERIC = re.compile(
    r"도와\s?주세요|도움|어려워요|어렵(?:습니다|네요|다)|모르겠(?:어요|습니다|네)|못 하겠어요|못하겠어요|"
    r"이|그|저|단계|가|는|을|를|좀|너무|잘|여기|선생님|help|please|[\s.,!?~ㅠㅜ]"
)


def said(message: str) -> Finding | None:
    """What the message complains of; ``None`` when it only asks for help."""
    for complaint in COMPLAINTS:
        if complaint.words.search(message):
            strength = 0.9 if complaint.name == "said_careful" else _SAID_STRENGTH
            return Finding(complaint.name, strength, complaint.diagnosis.said(), complaint.advice.said())
    return None


def complaint_of(message: str) -> str:
    """The name of what the message complains of; empty when it is none that we know."""
    found = said(message)
    return found.name if found else ""


def is_generic(message: str) -> bool:
    """``이 단계가 어렵습니다`` says no more than that somebody asks."""
    return not _GENERIC.sub("", message)
