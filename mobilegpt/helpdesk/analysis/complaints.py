"""What people write when they ask: which trouble it is, by the words that they use. The table is meant to grow.

Texts are read without spaces and signs: who is old, or speaks to the phone, leaves them out, and misspells the rest.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mobilegpt.core.folding import uncrowded
from mobilegpt.core.locale import Words
from mobilegpt.helpdesk.analysis.korean import as_heard


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
    return Complaint(
        f"said_{name}", re.compile(as_heard(words)), re.compile(english, re.IGNORECASE), diagnosis, advice, guide
    )


COMPLAINTS: tuple[Complaint, ...] = (
    _row(
        "keyboard_language",
        r"영어|영문|영타|알파벳|꼬부랑|한영|abc|에이비씨|한글|우리말|우리글|한국말|한국어|로마자",
        r"wrong letters|other language|in english",
        Words("자판이 다른 글자로 나온다고 해요", "They say that the keyboard has the wrong letters"),
        Words(
            "자판 맨 아랫줄의 '한/영'이나 지구 그림을 한 번 눌러보세요. 한글 자판으로 바뀌어요.",
            "Press the globe, or 'A/가', in the bottom row of the keyboard once. The letters change.",
        ),
    ),
    _row(
        "no_keyboard",
        r"자판|키보드|키패드|좌판|글[자씨]판|쓰는판|치는판|타자|타이핑|글(?:자|씨)?(?:을|를)?(?:쓰|치|적)(?:는|려)"
        r"|글[자씨]?(?:를|을|가|이|도)?(?:못|안|어떻게|어떡)(?:쓰|치|써|쳐|적|들어|입력|찍|올라|나와|나오|눌)"
        r"|글[자씨]?(?:를|을)?(?:쓸|칠|적을|입력할)수|글[자씨]?(?:를|을)?어[디데떡떻](?:다|에|게)?(?:다가)?(?:써|쓰|쳐|치|적|넣)"
        r"|입력(?:이|을|도)?(?:안|못)|어디(?:다|에|다가)(?:써|쓰|쳐|치|적)|써지(?:지|질)|쳐지(?:지|질)|안써(?:져|지)|안쳐(?:져|지)",
        r"no keyboard|cannot type|can't type",
        Words("글자를 쓸 수 없다고 해요", "They say that they cannot type"),
        Words(
            "글 쓰는 칸을 손가락으로 한 번 톡 눌러보세요. 그러면 아래에서 자판이 올라와요.",
            "Tap the text field once with your finger. Then the keyboard comes up from below.",
        ),
    ),
    _row(
        "no_sound",
        r"소리|안들[려리립]|들리(?:지|질)|안들어?립|음량|볼륨|음소거|무음|귀가",
        r"sound|volume|\bhear",
        Words("소리가 나지 않거나 작다고 해요", "They say that there is no sound, or little"),
        Words(
            "휴대폰 옆면의 긴 단추에서 위쪽을 몇 번 눌러보세요. 소리가 커져요.",
            "Press the upper end of the long button on the side of your phone a few times. It gets louder.",
        ),
    ),
    _row(
        "small_text",
        r"글[자씨]?(?:가|이|는|를)?(?:너무|많이|참|워낙|하도|좀|더)?(?:작|쪼끄|쬐|안보|흐|깨알|안뵈|크게|키우|키워)"
        r"|깨알|작아|작은데|작네|작습|쪼그만|쪼끄만|돋보기|안경|침침|흐릿|흐려|안보여서못읽|못읽",
        r"too small|blurry",
        Words("글씨가 작아 읽기 어렵다고 해요", "They say that the text is too small"),
        Words(
            "두 손가락을 화면에 대고 벌려 보세요. 글씨가 커지는 화면이 많아요.",
            "Put two fingers on the screen and spread them. On many screens the text gets bigger.",
        ),
    ),
    _row(
        "advertisement",
        r"광고|선전|팝업|배너|홍보|이상한창",
        r"\bads?\b|advert",
        Words("광고 화면이 나왔다고 해요", "They say that an advertisement came up"),
        Words(
            "광고는 누르지 않으셔도 돼요. 구석의 작은 ✕나 '건너뛰기'가 나올 때까지 기다렸다가 그것만 눌러 닫아 주세요.",
            "You need not press an advertisement. Wait for a small ✕ or 'Skip' in a corner, and press only that.",
        ),
    ),
    _row(
        "call",
        r"(?:전화|통화)(?:가|는|를|을|도|만)?(?:왔|와[요서유버]|오[는고네면니]|올|온|걸려|울|받|하고[왔오]|하다|하느라|중|끊|끝|들어|때문)"
        r"|벨이?울|전화벨|걸려(?:왔|와|오)",
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
        r"된거같|끝난|끝났|성공|제대로|잘한거|잘됐|잘된|잘하고있|마친|이게다[예에인]|됐어요$|됐습니까|된것인|틀린거|틀렸|확인(?:좀)?(?:해주|부탁|해봐)|"
        r"이러면되|이렇게하면되|이대로(?:하면)?되|이거면되",
        r"is (?:it|this) right|did i|am i done",
        Words("맞게 했는지 묻고 있어요", "They ask whether it is right"),
        Words(
            "화면을 그대로 두고 선생님께 보여주세요.",
            "Leave the screen as it is and show it to your teacher.",
        ),
    ),
    _row(
        "what_next",
        r"(?:이제|인제|인자|이젠|지금은?|그다음|담에|다음에?|다음은|다음엔|그담|담은|다음단계|담단계|그러고|그리고|그럼|그러면|하고나서|여기서|인쟈)"
        r"(?:은|는|엔|에는?|이|을|부터)?(?:또|나서)?(?:뭐|뭘|머|멀|무엇|무얼|어떻|어떡|어찌|어째|뭣|모|요|$|뭐를|어디|무슨|할)"
        r"|다음은요|다음(?:은|엔|에는)?뭐|뭐하면|뭐하나요|뭘하면|뭘해야|뭐해야|뭐를해야|무엇을해야|뭐하라|뭘하라|또뭐|(?:다음|그담|담에|그뒤|뒤에는|나면요|나서는)(?!.{0,8}(?:없|안보|어디|못찾))|"
        r"(?:이제|인제|인자|이젠|인쟈)(?!.{0,8}(?:안|못|없))",
        r"what next|what now|and then",
        Words("다음에 무엇을 할지 묻고 있어요", "They ask what comes next"),
        Words(
            "이 단계를 다 하셨으면 '다 했어요'를 눌러 주세요. 그러면 다음 안내가 나와요.",
            "If you have done this step, press 'I'm done'. Then the next one comes.",
        ),
    ),
    _row(
        "too_fast",
        r"빨라|빨리|빨러|빠르|못따라|따라가(?:질|지|기)|따라갈|놓쳤|놓쳐|천천히|진도|속도|쫓아",
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
        r"(?:다른|딴|이상한|요상한|희한한|엉뚱한|모르는|웬|왠|첨보는|처음보는|못보던|낯선)(?:화면|데|곳|것|거|게|걸|창|앱|페이지|그림|메뉴|영상|방)"
        r"|잘못(?:눌|들어|간|온|왔|갔|누르|건드|된데|한)|그화면이아|화면이(?:아니|다르|달라|틀리|틀려|바뀌|이상)|되돌|돌아가(?:고싶|려|야|자|지지|는법|는방법)|돌아갈|"
        r"(?:처음|첫|아까|원래|이전|앞|전)(?:화면(?:으로|에|이)|으로)|나가(?:졌|지|버|져)|꺼졌|꺼져|닫혔|닫혀|사라졌|사라져|없어져|없어졌|튕|빠져나|"
        r"(?:와|들어가|넘어가|가|들어와|나와)(?:버[렸려]|졌)|여기가?어디|여긴어디|어디로(?:갔|가버|온|왔|들어)|(?:선생님|그림|사진|옆사람|다른분|남들?)(?:이?랑|과|하고|이랑은|화면)(?:은)?(?:다르|달라|틀리|틀려)|다르게나|헤매",
        r"wrong (?:screen|place|app)|go back|another screen",
        Words("다른 화면으로 들어갔다고 해요", "They say that they are on another screen"),
        Words(
            "휴대폰 맨 아래의 '뒤로'를 한 번 누르면 앞의 화면으로 돌아와요. "
            "그래도 다르면 화면을 그대로 두고 선생님께 보여주세요.",
            "Press 'Back' at the bottom of your phone once to return. "
            "If it is still another screen, leave it as it is and show it to your teacher.",
        ),
    ),
    _row(
        "no_reaction",
        r"안눌[러려렸]|눌[러려]지지|안눌|(?:눌[러렀럿]|누르|누지르|터치|쳐|해)[도는데면봐]?.{0,8}(?:안[돼되대댄댐뒈열넘켜움변먹나바]|않|아무|그대로|소용|꼼짝|반응|못|모르는척)"
        r"|반응|꼼짝|꿈쩍|그대로|변화가?없|안변|안바뀌|안넘어|넘어가(?:질|지)(?:를)?않|안열[려리]|멈[췄춰추쳤]|정지|먹통|느려|느리|버벅|렉|로딩|동그라미|뱅글|뺑글|"
        r"뱅뱅|빙글|빙빙|얼었|굳[었어]|아무일|안움직|응답|안먹[혀히어]|(?:암만|아무리|자꾸|계속|여러번|몇번(?:을|이나)?)눌",
        r"nothing happens|does(?: not|n't) (?:work|react)|frozen|stuck",
        Words("눌러도 화면이 바뀌지 않는다고 해요", "They say that pressing changes nothing"),
        Words(
            "휴대폰이 조금 느릴 수 있어요. 손가락 끝으로 한 번만 짧게 누르고, 다섯까지 세며 기다려 보세요.",
            "The phone may be a little slow. Press once, briefly, with your fingertip, and count to five.",
        ),
    ),
    _row(
        "cannot_find",
        r"안보[여이임인]|안뵈|보이(?:지|질)|뵈지|(?<!수)(?<!수가)(?<!자신이)없|찾|어[디데딨딧]|워디|어딧|오디|위치|안나[와오타왔]|"
        r"(?:어느|어떤|무슨)(?:거|것|걸|게|그림|단추|버튼)|(?:뭘|뭐|뭐를|머|멀|무엇을|무얼)(?:눌|누르)|안떠|안뜨|안나",
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
_GENERIC_WORDS = (
    r"도와(?:주세요|주실래요|주실|줘요|줘|주|달라)|도움(?:이?필요해요|요청)?|살려주세요|(?:봐|와|와봐|알려|가르쳐|갈쳐|설명해|말해|말씀해)(?:주세요|줘요|주실래요|주십시오|주이소|줘)|"
    r"부탁(?:해요|드려요|드립니다|합니다)?|어려(?:워서|워요|워유|워|운데요|운데|버요)|어렵(?:습니다|네요|네|다|어요)|힘들(?:어요|어유|네요|다)|"
    r"(?:모르|몰르|모리)(?:겠|것)(?:어요|어유|습니다|네요|네|는데요|는데|다|소)|몰라요|몰라유|몰라서|몰라|모릅니다|못하(?:겠|것)(?:어요|어유|네요|습니다|다)|"
    r"(?:잘)?안(?:돼|대)(?:요|유|네요|는데요|는데|네|서)|안됩니다|막혔어요|막혀요|막힘|헷갈(?:려요|려|리네요|립니다)|복잡(?:해요|하네요)|이해(?:가|를)?(?:안|못)(?:가요|가|돼요|해요|하겠어요)|"
    r"감이안와요?|답답(?:해요|하네요)|하나도|도무지|도저히|도통|전혀|뭐가뭔지|뭐가문제|뭔지|뭔가|무슨말인지|무슨소리|"
    r"(?:어떻게|어떡게|어찌|우째|우예|어째)(?:해야|하면|하는|할|해|하나|하|합)?(?:하나요|되나요|돼요|하죠|하지요|합니까|될까요|할까요|하는거예요|하는거에요|거예요|건가요|건지|지|는지|나요|까요|죠|요|유|야|노|나)*|"
    r"어떡해요?|어쩌죠|어쩌나|어쩐대요|왜이래요?|왜안(?:돼|대)(?:요|나요|지)|큰일났(?:어요|네요)|"
    r"(?:할|따라할|해볼)(?:줄(?:을)?모르|수(?:가)?없|줄몰라)(?:겠어요|어요|네요|요)?|처음이라서?|선생님|강사님|단계(?:에서|가|를)?|이거|이것|저거|그거|여기(?:요|서)?|저기(?:요)?|"
    r"너무|다시|한번|한번더|좀더|지금|계속|자꾸|제발|제가|저는|나는|나도|저도|내가|아이고|에구|빨리|급해요|help(?:me)?|please"
)
_PARTICLES = r"[이그저가는은을를에서도만좀잘요유쌤샘아어음네예야ㅠㅜㅎㅋ]"
_GENERIC = re.compile(as_heard(_GENERIC_WORDS))
_LEFT = re.compile(as_heard(f"^{_PARTICLES}*$"))
_CRY = re.compile(
    as_heard(
        r"모르|몰르|몰라|모리|어려|어렵|힘들|도와|도움|헷갈|막혔|막혀|복잡|답답|못하|안돼|안대|안됩|봐주|와주|알려|가르|이해|설명|어떻게|어떡|우째"
    )
)
_FEW = 16
_SIGNS = re.compile(r"[^0-9a-zA-Z가-힣ㄱ-ㅎㅏ-ㅣ]+")


def squeezed(message: str) -> str:
    """Without spaces and signs, small letters, spelt by ear (``as_heard``)."""
    return as_heard(_SIGNS.sub("", unicodedata.normalize("NFC", uncrowded(message))).lower())


def said(message: str, reason: str = "") -> Complaint | None:
    """What the message complains of, else what the picture says that was pressed; ``None``: they only ask for help."""
    text = squeezed(message)
    for complaint in COMPLAINTS:
        if complaint.words.search(text) or complaint.english.search(message):
            return complaint
    return BY_NAME.get(_BY_REASON.get(reason, ""))


def is_cry(message: str) -> bool:
    """A few words that say that somebody does not get on, and nothing of why."""
    text = squeezed(message)
    return is_generic(message) or (len(text) <= _FEW and _CRY.search(text) is not None)


def complaint_of(message: str) -> str:
    """The name of what the message complains of; empty when it is none that we know."""
    found = said(message)
    return found.name if found else ""


def is_generic(message: str) -> bool:
    """``이 단계가 어렵습니다`` says no more than that somebody asks."""
    return _LEFT.search(_GENERIC.sub("", squeezed(message))) is not None


def says_why(message: object) -> bool:
    """Whether a message says more than that somebody asks; nothing that is no text does."""
    return isinstance(message, str) and not is_generic(message)
