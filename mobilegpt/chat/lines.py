"""What the system itself writes into a room: stored in Korean, shown to each reader in their language."""

from __future__ import annotations

from mobilegpt.core.locale import Words

TEACHER_ONLY = Words("이제 선생님만 글을 쓸 수 있어요", "Only the teacher can write now")
EVERYONE = Words("이제 모두 글을 쓸 수 있어요", "Everybody can write now")
_BY_STORED = {words.ko: words for words in (TEACHER_ONLY, EVERYONE)}
_SYSTEM = "system"


def shown_text(kind: str, text: str) -> str:
    """A message's text for whoever is spoken to; what people wrote stays as it is."""
    words = _BY_STORED.get(text) if kind == _SYSTEM else None
    return words.said() if words else text
