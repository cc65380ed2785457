"""Where in a text somebody's numbers and addresses stand, as a person would see them (contract 8.1).

The text is folded first (``folding``), so what follows knows one kind of digit, dash and blank. Every pattern is
bounded or possessive: reading takes time linear in the length of the text, whatever it is made of (reliability F32).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mobilegpt.core.folding import shadow_of
from mobilegpt.core.phone_numbers import AREA, domestic, is_korean

HIDDEN = "[비밀]"
EMAIL, RESIDENT, CARD = "[이메일]", "[주민등록번호]", "[카드번호]"
PHONE, ACCOUNT, PASSPORT, LICENCE = "[전화번호]", "[계좌번호]", "[여권번호]", "[면허번호]"
LABELS = (HIDDEN, EMAIL, RESIDENT, CARD, PHONE, ACCOUNT, PASSPORT, LICENCE)


class Find(NamedTuple):
    """``text[start:end]`` is somebody's; ``label`` stands for it."""

    start: int
    end: int
    label: str


# What may stand between the digits of one number: anything but letters and what separates the values of data.
_GAP = r'[^0-9A-Za-z가-힣\[\]{}"]'
_NOT_TIME = r'[^0-9A-Za-z가-힣\[\]{}":]'
# Between a word that says what follows and the number itself.
_TO_NUMBER = r"[^\d\[\]]{0,15}+\[?"

_ADDRESS_BEFORE = re.compile(r" {0,2}[\w.+%-]{1,64}")  # read backwards from the sign
_ADDRESS_SIGN = re.compile(r"@|골뱅이|\( ?at ?\)", re.IGNORECASE)
_DOMAIN = re.compile(r" {0,2}(?:[A-Za-z0-9-]{1,63}|[\w-]{1,63})(?: ?\. ?(?:[A-Za-z0-9-]{1,63}|[\w-]{1,63})){1,4}")
_LONGEST_NAME = 66

_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_BIRTHDAY = rf"\d\d(?:0[1-9]|1[0-2]){_DAY}"
_SAID_GAP = rf"(?:{_GAP}{{0,6}}+|\s?(?:다시|하이픈|대시|국에?|에|의|번에?)\s?)"
_AFTER_AREA = rf"{_SAID_GAP}\d{{3,4}}{_SAID_GAP}\d{{4}}(?!\d)"
_ABROAD = rf"(?:\+{_GAP}{{0,2}}+|00\d{{0,3}}?{_GAP}{{0,2}}+)82{_GAP}{{0,3}}+(?:0{_GAP}{{0,2}}+)?"
_MOBILE_ANYHOW = rf"1[016789](?:{_NOT_TIME}{{0,3}}+\d){{7,8}}(?!\d)"
_NUMBERS = re.compile(
    rf"""
    [0-9+(](?<![0-9][0-9+])  # the first sign of a number
    (?:
      # Dates and amounts are read over.
      (?P<date>(?<=1|2)(?:(?<=1)9|(?<=2)0)\d\d([-./])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01])(?!\d)
        (?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?|-\d{{4}}(?![\d-]))?)
    | (?P<amount>(?<=[1-9])\d{{0,2}}(?:,\d{{3}}){{1,9}}+(?!\d))
      # The birthday, then a digit for century and sex; what follows may be starred already.
    | (?P<resident>(?<=\d)(?:\d(?:0[1-9]|1[0-2]){_DAY}
        (?:{_GAP}{{0,6}}+\d{{7}}|[\ \-./_~,]{{0,3}}\d?[*xX●○•]{{6,7}}
          |{_NOT_TIME}{{1,4}}+\d(?:{_NOT_TIME}{{0,2}}+\d){{6}})
      | \d[-./ ](?:0[1-9]|1[0-2])[-./ ]{_DAY}{_NOT_TIME}{{1,3}}+\d{{7}})(?!\d))
    | (?P<card>(?<=[3-69]|2)
        (?:\d{{3}}(?:{_GAP}{{0,3}}+\d{{4}}){{2}}{_GAP}{{0,3}}+\d{{2,7}}|\d{{3}}{_GAP}{{0,3}}+\d{{6}}{_GAP}{{0,3}}+\d{{4,5}})
        (?!\d))
    | (?P<phone>(?:(?<=\()0|(?<=0)){AREA}{_AFTER_AREA}
      | (?<=0){_MOBILE_ANYHOW}
      | (?<=0){_GAP}{{1,2}}+1{_GAP}{{1,2}}+[016789]{_GAP}{{1,3}}+\d{{3,4}}{_GAP}{{1,3}}+\d{{4}}(?!\d))
    | (?P<abroad>(?<=\+){_GAP}{{0,2}}+82{_GAP}{{0,3}}+(?:0{_GAP}{{0,2}}+)?(?:{AREA}{_AFTER_AREA}|{_MOBILE_ANYHOW})
      | (?<=0)0\d{{0,3}}?{_GAP}{{0,2}}+82{_GAP}{{0,3}}+(?:0{_GAP}{{0,2}}+)?(?:{AREA}{_AFTER_AREA}|{_MOBILE_ANYHOW}))
    | (?P<bare>(?<=8)2{_GAP}{{0,3}}+(?:0{_GAP}{{0,2}}+)?{AREA}{_AFTER_AREA})
    | (?P<account>(?<=\d)\d{{1,7}}(?:\ ?-\ ?\d{{1,8}}){{2,3}}(?![\d:])(?!\ ?-\ ?\d))
    )
    """,
    re.VERBOSE,
)
# Single digits with something between each of them.
_APART = re.compile(rf"[0-9](?<![0-9][0-9])(?![0-9])(?:{_GAP}{{1,3}}+[0-9](?![0-9])){{7,40}}+")
_LISTED = re.compile(r"[,;|/\n]")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"(?:19|20)\d\d[-./]?(?:0[1-9]|1[0-2])[-./]?[0-3]\d")
_YEARS = re.compile(r"(?:(?:19|20)\d\d ?- ?){2,3}(?:19|20)\d\d")
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+")
_NO_DIGITS = re.compile("[^0-9]+")
_DOUBLED = str.maketrans("0123456789", "0246813579")  # the digits of twice a digit, summed
_HAS_THREE_TOGETHER = re.compile(r"\d\d\d")

_SPOKEN_DIGITS = {
    **{sign: str(digit) for digit, signs in enumerate(
        ("공영빵零", "일一", "이二", "삼三", "사四", "오五", "육륙六", "칠七", "팔八", "구九")) for sign in signs},
    "제로": "0", "하나": "1", "둘": "2", "셋": "3", "넷": "4", "다섯": "5", "여섯": "6", "일곱": "7", "여덟": "8",
    "아홉": "9",
}  # fmt: skip
_SPOKEN_WORD = "일곱|하나|다섯|여섯|여덟|아홉|제로|[둘셋넷공영빵零일一이二삼三사四오五육륙六칠七팔八구九]"
_ONE_SPOKEN = f"(?:[0-9]|{_SPOKEN_WORD})"
_SAID_WORD = re.compile(_SPOKEN_WORD)
_SPOKEN_DIGIT = re.compile(_ONE_SPOKEN)
_SPOKEN = re.compile(
    rf"{_ONE_SPOKEN}(?:(?:{_GAP}{{0,3}}+|\s?(?:다시|하이픈|대시|국에?|에|의)\s?){_ONE_SPOKEN}){{8,60}}+"
)
_SAID_NUMBER = re.compile(
    rf"(?P<phone>010\d{{8}}|01[16789]\d{{7,8}}|0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d)\d{{7,8}})"
    rf"|(?P<resident>{_BIRTHDAY}\d{{7}})"
)

_LETTER_NUMBER = re.compile(r"[MSRODG](?<![A-Za-z0-9][MSRODG])(?:\d{8}|\d{3}[A-Z]\d{4})(?![A-Za-z0-9])")

# Words that say whose the number beside them is. Each begins with a plain letter, which makes looking for them fast;
# they are looked for in small letters.
_LABELLED = re.compile(
    r"(?P<own>(?:계좌\s?번호|주민\s?(?:등록)?\s?번호|외국인\s?(?:등록)?\s?번호|여권|passport|면허|카드\s?번호|"
    r"card (?:number|no))(?!\]))"
    r"|계좌(?!번호\])|입금|송금|이체|은행|뱅크|농협|신한|국민|우리|하나|기업|수협|신협|새마을|우체국|토스|케이|카카오|"
    r"account|bank"
)
_ANY_DIGITS = rf"\d(?:{_NOT_TIME}{{0,2}}+\d)"
_OWN_BEHIND = re.compile(rf"{_TO_NUMBER}([A-Za-z]{{0,2}}{_ANY_DIGITS}{{5,18}}(?!\d))")
_ACCOUNT_BEHIND = re.compile(rf"{_TO_NUMBER}({_ANY_DIGITS}{{9,15}}(?!\d))")
_ACCOUNT_BEFORE = re.compile(r"(?<!\d)(\d[\d-]{8,18}\d) ?\Z")
_OWN_LABELS = {  # by the first sign of the word
    "계": ACCOUNT, "주": RESIDENT, "외": RESIDENT, "여": PASSPORT, "p": PASSPORT, "면": LICENCE, "카": CARD, "c": CARD
}  # fmt: skip
_LEAST_DIGITS = {ACCOUNT: 7, RESIDENT: 7, PASSPORT: 7, LICENCE: 10, CARD: 10}

_SECRET_WORD = re.compile(
    r"(?P<code>인증\s?번호|인증\s?코드|확인\s?코드|확인\s?번호|보안\s?코드|보안\s?번호|승인\s?번호|일회용\s?(?:비밀)?\s?번호|핀\s?번호|"
    r"(?:otp(?<![a-z]otp)|pin(?<![a-z]pin))(?![a-z])|"
    r"(?:verification|security|confirmation|login|access|auth(?:entication|orization)?|one[- ]time)"
    r" ?(?:code|pass(?:word|code))|is (?:your|the) (?:\w{1,20} ){0,2}(?:code|passcode|otp|pin))"
    r"|(?P<card>(?:cvc|cvv)(?<![a-z]cv[cv])2?(?![a-z]))"
    r"|(?P<password>비밀\s?번호|비번|패스\s?워드|암호(?<![가-힣]암호)|passw(?:or)?d|passcode|(?:pwd(?<![a-z]pwd)|pw(?<![a-z]pw))(?![a-z]))"
)
_CODE = r"\d(?:[ -]?\d){3,7}(?![\d년월명개원회자])(?!\s?[-./:]\d)"
_SAID = r"[공영일이삼사오육칠팔구](?:[ ,-]?[공영일이삼사오육칠팔구]){3,7}"
_NOT_A_LENGTH = r"(?!\s?(?:자리|글자|[자개회번]))"
_CODE_BEHIND = re.compile(rf"[^\d\[\]]{{0,20}}+\[?({_CODE})|\s?(?:[은는이가]\s)?[:=]?\s?\[?({_SAID})")
_CARD_CODE_BEHIND = re.compile(r"[^\w\[\]]{0,4}+\[?(\d{3,4})(?!\d)")
_CODE_BEFORE = re.compile(
    r"(?<![\d.:/])(?<!\d-)(\d(?:[ -]?\d){3,7})[\])\"'’」]?\s?(?:[은는이가]|입니다|\(?이\)?가)?\s?[(\[]?"
    r"(?:귀하의|고객님의|네이버|카카오|본인)?\s?\Z"
)
# Spelled out with a sign of being told, or with a digit in it: ``password reset`` tells nothing.
_PASSWORD_BEHIND = re.compile(
    r"(?:\([^()\d]{0,10}\))?\s?(?:"
    rf"(?:[은는이가를]\s?[:=]?|[:=]|is\b)\s{{0,2}}(?P<told>[!-Z^-~]{{4,64}}+){_NOT_A_LENGTH}"
    r"|(?:[은는이가]\s?[:=]?|[:=])\s{0,2}(?P<mixed>(?=[가-힣]{1,20}+\d)[가-힣!-Z^-~]{4,64}+)"
    rf"|[^\w\[\]\n]{{0,3}}+\[?(?P<bare>(?=[!-/:-Z^-~]{{0,20}}+\d)[!-Z^-~]{{4,64}}+){_NOT_A_LENGTH}"
    r")"
)
_HINT = re.compile(r"\d{1,2} ?[~-] ?\d{1,2}|\d{1,2}/\d{1,2}")

_WORTH_A_LOOK = re.compile(
    r"[0-9@공영빵零육륙칠팔六七八]|제로|비번|번호|암호|워드|코드|\( ?at ?\)|passw|passc|pwd|pw|otp|골뱅이",
    re.IGNORECASE,
)
_SIX_DIGITS = re.compile(rf"[0-9](?:{_SAID_GAP}[0-9]){{5}}")
_SPOKEN_LIKELY = re.compile("[공영빵零육륙칠팔六七八]|제로|0[1-7]")


def find(text: str) -> list[Find]:
    """Everything in ``text`` that belongs to somebody, in order, without overlaps."""
    if len(text) < 4:
        return []
    shadow, found = shadow_of(text), _Found()
    seen = shadow.text
    if _WORTH_A_LOOK.search(seen) is None:
        return []
    readers = [_addresses, _spoken]
    if many := _SIX_DIGITS.search(seen) is not None:
        readers += [_numbers, _apart]
    readers += [_letter_numbers, _secrets]
    if many:
        readers += [_labelled]
    for reader in readers:
        seen = found.add(reader(seen), seen)
    return [Find(*shadow.span(start, end), label) for start, end, label in found.in_order()]


class _Found:
    """What was found so far; the next reader sees brackets in its place."""

    def __init__(self) -> None:
        self._all: list[Find] = []

    def add(self, more: Iterable[Find], seen: str) -> str:
        pieces, at = [], 0
        for one in more:
            if one.start < at:
                continue
            self._all.append(one)
            pieces += [seen[at : one.start], "]" * (one.end - one.start)]
            at = one.end
        return "".join([*pieces, seen[at:]]) if pieces else seen

    def in_order(self) -> list[Find]:
        return sorted(self._all)


def _addresses(text: str) -> Iterator[Find]:
    last = 0
    for sign in _ADDRESS_SIGN.finditer(text):
        before = _ADDRESS_BEFORE.match(text[max(last, sign.start() - _LONGEST_NAME) : sign.start()][::-1])
        after = _DOMAIN.match(text, sign.end()) if before else None
        if before and after and (sign[0] == "@" or after[0].isascii()):
            last = after.end()
            yield Find(sign.start() - before.end(), last, EMAIL)


def _spoken(text: str) -> Iterator[Find]:
    for run in _SPOKEN.finditer(text):
        if not (_SAID_WORD.search(run[0]) and _SPOKEN_LIKELY.search(run[0])):
            continue
        signs = list(_SPOKEN_DIGIT.finditer(text, *run.span()))
        digits = "".join(_SPOKEN_DIGITS.get(sign[0], sign[0]) for sign in signs)
        for number in _SAID_NUMBER.finditer(digits):
            start, end = signs[number.start()].start(), signs[number.end() - 1].end()
            if _SAID_WORD.search(text, start, end):
                yield Find(start, end, PHONE if number["phone"] else RESIDENT)


def _numbers(text: str) -> Iterator[Find]:
    at = 0
    while match := _NUMBERS.search(text, at):
        label = _label_of(match, text)
        if label:
            yield Find(match.start(), match.end(), label)
        at = match.end() if label or match.lastgroup in ("date", "amount") else _behind_digits(match)


def _behind_digits(match: re.Match[str]) -> int:
    """Behind the first digits of what was no number after all: another may begin within it."""
    end = match.start() + 1
    while end < match.end() and match.string[end].isdigit():
        end += 1
    return end


def _label_of(match: re.Match[str], text: str) -> str | None:
    """What a match is; ``None`` when it only looked like it."""
    secret, start = match[0], match.start()
    if match["resident"]:
        return RESIDENT if _is_resident(secret) and not _in_uuid(text, match) else None
    if match["card"]:
        return CARD if _is_card(secret) and not _in_uuid(text, match) else None
    if match["account"]:
        return ACCOUNT if _is_account(secret, text[max(0, start - 1) : start]) and not _in_uuid(text, match) else None
    if match["date"] or match["amount"]:
        return None
    is_phone = _is_phone(match, secret, text[max(0, start - 2) : start])
    return PHONE if is_phone and not _in_uuid(text, match) else None


def _digits(text: str) -> str:
    return _NO_DIGITS.sub("", text)


def _is_resident(secret: str) -> bool:
    """A number of milliseconds since 1970 (2020 to 2033) must prove what it is; those born then have a check digit."""
    if len(secret) == 13 and secret.isdigit() and "16" <= secret[:2] <= "19":
        total = sum(int(digit) * (place % 8 + 2) for place, digit in enumerate(secret[:12]))
        return (11 - total % 11) % 10 == int(secret[12])
    return True


def _is_card(secret: str) -> bool:
    digits = _digits(secret)
    if digits[0] == "2" and not "2" <= digits[1] <= "7":
        return False
    return sum(map(int, digits[::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def _is_phone(match: re.Match[str], secret: str, before: str) -> bool:
    number = domestic(re.sub("[가-힣]", "-", secret))
    if number is None or not is_korean(number):
        return False
    if before[-1:] in (".", ":") and before[:1].isdigit():  # a fraction, or a time
        behind = secret.lstrip("0123456789")[:1]
        return before[-1] == "." and behind not in ("", ".")
    # Numbers with blanks between them may be places on a screen: 82 10 1080 2340.
    return not match["bare"] or secret.isdigit() or "-" in secret or "." in secret


def _is_account(secret: str, before: str) -> bool:
    digits = _digits(secret)
    if before and (before in ".:-" or (before.isascii() and before.isalpha())):
        return False
    return 10 <= len(digits) <= 16 and not _DATE.match(secret) and not _YEARS.fullmatch(secret)


def _in_uuid(text: str, match: re.Match[str]) -> bool:
    start = match.start()
    around = text[max(0, start - 36) : match.end() + 36]
    return any(uuid.start() <= min(36, start) < uuid.end() for uuid in _UUID.finditer(around))


def _apart(text: str) -> Iterator[Find]:
    for run in _APART.finditer(text):
        places = [place for place in range(*run.span()) if text[place].isdigit()]
        listed = bool(_LISTED.search(text[places[0] : places[1]]))
        begin = 0
        for place in range(1, len(places) + 1):
            ends = place == len(places) or (not listed and _LISTED.search(text, places[place - 1], places[place]))
            if ends:
                part = places[begin:place]
                label = _apart_label("".join(text[one] for one in part), listed=listed)
                if label:
                    yield Find(part[0], part[-1] + 1, label)
                begin = place


def _apart_label(digits: str, *, listed: bool) -> str | None:
    number = _SAID_NUMBER.fullmatch(digits)
    if number and (number["resident"] or digits.startswith("01") or not listed):
        return PHONE if number["phone"] else RESIDENT
    return CARD if 14 <= len(digits) <= 19 and digits[0] in "234569" and _is_card(digits) else None


def _letter_numbers(text: str) -> Iterator[Find]:
    for match in _LETTER_NUMBER.finditer(text):
        yield Find(*match.span(), PASSPORT)


def _labelled(text: str) -> Iterator[Find]:
    for word in _LABELLED.finditer(_in_small_letters(text)):
        if word["own"]:
            label = _OWN_LABELS[word[0][0]]
            behind = _OWN_BEHIND.match(text, word.end())
            if behind and _is_labelled(behind[1], _LEAST_DIGITS[label]):
                yield Find(*behind.span(1), label)
            continue
        behind = _ACCOUNT_BEHIND.match(text, word.end())
        if behind and _is_labelled(behind[1], 10) and _HAS_THREE_TOGETHER.search(behind[1]):
            yield Find(*behind.span(1), ACCOUNT)
        elif text[max(0, word.start() - 2) : word.start()].strip()[-1:].isdigit():
            before = _ACCOUNT_BEFORE.search(text, max(0, word.start() - 24), word.start())
            if before and _is_labelled(before[1], 10):
                yield Find(*before.span(1), ACCOUNT)


def _is_labelled(secret: str, least: int) -> bool:
    digits = len(_digits(secret))
    return least <= digits <= 19 and not _DATE.match(secret) and not _AMOUNT.fullmatch(secret)


def _in_small_letters(text: str) -> str:
    """``İ`` would become two signs, and every place behind it another."""
    return text.replace("İ", "I").lower()


def _secrets(text: str) -> Iterator[Find]:
    for word in _SECRET_WORD.finditer(_in_small_letters(text)):
        behind = (
            _CODE_BEHIND.match(text, word.end())
            if word["code"]
            else _CARD_CODE_BEHIND.match(text, word.end())
            if word["card"]
            else _PASSWORD_BEHIND.match(text, word.end())
        )
        if behind and behind.lastindex and _tells(behind):
            yield Find(*behind.span(behind.lastindex), HIDDEN)
        elif word["code"]:
            before = _CODE_BEFORE.search(text, max(0, word.start() - 32), word.start())
            if before and not _DATE.match(before[1]):
                yield Find(*before.span(1), HIDDEN)


def _tells(behind: re.Match[str]) -> bool:
    """``비밀번호 8~16자`` and ``password is required`` tell nothing."""
    secret = behind[behind.lastindex or 0]
    if _HINT.fullmatch(secret) or _DATE.match(secret):
        return False
    only_said = behind.lastgroup == "told" and behind[0].lstrip().startswith("is")
    return not (only_said and secret.rstrip(".,!?)").isalpha())
