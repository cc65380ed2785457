"""The twenty steps on which rules are scored: Wi-Fi, photos, videos, maps, the ordering machine."""

from __future__ import annotations

from bench.help.phones import (
    BUTTON,
    EDIT,
    HOME,
    IMAGE,
    LG,
    ROW,
    SAMSUNG,
    SWITCH,
    TEXT,
    VIEW,
    XIAOMI,
    Place,
    Thing,
)
from bench.help.step import BenchStep, expects, shows

_ICONS = (
    Thing("전화", box=(60, 2010, 270, 2250)),
    Thing("메시지", box=(300, 2010, 510, 2250)),
    Thing("인터넷", box=(540, 2010, 750, 2250)),
    Thing("카카오톡", box=(60, 1600, 270, 1840)),
    Thing("Google", box=(300, 1600, 510, 1840)),
)
_QUICK = Place("shade", "NotificationShadeWindowView", "빠른 설정", ("Wi-Fi", "블루투스", "소리"))
_WIFI = Place("settings", "Settings$WifiSettingsActivity", "Wi-Fi")
_PASSWORD = Place("settings", "WifiDialogActivity", "복지관 와이파이", ("비밀번호", "연결"))
_LOST_IN_WIFI = (
    Place("settings", "SubSettings", "고급 설정"),
    Place("settings", "SubSettings", "블루투스"),
    Place("settings", "SubSettings", "데이터 사용"),
)
_CAMERA = Place("camera", "Camera", "카메라")
_LOST_IN_CAMERA = (Place("camera", "CameraSettingActivity", "카메라 설정"), Place("camera", "FilterActivity", "필터"))
_PHOTO = Place("gallery", "ViewerActivity", "사진 보기")
_LOST_IN_GALLERY = (Place("gallery", "EditActivity", "편집"), Place("gallery", "TrashActivity", "휴지통"))
_TUBE = Place("videos", "WatchWhileActivity", "홈")
_SEARCH = Place("videos", "SearchActivity", "검색")
_RESULTS = Place("videos", "ResultsActivity", "검색 결과")
_WATCH = Place("videos", "WatchActivity", "동영상")
_LOST_IN_TUBE = (
    Place("videos", "ShortsActivity", "Shorts"),
    Place("videos", "SubscriptionsActivity", "구독"),
    Place("videos", "AccountActivity", "내 페이지"),
)
_MAP = Place("map", "LaunchActivity", "지도")
_MAP_SEARCH = Place("map", "SearchActivity", "장소 검색")
_SPOT = Place("map", "PlaceDetailActivity", "행복 복지관")
_ROUTE = Place("map", "RouteActivity", "길찾기")
_GUIDE = Place("map", "NaviActivity", "길 안내")
_LOST_IN_MAP = (Place("map", "TimelineActivity", "MY"), Place("map", "SmartAroundActivity", "주변"))
_FIRST = Place("browser", "MainActivity", "주문기 첫 화면", ("어서 오세요", "주문 시작"))
_WHERE = Place("browser", "MainActivity", "어디에서 드시겠어요", ("먹고 가기", "가져가기"))
_GOODS = Place("browser", "MainActivity", "무엇을 드릴까요", ("커피", "차", "빵"))
_SIZES = Place("browser", "MainActivity", "따뜻한 커피", ("크기", "보통", "담기"))
_ORDER = Place("browser", "MainActivity", "주문 확인", ("담은 것", "결제하기"))
_LOST_IN_KIOSK = (Place("browser", "MainActivity", "방문 기록"), Place("browser", "MainActivity", "새 탭"))

UNSEEN: tuple[BenchStep, ...] = (
    BenchStep(
        lesson="02-wifi", number=1, act="SCROLL", here=HOME,
        target=Thing("", "status_bar", VIEW, "상태 표시줄", (0, 0, 1080, 90)), after=_QUICK, others=_ICONS,
        expectation=expects("OPEN", ["shade"], screens=["NotificationShadeWindowView", "빠른 설정"],
                            source="recording"),
    ),
    BenchStep(
        lesson="02-wifi", number=2, act="LONG_TAP", here=_QUICK,
        target=Thing("Wi-Fi", "tile_label", BUTTON, "Wi-Fi, 꺼짐", (60, 300, 300, 520)), after=_WIFI,
        others=(Thing("블루투스", "tile_label", BUTTON), Thing("소리", "tile_label", BUTTON)), astray=_LOST_IN_WIFI,
        by_make={XIAOMI: Thing("WLAN", "tile_label", BUTTON, "WLAN 꺼짐", (60, 320, 520, 500))},
        expectation=expects("LONG_TAP", ["shade"], ["와이파이", "Wi-Fi", "WLAN"], after=shows("settings"),
                            screens=["NotificationShadeWindowView", "빠른 설정"], source="recording"),
    ),
    BenchStep(
        lesson="02-wifi", number=3, act="TAP", here=_WIFI, repeats=True,
        target=Thing("사용 안 함", "switch_widget", SWITCH, "Wi-Fi", (880, 240, 1040, 340)), after=None,
        by_make={LG: Thing("OFF", "switchWidget", SWITCH, "Wi-Fi", (880, 240, 1040, 340)),
                 XIAOMI: Thing("Wi-Fi", "checkbox", SWITCH, "", (900, 300, 1050, 390))},
        others=(Thing("고급", "menu_item", BUTTON), Thing("Wi-Fi Direct", "menu_item", BUTTON)), astray=_LOST_IN_WIFI,
        expectation=expects("TAP", ["settings"], ["와이파이 사용", "Wi-Fi", "사용 안 함"], screens=["Wi-Fi",
            "WifiSettingsActivity"],
                            role="switch"),
    ),
    BenchStep(
        lesson="02-wifi", number=6, act="INPUT", here=_PASSWORD, typed="hello1234",
        target=Thing("비밀번호", "edittext", EDIT, box=(60, 700, 1020, 840)), after=None, astray=_LOST_IN_WIFI,
        others=(Thing("취소", "button2", BUTTON), Thing("", "show_password", IMAGE, "비밀번호 표시")),
        by_make={LG: Thing("비밀번호 입력", "password", EDIT, box=(60, 760, 1020, 880))},
        expectation=expects("INPUT", ["settings"], ["비밀번호", "비밀번호 입력"], role="field"),
    ),
    BenchStep(
        lesson="04-photos", number=1, act="TAP", here=HOME, target=Thing("카메라", box=(780, 2010, 990, 2250)),
        after=_CAMERA,
        others=_ICONS, expectation=expects("TAP", ["home"], ["카메라"], after=shows("camera")),
    ),
    BenchStep(
        lesson="04-photos", number=3, act="TAP", here=_CAMERA,
        target=Thing("", "shutter_button", VIEW, "촬영", (430, 1900, 650, 2120)), after=None, astray=_LOST_IN_CAMERA,
        others=(Thing("동영상", "mode_text"), Thing("", "switch_button", IMAGE, "카메라 전환"),
            Thing("음식", "mode_text")),
        by_make={LG: Thing("", "shutter_small_comp_button", IMAGE, "사진 촬영", (420, 1920, 660, 2140))},
        expectation=expects("TAP", ["camera"], ["하얀 동그라미", "촬영", "셔터", "사진 촬영"], role="button"),
    ),
    BenchStep(
        lesson="04-photos", number=9, act="SCROLL", here=_PHOTO,
        target=Thing("", "photo_view", VIEW, "사진", (0, 300, 1080, 1900)), after=None, astray=_LOST_IN_GALLERY,
        others=(Thing("", "share", IMAGE, "공유"), Thing("", "edit", IMAGE, "편집")),
        expectation=expects("SCROLL", ["gallery"], screens=["ViewerActivity", "사진 보기"]),
    ),
    BenchStep(
        lesson="04-photos", number=10, act="TAP", here=_PHOTO, repeats=True,
        target=Thing("", "favorite", IMAGE, "즐겨찾기", (300, 2080, 420, 2200)), after=None, astray=_LOST_IN_GALLERY,
        others=(Thing("", "share", IMAGE, "공유"), Thing("", "more", IMAGE, "더보기")),
        by_make={XIAOMI: Thing("좋아요", "favorite_text", BUTTON, box=(300, 2080, 520, 2200))},
        expectation=expects("TAP", ["gallery"], ["하트", "즐겨찾기", "좋아요"], id_suffix="favorite"),
    ),
    BenchStep(
        lesson="07-videos", number=1, act="TAP", here=HOME, target=Thing("YouTube", box=(540, 1600, 750, 1840)),
        after=_TUBE,
        others=_ICONS, expectation=expects("TAP", ["home"], ["동영상", "유튜브", "YouTube"], after=shows("videos")),
    ),
    BenchStep(
        lesson="07-videos", number=2, act="TAP", here=_TUBE,
        target=Thing("", "menu_item_1", IMAGE, "검색", (940, 90, 1060, 210)), after=_SEARCH, astray=_LOST_IN_TUBE,
        others=(Thing("", "menu_item_0", IMAGE, "알림"), Thing("Shorts", "text"), Thing("구독", "text")),
        expectation=expects("TAP", ["videos"], ["돋보기", "검색"], role="button",
            after=shows("videos", "SearchActivity",
            "검색")),
    ),
    BenchStep(
        lesson="07-videos", number=3, act="INPUT", here=_SEARCH, typed="허리 운동",
        target=Thing("YouTube 검색", "search_edit_text", EDIT, box=(140, 90, 900, 210)), after=None,
        astray=_LOST_IN_TUBE,
        others=(Thing("", "voice_search", IMAGE, "음성 검색"), Thing("트로트 모음", "text")),
        expectation=expects("INPUT", ["videos"], role="field", id_suffix="search_edit_text", label_class="text",
                            source="recording"),
    ),
    BenchStep(
        lesson="07-videos", number=6, act="TAP", here=_RESULTS,
        target=Thing("하루 10분 허리 운동, 천천히 따라 하기", "video_title", ROW, box=(0, 300, 1080, 900)),
        after=_WATCH,
        others=(Thing("필터", "filter", BUTTON), Thing("", "menu_item_0", IMAGE, "전송")), astray=_LOST_IN_TUBE,
        expectation=expects("TAP", ["videos"], screens=["ResultsActivity", "검색 결과"], label_class="any", role="item",
                            after=shows("videos", "WatchActivity")),
    ),
    BenchStep(
        lesson="08-maps", number=3, act="TAP", here=_MAP,
        target=Thing("장소, 버스, 지하철, 주소 검색", "v_search_bar", TEXT, box=(40, 100, 900, 220)), after=_MAP_SEARCH,
        others=(Thing("", "btn_compass", IMAGE, "내 위치"), Thing("저장", "tab_text")), astray=_LOST_IN_MAP,
        expectation=expects("TAP", ["map"], ["찾는 칸", "검색"], id_suffix="v_search_bar",
                            after=shows("map", "SearchActivity", "장소 검색")),
    ),
    BenchStep(
        lesson="08-maps", number=4, act="INPUT", here=_MAP_SEARCH, typed="행복 복지관",
        target=Thing("장소 검색", "edit_query", EDIT, box=(140, 100, 900, 220)), after=None, astray=_LOST_IN_MAP,
        others=(Thing("", "btn_voice", IMAGE, "음성 검색"), Thing("최근 검색", "title")),
        expectation=expects("INPUT", ["map"], ["찾는 칸", "장소 검색"], role="field", label_class="text"),
    ),
    BenchStep(
        lesson="08-maps", number=6, act="TAP", here=_SPOT,
        target=Thing("도착", "btn_goal", BUTTON, "길찾기 도착", (700, 1900, 1040, 2040)), after=_ROUTE,
        astray=_LOST_IN_MAP,
        others=(Thing("저장", "btn_save", BUTTON), Thing("예약", "btn_book", BUTTON),
            Thing("공유", "btn_share", BUTTON)),
        expectation=expects("TAP", ["map"], ["길 찾기", "길찾기", "도착"],
            after=shows("map", "RouteActivity", "길찾기")),
    ),
    BenchStep(
        lesson="08-maps", number=9, act="TAP", here=_ROUTE,
        target=Thing("안내시작", "btn_navi_start", BUTTON, box=(660, 2050, 1040, 2200)), after=_GUIDE,
        astray=_LOST_IN_MAP,
        others=(Thing("미리보기", "btn_preview", BUTTON), Thing("경로 옵션", "btn_option", BUTTON)),
        expectation=expects("TAP", ["map"], ["안내 시작", "안내시작"], role="button",
            after=shows("map", "NaviActivity")),
    ),
    BenchStep(
        lesson="09-kiosk", number=1, act="TAP", here=_FIRST, target=Thing("주문 시작", "", BUTTON, box=(200, 1100, 880,
            1500)),
        after=_WHERE, others=(Thing("어서 오세요", "", VIEW), Thing("", "url_bar", EDIT, "주소창")),
        astray=_LOST_IN_KIOSK,
        expectation=expects("TAP", ["browser"], ["주문 시작"], after=shows("browser", texts=["먹고 가기"])),
    ),
    BenchStep(
        lesson="09-kiosk", number=3, act="TAP", here=_GOODS,
        target=Thing("따뜻한 커피 3,000원", "", BUTTON, box=(60, 600, 520, 1100)), after=_SIZES, astray=_LOST_IN_KIOSK,
        others=(Thing("찬 커피 3,500원", "", BUTTON), Thing("차", "", BUTTON), Thing("빵", "", BUTTON)),
        by_make={SAMSUNG: Thing("따뜻한 커피", "", BUTTON, box=(60, 600, 520, 1100))},
        expectation=expects("TAP", ["browser"], ["따뜻한 커피"], after=shows("browser", texts=["담기"])),
    ),
    BenchStep(
        lesson="09-kiosk", number=5, act="TAP", here=_SIZES, repeats=True,
        target=Thing("담기", "", BUTTON, box=(540, 2050, 1040, 2200)), after=_GOODS, astray=_LOST_IN_KIOSK,
        others=(Thing("크게 +500원", "", BUTTON), Thing("취소", "", BUTTON)),
        expectation=expects("TAP", ["browser"], ["담기"], after=shows("browser", "무엇을 드릴까요")),
    ),
    BenchStep(
        lesson="09-kiosk", number=8, act="TAP", here=_GOODS, risky=True,
        target=Thing("결제하기", "", BUTTON, box=(540, 2050, 1040, 2200)), after=_ORDER, astray=_LOST_IN_KIOSK,
        others=(Thing("커피", "", BUTTON), Thing("모두 지우기", "", BUTTON)),
        expectation=expects("TAP", ["browser"], ["결제하기"], after=shows("browser", "주문 확인")),
    ),
)  # fmt: skip
