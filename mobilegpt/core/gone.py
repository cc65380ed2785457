"""What is left of somebody whose account was erased: the places where they stood, without them."""

from __future__ import annotations

GONE_NAME = "탈퇴한 회원"
GONE_TEXT = "탈퇴한 회원의 글입니다"
