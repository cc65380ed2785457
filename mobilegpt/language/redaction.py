"""What somebody outside is told about people: nothing. And how data is handed to a model: as data, between marks."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

from mobilegpt.core.text import plain
from mobilegpt.privacy.masking import mask_text

NOBODY = "○○"
_BETWEEN_LETTERS = "[ \u00a0\u200b-\u200d\u2060\ufeff]{0,3}"
_TEXT_LENGTH = 480
_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허남심노하곽성차주우구민진지"
    "엄채원천방공현함변염여추소석선설마길"
)
_NOT_NAMES = "선생|강사|어르신|고객|회원|사장|부장|교수|여러분|아버|어머|할아버|할머"
_ADDRESSED = re.compile(rf"(?<![가-힣])(?!(?:{_NOT_NAMES}))[{_SURNAMES}][가-힣]{{1,2}}(?=\s?(?:님|씨(?![가-힣])))")


_PARTICLES = "이가|이는|이를|이랑|이한테|이에게|이네|이도|이|가|은|는|을|를|의|와|과|랑|한테|에게|께서|께|네|도|야|아"
_KIN = "아들|딸|손자|손녀|손주|며느리|사위|남편|아내|영감|동생|조카|언니|오빠|누나|이모|고모|삼촌"
_OF_KIN = re.compile(rf"((?:{_KIN})\s)[{_SURNAMES}][가-힣]{{2}}(?=(?:{_PARTICLES})(?![가-힣]))")
_KOREAN_NAME = re.compile("[가-힣]{3}")
_NUMBER = re.compile(r"\d(?:[\s.·-]?\d){3,}")
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9_.])(?=[A-Za-z_]*\d)(?=\d*[A-Za-z_])[A-Za-z0-9_]{5,}(?![A-Za-z0-9_.])")
_LIKE_A_NAME = re.compile(rf"[{_SURNAMES}][가-힣]{{1,3}}|[A-Z][a-z]+(?: [A-Z][a-z]+)*|.*(?:님|씨)")


def without_people(text: str, known: re.Pattern[str] | None = None) -> str:
    """Without numbers and addresses of people, the names of the class, and names that somebody is addressed by."""
    masked = mask_text(plain(text))
    if known is not None:
        masked = known.sub(NOBODY, masked)
    return _ADDRESSED.sub(NOBODY, masked)


def without_details(text: str, names: Iterable[str] = ()) -> str:
    """What somebody writes or reads, without what may be a code, a number or an account, and whom they speak of as
    their own, or call by the given name of somebody of the class. A model needs none of it."""
    without = _OF_KIN.sub(rf"\1{NOBODY}", _ACCOUNT.sub("[아이디]", _NUMBER.sub("[번호]", text)))
    given = [name[1:] for name in names if _KOREAN_NAME.fullmatch(name)]
    if not given:
        return without
    return re.sub(rf"(?<![가-힣])(?:{'|'.join(given)})(?=(?:{_PARTICLES}|님|씨)?(?![가-힣]))", NOBODY, without)


def may_be_a_name(text: str) -> bool:
    """Whether these words, standing alone, could be what somebody is called. Rather too often than too seldom."""
    return _LIKE_A_NAME.fullmatch(" ".join(plain(text).split())) is not None


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the names also with capitals, or with spaces and unseen signs between their letters."""
    letters = {"".join(plain(name).split()) for name in names}
    wanted = sorted((name for name in letters if len(name) > 1), key=len, reverse=True)
    spaced = [_BETWEEN_LETTERS.join(map(re.escape, name)) for name in wanted]
    return re.compile("|".join(spaced), re.IGNORECASE) if spaced else None


def fenced(data: Any, names: Iterable[str]) -> str:
    """``data`` as JSON without people, between marks that nothing inside of it can close."""
    told = json.dumps(_cleaned(data, names_pattern(names)), ensure_ascii=False, indent=1)
    mark = secrets.token_hex(8)
    # Whatever stands on a screen cannot close the marks: it does not know their number, and has no sharp brackets.
    inside = told.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<자료 {mark}>\n{inside}\n</자료 {mark}>"


def _cleaned(value: Any, known: re.Pattern[str] | None) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one, known) for one in value]
    return without_people(value, known)[:_TEXT_LENGTH] if isinstance(value, str) else value
