"""The twenty steps on which rules are written: larger letters, calls, the messenger twice, suspicious messages."""

from __future__ import annotations

from bench.help.phones import BUTTON, EDIT, HOME, IMAGE, PIXEL, ROW, SWITCH, VIEW, Place, Thing
from bench.help.step import BenchStep, expects, shows

_ICONS = (
    Thing("카메라", box=(60, 1980, 300, 2240)),
    Thing("갤러리", box=(320, 1980, 560, 2240)),
    Thing("Play 스토어", box=(60, 1500, 300, 1760)),
    Thing("시계", box=(320, 1500, 560, 1760)),
    Thing("달력", box=(580, 1500, 820, 1760)),
)
_SETTINGS = Place("settings", "homepage.SettingsHomepageActivity", "설정", ("연결", "디스플레이", "소리 및 진동"))
_DISPLAY = Place("settings", "Settings$DisplaySettingsActivity", "디스플레이")
_FONT = Place("settings", "FontSizeActivity", "글자 크기와 스타일")
_LOST_IN_SETTINGS = (
    Place("settings", "SubSettings", "연결"),
    Place("settings", "SubSettings", "소리 및 진동"),
    Place("settings", "SubSettings", "배터리"),
)
_DIAL = Place("dialer", "DialtactsActivity", "전화")
_PEOPLE = Place("dialer", "DialtactsActivity", "연락처")
_PERSON = Place("contacts", "QuickContactActivity", "연락처 정보")
_THREAD = Place("messages", "ConversationActivity", "딸")
_MESSAGES = Place("messages", "ConversationListActivity", "메시지")
_LOST_IN_MESSAGES = (Place("messages", "SettingsActivity", "메시지 설정"), Place("messages", "SearchActivity", "검색"))
_LOST_IN_DIALER = (Place("dialer", "DialtactsActivity", "최근기록"), Place("dialer", "SettingsActivity", "통화 설정"))
_FRIENDS = Place("talk", "MainActivity", "친구")
_CHATS = Place("talk", "MainActivity", "채팅")
_CHAT = Place("talk", "ChatRoomHolderActivity", "딸")
_LOST_IN_TALK = (
    Place("talk", "MainActivity", "쇼핑"),
    Place("talk", "SettingActivity", "설정"),
    Place("talk", "OpenLinkMainActivity", "오픈채팅"),
)
_PICKER = Place("talk", "MediaPickerActivity", "전체보기")
_BLOCKED = Place("messages", "ConversationListActivity", "차단할까요?", ("이 번호를 차단할까요?", "취소", "차단"))
_MENU = Place("messages", "ConversationListActivity", "1개 선택됨", ("삭제", "차단", "더보기"))
_RINGS = Place("incall", "call.InCallActivity", "전화 수신", ("거절", "받기"))

TUNING: tuple[BenchStep, ...] = (
    BenchStep(
        lesson="01-larger-letters", number=1, act="TAP", here=HOME, target=Thing("설정", box=(840, 1980, 1060, 2240)),
        after=_SETTINGS, others=_ICONS, expectation=expects("TAP", ["home"], ["설정"], after=shows("settings")),
    ),
    BenchStep(
        lesson="01-larger-letters", number=2, act="TAP", here=_SETTINGS,
        target=Thing("디스플레이", "title", ROW, box=(40, 1200, 1040, 1400)), after=_DISPLAY, astray=_LOST_IN_SETTINGS,
        others=(Thing("연결", "title", ROW), Thing("소리 및 진동", "title", ROW), Thing("알림", "title", ROW)),
        by_make={PIXEL: Thing("디스플레이 및 터치", "title", ROW, box=(40, 1300, 1040, 1480))},
        expectation=expects(
            "TAP", ["settings"], ["화면", "디스플레이"], screens=["설정"],
            after=shows("settings", "디스플레이", "DisplaySettingsActivity"),
        ),
    ),
    BenchStep(
        lesson="01-larger-letters", number=4, act="SCROLL", here=_FONT,
        target=Thing("글자 크기", "seekbar", "android.widget.SeekBar", box=(100, 1500, 980, 1620)), after=None,
        others=(Thing("글꼴 스타일", "title", ROW), Thing("볼드체", "switch_widget", SWITCH)), astray=_LOST_IN_SETTINGS,
        expectation=expects("SCROLL", ["settings"], ["글자 크기"], id_suffix="seekbar", source="recording"),
    ),
    BenchStep(
        lesson="01-larger-letters", number=6, act="TAP", here=_FONT, repeats=True,
        target=Thing("굵은 글자", "switch_widget", SWITCH, box=(860, 1760, 1020, 1860)), after=None,
        by_make={PIXEL: Thing("볼드체 텍스트", "switchWidget", SWITCH, box=(860, 1460, 1020, 1560))},
        others=(Thing("글꼴 스타일", "title", ROW), Thing("글꼴 다운로드", "title", ROW)), astray=_LOST_IN_SETTINGS,
        expectation=expects("TAP", ["settings"], ["굵은 글자", "볼드체", "볼드체 텍스트"], role="switch"),
    ),
    BenchStep(
        lesson="03-calls-and-messages", number=6, act="TAP", here=_DIAL,
        target=Thing("연락처", "tab_text_view", box=(720, 2080, 1080, 2240)), after=_PEOPLE, astray=_LOST_IN_DIALER,
        others=(Thing("키패드", "tab_text_view"), Thing("최근기록", "tab_text_view"), Thing("1", "one", BUTTON)),
        expectation=expects("TAP", ["dialer"], ["연락처"], role="tab", after=shows("dialer", "연락처")),
    ),
    BenchStep(
        lesson="03-calls-and-messages", number=7, act="TAP", here=_PEOPLE,
        target=Thing("딸", "cliv_name_textview", ROW, box=(40, 700, 1040, 860)), after=_PERSON, astray=_LOST_IN_DIALER,
        others=(Thing("그룹", "title", ROW), Thing("검색", "menu_search", IMAGE), Thing("추가", "menu_add", IMAGE)),
        expectation=expects("TAP", ["dialer"], screens=["연락처"], role="item", label_class="person",
                            after=shows("contacts")),
    ),
    BenchStep(
        lesson="03-calls-and-messages", number=12, act="INPUT", here=_THREAD, typed="잘 지내니",
        target=Thing("메시지 입력", "message_edit_text", EDIT, box=(180, 2000, 860, 2120)), after=None,
        others=(Thing("스티커", "emoticon_button", IMAGE), Thing("첨부", "attach_button", IMAGE)),
        astray=_LOST_IN_MESSAGES,
        by_make={PIXEL: Thing("문자 메시지", "compose_message_text", EDIT, box=(200, 2010, 850, 2130))},
        expectation=expects("INPUT", ["messages"], ["메시지 입력", "문자 메시지"], role="field"),
    ),
    BenchStep(
        lesson="03-calls-and-messages", number=13, act="TAP", here=_THREAD, repeats=True, risky=True,
        target=Thing("", "send_button", IMAGE, "보내기", (920, 2000, 1040, 2120)), after=None, astray=_LOST_IN_MESSAGES,
        others=(Thing("", "attach_button", IMAGE, "첨부"), Thing("", "call_button", IMAGE, "통화")),
        by_make={PIXEL: Thing("", "send_message_button_icon", IMAGE, "SMS 보내기", (900, 2010, 1030, 2130))},
        expectation=expects("TAP", ["messages"], ["보내기", "전송", "SMS 보내기"], role="button",
            id_suffix="send_button"),
    ),
    BenchStep(
        lesson="05-messenger-text", number=2, act="TAP", here=_CHATS,
        target=Thing("친구", "friends_tab", VIEW, "친구 탭", (0, 2080, 216, 2240)), after=_FRIENDS,
        astray=_LOST_IN_TALK,
        others=(Thing("채팅", "chats_tab", VIEW), Thing("쇼핑", "shopping_tab", VIEW),
            Thing("더보기", "more_tab", VIEW)),
        expectation=expects("TAP", ["talk"], ["친구", "친구 탭"], role="tab", after=shows("talk", "친구")),
    ),
    BenchStep(
        lesson="05-messenger-text", number=5, act="INPUT", here=_CHAT, typed="밥 먹었니",
        target=Thing("메시지 입력", "message_edit_text", EDIT, box=(150, 2000, 820, 2110)), after=None,
        others=(Thing("이모티콘", "emoticon_button", IMAGE), Thing("샵검색", "sharp_button", IMAGE)),
        astray=_LOST_IN_TALK,
        expectation=expects("INPUT", ["talk"], screens=["ChatRoomHolderActivity"], role="field",
                            id_suffix="message_edit_text", label_class="text", source="recording"),
    ),
    BenchStep(
        lesson="05-messenger-text", number=7, act="TAP", here=_CHAT, repeats=True, risky=True,
        target=Thing("", "send_button", IMAGE, "전송", (940, 2000, 1060, 2110)), after=None, astray=_LOST_IN_TALK,
        others=(Thing("", "emoticon_button", IMAGE, "이모티콘"), Thing("", "media_send_button", IMAGE, "메뉴")),
        expectation=expects("TAP", ["talk"], ["전송", "보내기"], id_suffix="send_button", source="recording"),
    ),
    BenchStep(
        lesson="05-messenger-text", number=10, act="LONG_TAP", here=_CHAT,
        target=Thing("밥 먹었니", "message", box=(500, 1400, 1040, 1500)), after=None, astray=_LOST_IN_TALK,
        others=(Thing("", "profile_view", IMAGE, "프로필"), Thing("", "emoticon_button", IMAGE, "이모티콘")),
        expectation=expects("LONG_TAP", ["talk"], id_suffix="message", label_class="text", source="recording"),
    ),
    BenchStep(
        lesson="06-messenger-photo", number=3, act="TAP", here=_CHAT,
        target=Thing("", "media_send_button", IMAGE, "메뉴", (20, 2000, 140, 2110)), after=None, astray=_LOST_IN_TALK,
        others=(Thing("", "emoticon_button", IMAGE, "이모티콘"), Thing("", "sharp_button", IMAGE, "샵검색")),
        expectation=expects("TAP", ["talk"], ["더하기", "메뉴", "첨부"], role="button"),
    ),
    BenchStep(
        lesson="06-messenger-photo", number=4, act="TAP", here=_CHAT,
        target=Thing("앨범", "text", VIEW, box=(40, 1500, 300, 1800)), after=_PICKER, astray=_LOST_IN_TALK,
        others=(Thing("카메라", "text", VIEW), Thing("송금", "text", VIEW), Thing("지도", "text", VIEW)),
        expectation=expects("TAP", ["talk"], ["앨범"], after=shows("talk", "MediaPickerActivity"), source="recording"),
    ),
    BenchStep(
        lesson="06-messenger-photo", number=5, act="TAP", here=_PICKER,
        target=Thing("", "thumbnail", IMAGE, "사진", (0, 700, 350, 1050)), after=None, astray=_LOST_IN_TALK,
        repeats=True,
        others=(Thing("전체보기", "title"), Thing("", "camera", IMAGE, "촬영"), Thing("취소", "cancel", BUTTON)),
        expectation=expects("TAP", ["talk"], screens=["MediaPickerActivity"], label_class="picture",
            id_suffix="thumbnail",
                            source="recording"),
    ),
    BenchStep(
        lesson="06-messenger-photo", number=7, act="TAP", here=_PICKER, repeats=True, risky=True,
        target=Thing("전송", "send", BUTTON, box=(860, 120, 1060, 240)), after=_CHAT, astray=_LOST_IN_TALK,
        others=(Thing("편집", "edit", BUTTON), Thing("취소", "cancel", BUTTON)),
        expectation=expects("TAP", ["talk"], ["전송", "보내기", "1장 보내기"],
            after=shows("talk", "ChatRoomHolderActivity")),
    ),
    BenchStep(
        lesson="10-suspicious", number=4, act="TAP",
        here=Place("installer", "PackageInstallerActivity", "앱을 설치할까요?", ("취소", "설치")),
        target=Thing("취소", "button2", BUTTON, box=(120, 2000, 520, 2130)), after=_THREAD,
        others=(Thing("알 수 없는 출처", "message"),), astray=(Place("installer", "InstallInstalling", "설치 중"),),
        expectation=expects("TAP", ["installer"], ["취소"], role="button", after=shows("messages")),
    ),
    BenchStep(
        lesson="10-suspicious", number=5, act="LONG_TAP", here=_MESSAGES,
        target=Thing("000-0000-0000", "list_item", ROW, box=(0, 500, 1080, 720)), after=_MENU, astray=_LOST_IN_MESSAGES,
        others=(Thing("딸", "list_item", ROW), Thing("복지관", "list_item", ROW)),
        expectation=expects("LONG_TAP", ["messages"], ["모르는 번호"], label_class="number",
                            after=shows("messages", texts=["차단"])),
    ),
    BenchStep(
        lesson="10-suspicious", number=6, act="TAP", here=_MENU,
        target=Thing("차단", "bottom_block", BUTTON, box=(400, 2080, 680, 2240)), after=_BLOCKED,
        astray=_LOST_IN_MESSAGES,
        others=(Thing("더보기", "bottom_more", BUTTON), Thing("모두 읽음", "bottom_read", BUTTON)),
        expectation=expects("TAP", ["messages"], ["차단", "번호 차단"], after=shows("messages", texts=["차단할까요"])),
    ),
    BenchStep(
        lesson="10-suspicious", number=8, act="TAP", here=_RINGS,
        target=Thing("", "decline_button", IMAGE, "거절", (640, 1800, 900, 2060)), after=HOME,
        others=(Thing("문자로 거절", "reject_message", BUTTON), Thing("무음", "silence", BUTTON)),
        expectation=expects("TAP", ["incall"], ["거절", "전화 거절"], after=shows("home")),
    ),
)  # fmt: skip
