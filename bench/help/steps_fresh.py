"""The twenty steps of the third set: in neither half, and with what the lessons that ship expect of them."""

from __future__ import annotations

from bench.help.phones import (
    BUDGET,
    BUTTON,
    EDIT,
    HOME,
    IMAGE,
    MOTOROLA,
    ROW,
    SWITCH,
    VIEW,
    Place,
    Thing,
)
from bench.help.step import BenchStep, shipped

_ICONS = (
    Thing("캘린더", box=(60, 1400, 270, 1640)),
    Thing("계산기", box=(300, 1400, 510, 1640)),
    Thing("날씨", box=(540, 1400, 750, 1640)),
    Thing("Play 스토어", box=(780, 1400, 990, 1640)),
)
_DISPLAY = Place("settings", "Settings$DisplaySettingsActivity", "디스플레이", ("밝기", "글자 크기와 스타일"))
_FONT = Place("settings", "FontSizeActivity", "글자 크기와 스타일")
_LOST_IN_SETTINGS = (Place("settings", "SubSettings", "위젯"), Place("settings", "SubSettings", "다크 모드"))
_WIFI = Place("settings", "Settings$WifiSettingsActivity", "Wi-Fi", ("현재 네트워크", "사용 가능한 네트워크"))
_PASSWORD = Place("settings", "WifiDialogActivity", "복지관 와이파이", ("비밀번호", "연결"))
_LOST_IN_WIFI = (
    Place("settings", "SubSettings", "핫스팟 및 테더링"),
    Place("settings", "SubSettings", "비행기 탑승 모드"),
)
_KEYPAD = Place("dialer", "DialtactsActivity", "키패드")
_RECENT = Place("dialer", "DialtactsActivity", "최근기록")
_LOST_IN_DIALER = (Place("dialer", "BlockListActivity", "차단 번호"), Place("dialer", "SpeedDialActivity", "단축번호"))
_MESSAGES = Place("messages", "ConversationListActivity", "메시지")
_NEW = Place("messages", "ComposeActivity", "새 대화", ("받는 사람",))
_BLOCK = Place("messages", "BlockDialogActivity", "번호 차단", ("이 번호를 차단할까요?", "취소", "차단"))
_LOST_IN_MESSAGES = (
    Place("messages", "SpamActivity", "스팸 및 차단 메시지"),
    Place("messages", "TrashActivity", "휴지통"),
)
_CAMERA = Place("camera", "Camera", "카메라")
_SHOT = Place("gallery", "DetailActivity", "사진")
_ALBUM = Place("gallery", "GalleryActivity", "사진")
_LOST_IN_CAMERA = (Place("camera", "QrScanActivity", "QR 코드"), Place("camera", "MoreModesActivity", "더보기"))
_LOST_IN_GALLERY = (Place("gallery", "StoryActivity", "스토리"), Place("gallery", "CollageActivity", "콜라주"))
_FRIENDS = Place("talk", "activity.main.MainActivity", "친구")
_CHAT = Place("talk", "activity.chatroom.ChatRoomHolderActivity", "딸")
_PICTURE = Place("talk", "activity.media.MediaViewActivity", "딸")
_LOST_IN_TALK = (
    Place("talk", "activity.gift.GiftHomeActivity", "선물하기"),
    Place("talk", "activity.pay.PayHome", "페이"),
)
_RESULTS = Place("videos", "ResultsActivity", "검색 결과")
_WATCH = Place("videos", "WatchActivity", "동영상")
_LOST_IN_TUBE = (Place("videos", "HistoryActivity", "시청 기록"), Place("videos", "NotificationActivity", "알림"))
_MAP = Place("map", "LaunchActivity", "지도")
_ROUTE = Place("map", "RouteActivity", "길찾기", ("대중교통", "자동차", "도보"))
_GUIDE = Place("map", "NaviActivity", "길 안내", ("안내종료",))
_LOST_IN_MAP = (Place("map", "ReviewActivity", "리뷰"), Place("map", "ReserveActivity", "예약"))
_WHERE = Place("browser", "MainActivity", "어디에서 드시겠어요", ("먹고 가기", "가져가기"))
_GOODS = Place("browser", "MainActivity", "무엇을 드릴까요", ("커피", "차", "빵"))
_BREAD = Place("browser", "MainActivity", "빵", ("단팥빵", "식빵"))
_ORDER = Place("browser", "MainActivity", "주문 확인", ("담은 것", "결제하기"))
_PAYING = Place("browser", "MainActivity", "결제 방법", ("카드", "현금"))
_LOST_IN_KIOSK = (Place("browser", "BookmarkActivity", "북마크"), Place("browser", "DownloadActivity", "다운로드 기록"))

FRESH: tuple[BenchStep, ...] = (
    BenchStep(
        lesson="01-larger-letters", number=3, act="TAP", here=_DISPLAY, after=_FONT, astray=_LOST_IN_SETTINGS,
        target=Thing("글자 크기와 스타일", "title", ROW, box=(40, 1100, 1040, 1260)),
        by_make={MOTOROLA: Thing("글꼴 크기", "title", ROW, box=(40, 900, 1040, 1060))},
        others=(Thing("밝기", "title", ROW), Thing("다크 모드", "title", ROW),
                Thing("화면 자동 꺼짐 시간", "title", ROW)),
        expectation=shipped("01-larger-letters", 3),
    ),
    BenchStep(
        lesson="01-larger-letters", number=8, act="TAP", here=HOME, after=_MESSAGES, others=_ICONS,
        target=Thing("메시지", box=(300, 2010, 510, 2250)), by_make={BUDGET: Thing("문자", box=(300, 2010, 510, 2250))},
        expectation=shipped("01-larger-letters", 8),
    ),
    BenchStep(
        lesson="02-wifi", number=4, act="TAP", here=_WIFI, after=_PASSWORD, astray=_LOST_IN_WIFI,
        target=Thing("복지관 와이파이", "title", ROW, box=(40, 800, 1040, 960)),
        others=(Thing("", "scanner", IMAGE, "QR 코드 스캔", (900, 120, 1040, 260)),
                Thing("", "switch_widget", SWITCH, "Wi-Fi", (880, 280, 1040, 380))),
        expectation=shipped("02-wifi", 4),
    ),
    BenchStep(
        lesson="02-wifi", number=7, act="TAP", here=_PASSWORD, after=_WIFI, astray=_LOST_IN_WIFI,
        target=Thing("연결", "button1", BUTTON, box=(600, 1400, 1000, 1520)),
        others=(Thing("취소", "button2", BUTTON), Thing("", "show_password", IMAGE, "비밀번호 표시")),
        expectation=shipped("02-wifi", 7),
    ),
    BenchStep(
        lesson="03-calls-and-messages", number=1, act="TAP", here=HOME, after=_KEYPAD, others=_ICONS,
        target=Thing("전화", box=(60, 2010, 270, 2250)), expectation=shipped("03-calls-and-messages", 1),
    ),
    BenchStep(
        lesson="03-calls-and-messages", number=10, act="TAP", here=_MESSAGES, after=_NEW, astray=_LOST_IN_MESSAGES,
        target=Thing("", "fab", IMAGE, "새 메시지 작성", (880, 1900, 1040, 2060)),
        by_make={MOTOROLA: Thing("채팅 시작", "start_chat_fab", BUTTON, box=(640, 1900, 1040, 2060)),
                 BUDGET: Thing("", "action_compose", IMAGE, "작성", (900, 1960, 1040, 2100))},
        others=(Thing("", "search", IMAGE, "검색"), Thing("", "more", IMAGE, "더보기")),
        expectation=shipped("03-calls-and-messages", 10),
    ),
    BenchStep(
        lesson="03-calls-and-messages", number=11, act="INPUT", here=_NEW, after=None, typed="김영희",
        astray=_LOST_IN_MESSAGES,
        target=Thing("받는 사람", "recipients_editor", EDIT, box=(60, 240, 900, 360)),
        others=(Thing("", "attach", IMAGE, "첨부"), Thing("", "add_contact", IMAGE, "연락처에서 추가")),
        expectation=shipped("03-calls-and-messages", 11),
    ),
    BenchStep(
        lesson="04-photos", number=4, act="TAP", here=_CAMERA, after=None, astray=_LOST_IN_CAMERA, repeats=True,
        target=Thing("", "switch_camera", IMAGE, "전면 카메라로 전환", (820, 1900, 1000, 2080)),
        by_make={BUDGET: Thing("", "camera_toggle", IMAGE, "카메라 전환", (820, 1880, 1000, 2060))},
        others=(Thing("", "flash", IMAGE, "플래시"), Thing("동영상", "mode_text"), Thing("", "timer", IMAGE, "타이머")),
        expectation=shipped("04-photos", 4),
    ),
    BenchStep(
        lesson="04-photos", number=5, act="TAP", here=_CAMERA, after=_SHOT, astray=_LOST_IN_CAMERA,
        target=Thing("", "thumbnail", IMAGE, "최근 사진", (80, 1900, 260, 2080)),
        by_make={MOTOROLA: Thing("", "gallery_preview", IMAGE, "마지막 사진 보기", (80, 1900, 260, 2080)),
                 BUDGET: Thing("", "rounded_thumbnail_view", IMAGE, "사진 보기", (80, 1900, 260, 2080))},
        others=(Thing("", "flash", IMAGE, "플래시"), Thing("인물 사진", "mode_text")),
        expectation=shipped("04-photos", 5),
    ),
    BenchStep(
        lesson="04-photos", number=8, act="TAP", here=_ALBUM, after=_SHOT, astray=_LOST_IN_GALLERY,
        target=Thing("", "photo_item", VIEW, "사진, 2026년 5월 3일 오후 2:10", (0, 400, 350, 750)),
        others=(Thing("앨범", "tab_text"), Thing("", "search", IMAGE, "검색"), Thing("스토리", "tab_text")),
        expectation=shipped("04-photos", 8),
    ),
    BenchStep(
        lesson="05-messenger-text", number=3, act="TAP", here=_FRIENDS, after=_CHAT, astray=_LOST_IN_TALK,
        target=Thing("딸", "name", ROW, box=(0, 900, 1080, 1060)),
        others=(Thing("", "menu_search", IMAGE, "검색"), Thing("쇼핑", "tab_text"), Thing("더보기", "tab_text")),
        expectation=shipped("05-messenger-text", 3),
    ),
    BenchStep(
        lesson="06-messenger-photo", number=10, act="TAP", here=_PICTURE, after=None, repeats=True,
        astray=_LOST_IN_TALK,
        target=Thing("", "save", IMAGE, "저장", (60, 2140, 200, 2280)),
        by_make={MOTOROLA: Thing("다운로드", "download", BUTTON, box=(60, 2140, 300, 2280))},
        others=(Thing("", "share", IMAGE, "공유"), Thing("", "delete", IMAGE, "삭제")),
        expectation=shipped("06-messenger-photo", 10),
    ),
    BenchStep(
        lesson="07-videos", number=5, act="SCROLL", here=_RESULTS, after=None, astray=_LOST_IN_TUBE,
        target=Thing("", "results", "androidx.recyclerview.widget.RecyclerView", box=(0, 240, 1080, 2100)),
        others=(Thing("필터", "filter", BUTTON), Thing("", "mic", IMAGE, "음성 검색")),
        expectation=shipped("07-videos", 5),
    ),
    BenchStep(
        lesson="07-videos", number=8, act="TAP", here=_WATCH, after=None, astray=_LOST_IN_TUBE, repeats=True,
        target=Thing("", "player_control_play_pause_replay_button", IMAGE, "동영상 일시중지", (460, 300, 620, 460)),
        others=(Thing("구독", "subscribe", BUTTON), Thing("공유", "share", BUTTON), Thing("", "like", IMAGE, "좋아요")),
        expectation=shipped("07-videos", 8),
    ),
    BenchStep(
        lesson="08-maps", number=2, act="TAP", here=_MAP, after=None, astray=_LOST_IN_MAP,
        target=Thing("", "btn_my_location", IMAGE, "현위치", (920, 1850, 1050, 1980)),
        by_make={BUDGET: Thing("", "mylocation_button", IMAGE, "내 위치", (920, 1850, 1050, 1980))},
        others=(Thing("저장", "tab_text"), Thing("", "btn_layer", IMAGE, "지도 유형"), Thing("주변", "tab_text")),
        expectation=shipped("08-maps", 2),
    ),
    BenchStep(
        lesson="08-maps", number=11, act="TAP", here=_GUIDE, after=_MAP, astray=_LOST_IN_MAP,
        target=Thing("안내종료", "btn_exit", BUTTON, box=(700, 2100, 1040, 2220)),
        others=(Thing("전체 경로", "btn_overview", BUTTON), Thing("", "btn_volume", IMAGE, "음량")),
        expectation=shipped("08-maps", 11),
    ),
    BenchStep(
        lesson="09-kiosk", number=2, act="TAP", here=_WHERE, after=_GOODS, astray=_LOST_IN_KIOSK,
        target=Thing("먹고 가기", "", BUTTON, box=(100, 900, 520, 1300)),
        others=(Thing("가져가기", "", BUTTON), Thing("처음으로", "", BUTTON)), expectation=shipped("09-kiosk", 2),
    ),
    BenchStep(
        lesson="09-kiosk", number=6, act="TAP", here=_GOODS, after=_BREAD, astray=_LOST_IN_KIOSK,
        target=Thing("빵", "", BUTTON, box=(740, 200, 1020, 320)),
        others=(Thing("차", "", BUTTON), Thing("찬 커피 3,500원", "", BUTTON)), expectation=shipped("09-kiosk", 6),
    ),
    BenchStep(
        lesson="09-kiosk", number=10, act="TAP", here=_ORDER, after=_PAYING, astray=_LOST_IN_KIOSK, risky=True,
        target=Thing("결제하기", "", BUTTON, box=(540, 2050, 1040, 2200)),
        others=(Thing("뒤로", "", BUTTON), Thing("모두 지우기", "", BUTTON)), expectation=shipped("09-kiosk", 10),
    ),
    BenchStep(
        lesson="10-suspicious", number=7, act="TAP", here=_BLOCK, after=_MESSAGES, astray=_LOST_IN_MESSAGES,
        target=Thing("차단", "button1", BUTTON, box=(600, 1400, 1000, 1520)),
        others=(Thing("취소", "button2", BUTTON), Thing("대화 삭제", "checkbox", BUTTON)),
        expectation=shipped("10-suspicious", 7),
    ),
)  # fmt: skip
