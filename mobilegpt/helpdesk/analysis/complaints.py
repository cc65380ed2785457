"""What people write when they ask: which trouble it is, by the words that they use. The table is meant to grow.

Texts are read without spaces and signs: who is old, or speaks to the phone, leaves them out, and misspells the rest.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mobilegpt.core.locale import Words


@dataclass(frozen=True, slots=True)
class Complaint:
    """``words`` is searched for in the squeezed message; ``english`` in the message as it is. ``guide``: the step's own
    words follow the advice."""

    name: str
    words: re.Pattern[str]
    english: re.Pattern[str]
    diagnosis: Words
    advice: Words
    guide: bool


def _row(name: str, words: str, english: str, diagnosis: Words, advice: Words, *, guide: bool = False) -> Complaint:
    return Complaint(f"said_{name}", re.compile(words), re.compile(english, re.IGNORECASE), diagnosis, advice, guide)


COMPLAINTS: tuple[Complaint, ...] = (
    _row(
        "keyboard_language",
        r"영어|영문|영타|알파벳|꼬부랑|한영|abc|에이비씨|한글(?:로|이안|안|자판|이아|은안|변환)|우리말로|한국말로|한국어로",
        r"wrong letters|other language|in english",
        Words("자판이 다른 글자로 나온다고 해요", "They say that the keyboard has the wrong letters"),
        Words(
            "자판 맨 아랫줄의 '한/영'이나 지구 그림을 한 번 눌러보세요. 한글 자판으로 바뀌어요.",
            "Press the globe, or 'A/가', in the bottom row of the keyboard once. The letters change.",
        ),
    ),
    _row(
        "no_keyboard",
        r"(?:자판|키보드|글[자씨]판|쓰는판|치는판|타자)(?!영)"
        r"|글[자씨]?(?:를|을|가|이)?(?:못쓰|못치|못써|못쳐|안써|안쳐|안쓰|안적|안들어|입력이?안)|글[자씨]?(?:를|을)?어[디데떡떻](?:다|에|게)?(?:써|쓰|쳐|치|적|넣)"
        r"|입력(?:이|을|도)?(?:안|못)|(?:글|글자|글씨)(?:을|를)?쓸수(?:가)?없|어디(?:다|에|다가)(?:써|쓰|쳐|치|적)|타이핑",
        r"no keyboard|cannot type|can't type",
        Words("글자를 쓸 수 없다고 해요", "They say that they cannot type"),
        Words(
            "글 쓰는 칸을 손가락으로 한 번 톡 눌러보세요. 그러면 아래에서 자판이 올라와요.",
            "Tap the text field once with your finger. Then the keyboard comes up from below.",
        ),
    ),
    _row(
        "small_text",
        r"글[자씨]?(?:가|이|는)?(?:너무|많이|참|워낙|하도)?(?:작|쪼끄|쬐|안보|흐|깨알|안뵈)|깨알|작아서|작아요|작네|돋보기|안보여서못읽",
        r"too small|blurry",
        Words("글씨가 작아 읽기 어렵다고 해요", "They say that the text is too small"),
        Words(
            "두 손가락을 화면에 대고 벌려 보세요. 글씨가 커지는 화면이 많아요.",
            "Put two fingers on the screen and spread them. On many screens the text gets bigger.",
        ),
    ),
    _row(
        "no_sound",
        r"소리|안들[려리]|안들[어]?립|음량|볼륨|들리지|음소거|무음",
        r"sound|volume|\bhear",
        Words("소리가 나지 않거나 작다고 해요", "They say that there is no sound, or little"),
        Words(
            "휴대폰 옆면의 긴 단추에서 위쪽을 몇 번 눌러보세요. 소리가 커져요.",
            "Press the upper end of the long button on the side of your phone a few times. It gets louder.",
        ),
    ),
    _row(
        "advertisement",
        r"광고|선전|이상한창",
        r"\bads?\b|advert",
        Words("광고 화면이 나왔다고 해요", "They say that an advertisement came up"),
        Words(
            "광고는 누르지 않으셔도 돼요. 구석의 작은 ✕나 '건너뛰기'가 나올 때까지 기다렸다가 그것만 눌러 닫아 주세요.",
            "You need not press an advertisement. Wait for a small ✕ or 'Skip' in a corner, and press only that.",
        ),
    ),
    _row(
        "call",
        r"(?:전화|통화)(?:가|는|를|을|도)?(?:왔|와[요서유버]|오[는고네면]|올|걸려|울|받|하고[왔오]|하다|중|끊|끝|들어)|벨이?울|전화벨",
        r"(?:phone|somebody|someone) (?:is )?(?:ring|call)|a call|incoming",
        Words("전화가 왔다고 해요", "They say that there is a call"),
        Words(
            "통화가 끝나면 수업 화면으로 돌아와 이어서 하시면 돼요. 기다려 드릴게요.",
            "After the call, come back to the page of the class and go on. We will wait.",
        ),
    ),
    _row(
        "is_it_right",
        r"맞[아나는은지죠게습]|맞(?:어|냐|는가|는감)|한것같|한거같|다한거|다했[는나어는습]|다했는데|다했나|됐나|됐는[지가]|된거[예에인죠지]|된건[가지]|된것같|"
        r"된거같|끝난|끝났|성공|제대로|잘한거|잘됐|잘된|마친|이게다[예에인]|된건가|됐어요\?|됐습니까",
        r"is (?:it|this) right|did i|am i done",
        Words("맞게 했는지 묻고 있어요", "They ask whether it is right"),
        Words(
            "화면을 그대로 두고 선생님께 보여주세요.",
            "Leave the screen as it is and show it to your teacher.",
        ),
    ),
    _row(
        "what_next",
        r"(?:이제|인제|인자|이젠|그다음|담에|다음에|다음은|다음엔|그담|담은|다음단계|담단계)(?:은|는|엔|에는?|이|을)?"
        r"(?:뭐|뭘|무엇|무얼|어떻|어떡|어찌|뭣|모|요|$|뭐를|어디)|다음은요|다음은뭐|그다음은|뭐하면|뭐하나요|뭘하면|뭘해야",
        r"what next|what now|and then",
        Words("다음에 무엇을 할지 묻고 있어요", "They ask what comes next"),
        Words(
            "이 단계를 다 하셨으면 '다 했어요'를 눌러 주세요. 그러면 다음 안내가 나와요.",
            "If you have done this step, press 'I'm done'. Then the next one comes.",
        ),
    ),
    _row(
        "too_fast",
        r"빨라|빨리|못따라|놓쳤|놓쳐|천천히|진도",
        r"too fast|slow down",
        Words("설명이 빠르다고 해요", "They say that it goes too fast"),
        Words(
            "서두르지 않으셔도 돼요. 지금 단계만 하나씩 해보면 돼요.",
            "There is no hurry. Just do this one step.",
        ),
        guide=True,
    ),
    _row(
        "wrong_place",
        r"(?:다른|딴|이상한|엉뚱한|모르는|웬|왠|첨보는|처음보는|못보던|낯선)(?:화면|데|곳|것|거|게|걸|창|앱|페이지|그림|메뉴|영상|방)"
        r"|잘못(?:눌|들어|간|온|왔|갔|누르|건드)|그화면이아|화면이아니|돌아가|돌아갈|(?:처음|첫|아까|원래|이전|앞)(?:화면)?(?:으로|에)"
        r"|나가(?:졌|지|버|져)|꺼졌|꺼져|사라졌|사라져|없어져|없어졌|없어지|튕|바뀌어버|화면이바뀌",
        r"wrong (?:screen|place|app)|go back|another screen",
        Words("다른 화면으로 들어갔다고 해요", "They say that they are on another screen"),
        Words(
            "휴대폰 맨 아래의 '뒤로'를 한 번 누르면 앞의 화면으로 돌아와요. 그래도 다르면 화면을 그대로 두고 선생님께 보여주세요.",
            "Press 'Back' at the bottom of your phone once to return. If it is still another screen, leave it as it is and "
            "show it to your teacher.",
        ),
    ),
    _row(
        "no_reaction",
        r"안눌[러려렸]|눌[러려]지지|안눌|(?:눌[러렀럿]|누르|누지르|터치|쳐|해)[도는데면봐]?.{0,8}(?:안[돼되대댄댐뒈열넘켜움변먹나바]|않|아무|그대로|소용|꼼짝|반응|못|모르는척)"
        r"|반응|꼼짝|그대로|멈[췄춰추쳤]|먹통|느려|느리|버벅|렉|뱅글|뱅뱅|빙글|얼었|굳[었어]|아무일|안넘어|안움직|응답|안먹[혀히]",
        r"nothing happens|does(?: not|n't) (?:work|react)|frozen|stuck",
        Words("눌러도 화면이 바뀌지 않는다고 해요", "They say that pressing changes nothing"),
        Words(
            "휴대폰이 조금 느릴 수 있어요. 손가락 끝으로 한 번만 짧게 누르고, 다섯까지 세며 기다려 보세요.",
            "The phone may be a little slow. Press once, briefly, with your fingertip, and count to five while you wait.",
        ),
    ),
    _row(
        "cannot_find",
        r"안보[여이임인]|안뵈|없어|없는|없네|없다|없슈|없소|없는디|없습|없지|없나|못찾|찾을수|찾아도|찾지|어[디데딨딧]|워디|어딧|오디|안나[와오타왔]|"
        r"(?:어느|어떤)(?:거|것|걸|그림|단추|버튼)|뭘눌|뭐눌|무엇을누|뭐를누|뭘누|안떠|안뜨|안나",
        r"cannot find|can't find|cannot see|can't see|\bwhere\b|which one",
        Words("눌러야 할 것을 찾지 못하겠다고 해요", "They say that they cannot find what to press"),
        Words(
            "화면을 위아래로 천천히 밀면서 찾아보세요. 가려져 있을 수 있어요.",
            "Move the screen slowly up and down and look for it. It may be hidden.",
        ),
        guide=True,
    ),
)
_BY_REASON = {
    "CANNOT_FIND": "said_cannot_find",
    "NO_REACTION": "said_no_reaction",
    "OTHER_SCREEN": "said_wrong_place",
    "CANNOT_TYPE": "said_no_keyboard",
}
BY_NAME = {each.name: each for each in COMPLAINTS}
_GENERIC = re.compile(
    r"도와(?:주세요|주실래요|주실|줘요|줘|주|달라)|도움(?:이?필요해요)?|살려주세요|(?:봐|와|와봐|알려|가르쳐|설명해)(?:주세요|줘요|주실래요)|"
    r"부탁(?:해요|드려요|드립니다)?|어려(?:워요|워|운데요|운데|버요)|어렵(?:습니다|슴니다|네요|네|다)|힘들(?:어요|네요)|"
    r"모르(?:겠|겟)(?:어요|습니다|슴니다|네요|네|는데요|다)|몰르(?:겠|겟)어요|몰라요|못하(?:겠|겟)(?:어요|네요|습니다)|"
    r"안(?:돼|되|대)(?:요|네요|는데요|네)|막혔어요|막혀요|헷갈려요?|복잡해요|이해가안(?:가|돼|되)요|하나도|도무지|도통|전혀|뭐가뭔지|"
    r"어떻게해요|어떻게하나요|어떻게하는거(?:예요|에요)|어떡해요|어쩌죠|어째요|선생님|강사님|단계|너무|여기|저기|제발|"
    r"[이그저가는을를좀잘요쌤샘아음네ㅠㅜㅎㅋ]|help(?:me)?|please"
)
_SIGNS = re.compile(r"[^0-9a-zA-Z가-힣ㄱ-ㅎㅏ-ㅣ]+")


def squeezed(message: str) -> str:
    """Without spaces and signs, small letters."""
    return _SIGNS.sub("", unicodedata.normalize("NFC", message)).lower()


def said(message: str, reason: str = "") -> Complaint | None:
    """What the message complains of, else what the picture says that was pressed; ``None``: they only ask for help."""
    text = squeezed(message)
    for complaint in COMPLAINTS:
        if complaint.words.search(text) or complaint.english.search(message):
            return complaint
    return BY_NAME.get(_BY_REASON.get(reason, ""))


def complaint_of(message: str) -> str:
    """The name of what the message complains of; empty when it is none that we know."""
    found = said(message)
    return found.name if found else ""


def is_generic(message: str) -> bool:
    """``이 단계가 어렵습니다`` says no more than that somebody asks."""
    return not _GENERIC.sub("", squeezed(message))
