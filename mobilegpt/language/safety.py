"""What only a teacher may suggest: paying, sending money, logging in, deleting (reliability X17)."""

from __future__ import annotations

import re
import unicodedata

from mobilegpt.core.folding import folded, uncrowded

ANSWER_LENGTH = 2000

_FORBIDDEN = re.compile(
    r"결제|송금|이체|입금|출금|대출|충전하|구매하|구입하|카드\s?번호|계좌|"
    r"로그인|로그아웃|비밀\s?번호|인증\s?번호|인증서|주민\s?등록|아이디를?\s?입력|"
    r"삭제|탈퇴|초기화|포맷|"
    r"(?<![가-힣])(?:결\s+제|송\s+금|입\s+금|계\s+좌|로\s+그\s*인|비\s+밀\s*번\s*호|삭\s+제|탈\s+퇴)|"
    r"(?:대화|메시지|사진|동영상|앱|어플|계정|파일|연락처|채팅방|친구|기록|데이터)[을를은는]?\s?(?:모두\s?|전부\s?|다\s?)?(?:지우|지워)|"
    r"\b(?:pay(?:ment)?|purchase|buy|transfer|wire|send\s+money|bank|log\s?-?in|sign\s?-?in|password|passcode|"
    r"credit\s+card|delete|erase|uninstall|factory\s+reset|remove\s+(?:the\s+)?(?:app|account|chat|photo)s?)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://|www\.|(?<![\w-])[\w-]++\.(?:com|net|kr|io|org)/", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>\n]{1,200}>|^#{1,6}\s+|\*\*|__|`+|^[^\S\n]*+[-*]\s+", re.MULTILINE)


def is_safe(*texts: str) -> bool:
    """Whether the texts suggest nothing that only a teacher may, and lead nowhere else."""
    seen = folded(unicodedata.normalize("NFKC", uncrowded(" ".join(texts))))
    joined = unicodedata.normalize("NFKC", seen)  # what stood apart by a sign that nobody sees is together now
    return not (_FORBIDDEN.search(joined) or _LINK.search(joined))


def plain_text(text: str, most: int = ANSWER_LENGTH) -> str:
    """Without markup and signs that cannot be shown, at most ``most`` characters, cut after a sentence if need be."""
    shown = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign)[0] != "C")
    cleaned = re.sub(r"\n{3,}", "\n\n", _MARKUP.sub("", shown)).strip()
    if len(cleaned) <= most:
        return cleaned
    cut = cleaned[:most]
    end = max(cut.rfind(mark) for mark in (". ", "요.", "! ", "? ", "\n"))
    return (cut[: end + 2] if end > most // 2 else cut).strip()
