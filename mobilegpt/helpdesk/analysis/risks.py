"""What only a person may decide: whether to press what costs, installs, sends or agrees (contract 11.17).

A question about it, or a window that asks for it, goes to the teacher, whatever else is known. Nobody is told to press.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mobilegpt.core.locale import Words
from mobilegpt.guidance.transparent import Window
from mobilegpt.helpdesk.analysis.complaints import squeezed
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts
from mobilegpt.helpdesk.analysis.korean import as_heard

_PRESS = "risk_press"
WAIT_FOR_ME = Words(
    "그 창은 누르지 말고 그대로 두세요. 제가 가서 같이 볼게요.",
    "Press nothing there and leave it as it is. I will come and look at it with you.",
)


@dataclass(frozen=True, slots=True)
class Risk:
    """``asked`` is searched for in the squeezed message, ``shown`` in the names and words of the screen."""

    name: str
    asked: re.Pattern[str]
    english: re.Pattern[str]
    diagnosis: Words
    suggestion: Words = WAIT_FOR_ME


def _row(name: str, asked: str, english: str, diagnosis: Words, suggestion: Words = WAIT_FOR_ME) -> Risk:
    return Risk(f"risk_{name}", re.compile(as_heard(asked)), re.compile(english, re.IGNORECASE), diagnosis, suggestion)


RISKS: tuple[Risk, ...] = (
    _row(
        "money",
        r"무료|체험|공짜|구독|결[제재]|가입|프리미엄|멤버십|이용권|유료|요금|과금|카드|돈|만원|천원|비용|가격|할인|쿠폰|포인트|청구|해지|"
        r"구매|구입|충전|송금|이체|입금|출금|계좌|사도[되돼대]|사라(?:고|는데)|얼마[예에]|은행|상품권|할부|환불|자동연장|대출",
        r"\b(?:pay|trial|subscri\w*|buy|purchase|cost|money|bank|transfer|premium|card)\b",
        Words("돈이 드는 것을 묻고 있어요", "They ask about something that may cost money"),
    ),
    _row(
        "private",
        r"비밀번호|비번|패스워드|암호|인증|로그인|로그아웃|주민(?:등록)?번?호?|신분증|여권|개인정보|회원",
        r"\b(?:password|log ?in|sign ?in|passcode)\b",
        Words("비밀번호나 개인정보를 묻고 있어요", "They ask about a password or personal data"),
    ),
    _row(
        "delete",
        r"삭제|지워(?:도|지|질|버|졌)|지울|초기화|탈퇴|포맷|차단(?:해|할|을|하)",
        r"\b(?:delete|erase|reset|block)\b",
        Words("지우거나 막는 일을 묻고 있어요", "They ask about deleting or blocking something"),
    ),
    _row(
        "update",
        r"업데이트|업뎃|업데|업글|업그레|버[전젼]|최신|시스템(?:을|이|갱신)|소프트웨어|갱신",
        r"\bup(?:date|grade)",
        Words("업데이트를 눌러도 되는지 묻고 있어요", "They ask whether to press an update"),
    ),
    _row(
        "permission",
        r"허용|허락|권한|접근|동의|승인|[액엑]세스|수락|약관|거부",
        r"\b(?:allow|permission|agree|accept|terms)\b",
        Words("허락이나 동의를 묻는 창이 나왔다고 해요", "They say that something asks for their permission"),
    ),
    _row(
        "install",
        r"설치|깔[아까라으려면지고]|다운로드|다운(?:받|로|을|하)|내려받|앱을?(?:받|추가)|받을까|받으라|받으래|인스톨|apk|플레이스토어",
        r"\b(?:install|download)",
        Words("설치해도 되는지 묻고 있어요", "They ask whether to install something"),
    ),
    _row(
        "link",
        r"링크|파란(?:글|색|줄)|파랑|밑줄|택배|배송|우체국|등기|당첨|경품|이벤트|설문|선물|건강검진|검진|부고|청첩|결혼식|돌잔치|과태료|범칙금|검찰|경찰|국세|세금|환급|지원금|보조금|보험|"
        r"피싱|사기|스팸|수상|의심|해킹|사이트|큐알|qr|http|국제|해외|(?:문자|톡|메시지|카톡).{0,10}(?:주소|열어|눌[러르]|들어가|링크)|주소|"
        r"(?:아들|딸|손[자주녀]|엄마|아빠)(?:이|이라|라)(?:고|며|면서)|모르는(?:번호|사람)|낯선(?:번호|사람)|(?:문자|카톡|메시지)(?:가|를|에)?.{0,4}(?:이상|왔|온|받)",
        r"\b(?:link|scam|phishing|unknown number)\b",
        Words("모르는 글이나 주소를 눌러도 되는지 묻고 있어요", "They ask about a link that may be a trap"),
        Words(
            "문자의 주소나 번호는 누르지 말고 그대로 두세요. 제가 가서 같이 볼게요.",
            "Press no link or number of the message. I will come and look at it with you.",
        ),
    ),
    _row(
        "press",
        r"(?:눌[러렀]|누[르루]|해|보내|열어|들어가|켜|꺼|만져|건드려|써|쳐|터치해|전송해|클릭해|받아|저장해|선택해|넘어가)(?:도|두|봐도|버려도)"
        r"(?:정말|진짜|그냥|이거)?(?:되|돼|될|댜|댈|대[요나는죠]|댐|됩|괜찮|괜찬|갠찮|안전|상관없|문제없|큰일|탈)"
        r"|^(?!.*(?:어디|어딜|뭐|뭘|무엇|무얼|어느|어떤|무슨|워디)).{0,200}?(?:누르|눌르|하|보내|열|들어가|켜|끄|받|깔|쓰)면(?:은)?"
        r"(?:정말|진짜|그냥|이거)?(?:되|돼|될|댈|안되|안돼|안대|안될|큰일|탈|괜찮|어떻게되|어찌되)"
        r"|(?:눌러|누르|보내|해)야(?:되|돼|하)나|누를까|눌를까|눌러볼까|보낼까|할까[요유]|하까[요유]|열까[요유]|열어볼까|들어갈까|들어가볼까|눌러요말|해요말|"
        r"말까|말지|말아[요유]?$|보내지면|보내질|진짜(?:로)?(?:가|보내|걸)|잘못되|잘못돼|고장|별일|위험|무서|무섭|겁나|불안|믿어도|가짜|속는|괜찮(?:은|을|나|아|겠|죠|습)|괜찬|안전한|"
        r"어떡해.{0,4}눌|누르라(?:는데|고|네|는)|하라는데",
        r"(?:should|may|can|shall) i (?:press|tap|click|send|open)|(?:safe|ok|okay) to (?:press|tap|click|open)",
        Words("눌러도 되는지 묻고 있어요", "They ask whether to press it"),
    ),
)
_CALL = re.compile(as_heard(r"전화|통화|벨"))
# What stands on a window that sells, installs or asks for consent; the step's own screens are spared.
_ON_SCREEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("risk_money", re.compile(r"무료\s?체험|구독|결제|billing|purchase|paywall|프리미엄|이용권", re.IGNORECASE)),
    (
        "risk_update",
        re.compile(r"업데이트(?:\s?(?:사용 가능|하시겠|설치|안내)|$)|software update|^새 버전", re.IGNORECASE),
    ),
    ("risk_install", re.compile(r"packageinstaller|installconfirm|알 수 없는 출처", re.IGNORECASE)),
    ("risk_permission", re.compile(r"grantpermissions|허용하시겠|동의하고", re.IGNORECASE)),
)
# What no program tells anybody to press, unless the step itself speaks of it.
_TOLD: tuple[tuple[str, str, str], ...] = (
    (
        "risk_money",
        r"무료체험|체험하기|체험을?시작|구독|결제|구매|구입|유료|프리미엄|멤버십|이용권|충전[하을]|송금|이체|카드번호|계좌",
        r"subscri\w*|trial|premium|buy|purchase|pay(?:ment)?",
    ),
    ("risk_private", r"비밀번호|비번|인증번호|로그인|주민등록", r"password|passcode|log ?in|sign ?in"),
    ("risk_delete", r"삭제|탈퇴|초기화|포맷|차단[을하해]", r"delete|erase|reset|block"),
    ("risk_update", r"업데이트|업그레이드|최신버전|새버전", r"up(?:date|grade)"),
    ("risk_permission", r"허용|권한|동의|약관|수락|승인", r"allow|permissions?|agree|accept"),
    ("risk_install", r"설치|깔아|깔고|깔면|다운로드|내려받|다운받", r"install|download"),
    ("risk_link", r"링크|파란글|인터넷주소|큐알|qr", r"links?"),
    ("risk_press", r"전송|보내기", r"send"),
)
_TOLD_PATTERNS = tuple(
    (name, re.compile(as_heard(korean)), re.compile(rf"\b(?:{english})\b", re.IGNORECASE))
    for name, korean, english in _TOLD
)
_BY_WINDOW: dict[Window, str] = {"permission": "risk_permission", "update": "risk_update"}
_BY_NAME = {risk.name: risk for risk in RISKS}


def risk_of(evidence: Evidence) -> Risk | None:
    """What they ask about, else what stands on their screen; ``None``: nothing that only a person decides."""
    return _asked(evidence) or _shown(evidence)


def risk_told(text: str, step: StepFacts) -> Risk | None:
    """Of what an answer of a program speaks that only a person may advise; what the step itself speaks of is none."""
    own = " ".join((step.title, step.guide, step.spoken, step.description, step.hint, *_own_words(step)))
    heard, own_heard = squeezed(text), squeezed(own)
    for name, korean, english in _TOLD_PATTERNS:
        if any(found.group() not in own_heard for found in korean.finditer(heard)):
            return _BY_NAME[name]
        if any(found.group().lower() not in own.lower() for found in english.finditer(text)):
            return _BY_NAME[name]
    return None


def _asked(evidence: Evidence) -> Risk | None:
    """The step's own words are no risk by themselves: who cannot find '차단' asks for no leave to block."""
    text = squeezed(evidence.message)
    bare = text
    for word in _own_words(evidence.step):
        bare = bare.replace(squeezed(word), "")
    for risk in RISKS:
        own = text if risk.name == _PRESS else bare
        if risk.asked.search(own) or risk.english.search(evidence.message):
            # Whether to take a call is their own.
            return None if risk.name == _PRESS and _CALL.search(text) else risk
    return None


def _shown(evidence: Evidence) -> Risk | None:
    by_window = _BY_WINDOW.get(evidence.window)
    if by_window is not None:
        return _BY_NAME[by_window]
    own, apps = _own_words(evidence.step), [app for state in evidence.step.states for app in state.apps]
    for name, words in _ON_SCREEN:
        if any(map(words.search, apps)):
            continue
        if any(words.search(shown) for shown in evidence.on_screen() if shown not in own):
            return _BY_NAME[name]
    return None


def _own_words(step: StepFacts) -> set[str]:
    """What the step itself speaks of, and expects to stand there."""
    labels = step.expectation.target.labels if step.expectation is not None else []
    shown = [word for state in step.states for word in (*state.screens, *state.texts)]
    return {*labels, *shown, *filter(None, [step.thing])}
