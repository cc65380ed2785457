"""무인 주문기(키오스크) 연습."""

from __future__ import annotations

from mobilegpt.screens.canvas import INK, WHITE
from mobilegpt.screens.kiosk import DEEP, Banner, Basket, Big, CardSlot, Goods, Kinds, Ticket
from mobilegpt.screens.parts import Button, Buttons, Row, Rows, Text
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.screens.screen import Part as ScreenPart
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, look, tap

_PAPER = "#FBF6F0"
_KINDS = ("커피", "차", "빵")
_COFFEE = Goods(
    (
        ("cup", "따뜻한 커피", "3,000원"),
        ("glass", "찬 커피", "3,500원"),
        ("cup", "우유 커피", "4,000원"),
        ("glass", "찬 우유 커피", "4,500원"),
    )
)
_BREAD = Goods(
    (
        ("bread", "단팥빵", "2,500원"),
        ("bread", "크림빵", "2,800원"),
        ("bread", "식빵", "3,500원"),
        ("bread", "소금빵", "3,000원"),
    )
)


def _machine(name: str, *parts: ScreenPart) -> Screen:
    return Screen(name, parts, paper=_PAPER, phone=False)


_START = _machine(
    "주문기 첫",
    Banner("어서 오세요", "주문하시려면 눌러 주세요"),
    Big((("cup", "주문 시작", "여기를 누르세요"),)),
)
_WHERE = _machine(
    "주문기",
    Banner("어디에서 드시겠어요?"),
    Big((("home", "먹고 가기", "매장에서"), ("bread", "가져가기", "포장해서"))),
)


def _menu(kind: str, goods: Goods, words: str, price: str) -> Screen:
    return _machine("주문기 차림표", Banner("무엇을 드릴까요?"), Kinds(_KINDS, kind), goods, Basket(words, price))


_OPTIONS = _machine(
    "주문기 고르기",
    Banner("따뜻한 커피", "3,000원"),
    Text("크기", 42, bold=True),
    Buttons((Button("보통", DEEP), Button("크게 +500원", WHITE, INK))),
    Text("진하기", 42, bold=True),
    Buttons((Button("연하게", WHITE, INK), Button("보통", DEEP, key="보통 진하기"))),
    Gap(),
    Buttons((Button("취소", WHITE, INK), Button("담기", "#B3261E"))),
)
_CHECK = _machine(
    "주문 확인",
    Banner("주문을 확인해 주세요"),
    Rows((Row("따뜻한 커피", "보통 크기", note="1개 · 3,000원"), Row("단팥빵", "", note="1개 · 2,500원")), 150, 42),
    Gap(),
    Basket("모두 2개", "5,500원"),
)
_PAY = _machine(
    "결제",
    Banner("어떻게 내시겠어요?", "낼 돈 5,500원"),
    Big((("card", "카드", "신용 · 체크카드"), ("person", "직원에게 현금", "계산대에서"))),
)
_CARD = _machine("카드 넣기", Banner("카드를 넣어 주세요", "낼 돈 5,500원"), CardSlot())
_TICKET = _machine(
    "주문 번호",
    Banner("고맙습니다", "카드를 꼭 챙기세요"),
    Ticket("27", ("따뜻한 커피 1개", "단팥빵 1개", "번호를 부르면 받아 가세요")),
)

KIOSK = ReadyLesson(
    key="09-kiosk",
    title="무인 주문기(키오스크) 연습",
    title_en="Practising at an ordering machine",
    description="가게의 무인 주문기에서 고르고, 담고, 카드로 내는 순서를 연습해요. 실제로 돈이 나가지 않아요.",
    parts=(
        Part(
            "고르고 담기",
            "Choosing",
            (
                Step(
                    "주문 시작하기",
                    "Start",
                    "화면의 '주문 시작'을 누르세요.",
                    "주문기 앞에 서서 화면 가운데의 주문 시작을 누르세요. 천천히 해도 괜찮아요.",
                    _START,
                    tap("주문 시작"),
                ),
                Step(
                    "먹을 곳 고르기",
                    "Here or to take away",
                    "'먹고 가기'를 누르세요.",
                    "가게에서 드시려면 먹고 가기, 가지고 가시려면 가져가기를 누르세요.",
                    _WHERE,
                    tap("먹고 가기"),
                ),
                Step(
                    "커피 고르기",
                    "Choose a coffee",
                    "'따뜻한 커피'를 누르세요.",
                    "그림과 값을 보고 드시고 싶은 것을 누르세요. 여기서는 따뜻한 커피를 눌러 볼게요.",
                    _menu("커피", _COFFEE, "아직 없어요", "0원"),
                    tap("따뜻한 커피"),
                ),
                Step(
                    "크기 고르기",
                    "Choose the size",
                    "크기에서 '보통'을 누르세요.",
                    "크기를 물어봐요. 보통을 누르세요. 크게는 돈을 더 내요.",
                    _OPTIONS,
                    tap("보통"),
                ),
                Step(
                    "'담기' 누르기",
                    "Put it in the basket",
                    "빨간 '담기'를 누르세요.",
                    "다 골랐으면 오른쪽 아래 빨간 담기를 누르세요. 장바구니에 들어가요.",
                    _OPTIONS,
                    tap("담기"),
                ),
                Step(
                    "빵 차림표 보기",
                    "See the bread",
                    "위쪽 '빵'을 누르세요.",
                    "다른 것도 드시고 싶으면 위의 이름을 누르세요. 여기서는 빵을 눌러 볼게요.",
                    _menu("커피", _COFFEE, "따뜻한 커피 1개", "3,000원"),
                    tap("빵"),
                ),
                Step(
                    "단팥빵 담기",
                    "Add a bun",
                    "'단팥빵'을 누르세요.",
                    "단팥빵 그림을 누르세요. 아래에 담은 것과 값이 나와요.",
                    _menu("빵", _BREAD, "따뜻한 커피 1개", "3,000원"),
                    tap("단팥빵"),
                ),
            ),
        ),
        Part(
            "돈 내기",
            "Paying",
            (
                Step(
                    "'결제하기' 누르기",
                    "Press Pay",
                    "아래 빨간 '결제하기'를 누르세요.",
                    "다 담았으면 오른쪽 아래 빨간 결제하기를 누르세요.",
                    _menu("빵", _BREAD, "모두 2개", "5,500원"),
                    tap("pay", "결제하기"),
                ),
                Step(
                    "주문 확인하기",
                    "Check the order",
                    "담은 것과 값이 맞는지 보세요.",
                    "고른 것이 맞는지, 모두 얼마인지 천천히 보세요. 틀리면 모두 지우기를 누르고 다시 하면 돼요.",
                    _CHECK,
                    look("따뜻한 커피", "주문한 것"),
                ),
                Step(
                    "한 번 더 결제하기",
                    "Go on to pay",
                    "맞으면 '결제하기'를 누르세요.",
                    "주문이 맞으면 다시 빨간 결제하기를 누르세요.",
                    _CHECK,
                    tap("pay", "결제하기"),
                ),
                Step(
                    "'카드' 누르기",
                    "Choose the card",
                    "'카드'를 누르세요.",
                    "카드로 내시려면 카드를 누르세요. 현금은 직원에게 부탁하면 돼요.",
                    _PAY,
                    tap("카드"),
                ),
                Step(
                    "카드 넣기",
                    "Put the card in",
                    "금색 조각이 있는 쪽부터 카드를 넣으세요.",
                    "카드의 금색 조각이 위로 보이게 해서 끝까지 넣으세요. 소리가 날 때까지 빼지 마세요.",
                    _CARD,
                    look("slot", "카드 넣는 곳"),
                ),
                Step(
                    "번호 보기",
                    "See your number",
                    "주문 번호를 보고 카드를 챙기세요.",
                    "종이에 나온 번호가 내 번호예요. 카드를 꼭 챙기고, 번호를 부르면 받으러 가세요.",
                    _TICKET,
                    look("number", "주문 번호"),
                ),
            ),
        ),
    ),
)
