/** Korean texts of the page that shows how two apps stand on one screen. */
export const ko = {
  'split.title': '화면을 둘로 나누기',
  'split.subtitle': '삼성 갤럭시 휴대폰: 안내를 위에, 배울 앱을 아래에',
  'split.one': '수업 화면을 열어 둔 채, 맨 아래 왼쪽의 줄 세 개를 누르세요.',
  'split.oneAlt': '휴대폰 화면. 위에 수업 안내가 있고, 맨 아래 왼쪽에 줄 세 개가 표시되어 있어요.',
  'split.two': '수업 화면 위에 있는 작은 동그라미 그림을 누르세요.',
  'split.twoAlt': '최근에 쓴 앱들. 수업 화면 위의 동그란 그림이 표시되어 있어요.',
  'split.three': '‘분할 화면으로 열기’를 누르고, 배울 앱을 고르세요.',
  'split.threeAlt': '열린 목록에서 분할 화면으로 열기가 표시되어 있어요.',
  'split.four': '위에는 안내, 아래에는 배울 앱이에요. 끝낼 때는 가운데 선을 끝까지 미세요.',
  'split.fourAlt': '둘로 나뉜 화면. 위에 수업 안내, 아래에 배울 앱, 가운데 선에 손잡이가 있어요.',
  'split.menu': '분할 화면으로 열기',
  'split.menuInfo': '앱 정보',
  'split.menuPopup': '팝업 화면으로 열기',
  'split.class': '수업',
  'split.app': '배울 앱',
  'split.note': '휴대폰마다 글과 자리가 조금 달라요. 줄 세 개가 없으면 화면 맨 아래에서 위로 천천히 밀어 올린 채 기다리세요.',
  'split.print': '인쇄',
} as const;

export type Korean = typeof ko;
