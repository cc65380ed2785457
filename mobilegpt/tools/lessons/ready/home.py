"""The first screen of a phone, with which most lessons begin."""

from __future__ import annotations

from mobilegpt.screens.apps import Apps
from mobilegpt.screens.screen import Screen

_APPS = Apps(("달력", "시계", "메모", "날씨", "설정", "지도", "동영상", "메신저"), ("전화", "문자", "카메라", "갤러리"))
HOME = Screen("홈", (_APPS,))
HOME_WITHOUT_WIFI = Screen("홈", (_APPS,), wifi=False)
