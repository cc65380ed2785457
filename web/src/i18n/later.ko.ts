/** Korean texts of a class on a phone that the first step does not need. */
export const ko = {
  'later.class': '수업방',
  'later.start': '시작 시간',
  'later.startsAt': '{time}에 시작해요',
  'later.notYet': '아직 안 했어요',
  'later.hear': '다시 듣기',
  'later.slow': '천천히 듣기',
  'later.slowly': '천천히',
  'later.earlier': '이전 단계 보기',
  'later.back': '수업으로 돌아가기',
  'later.looking': '지난 단계를 보고 있어요.',
  'later.moved': '수업은 다음 단계로 갔어요. {title}',
  'later.nav': '지난 단계',
  'later.previous': '이전 단계',
  'later.next': '다음 단계',
  'later.break': '쉬는 시간이에요',
  'later.leave': '수업에서 나가기',
  'later.leaveHint': '첫 화면에서 다시 들어올 수 있어요.',
  'later.left': '수업에서 나왔어요.',
  'picture.enlarge': '그림 크게 보기',
  'picture.larger': '크게',
  'picture.out': '작게',
  'picture.in': '크게',
  'picture.close': '닫기',
  'picture.scale': '{n}배',
} as const;

export type Korean = typeof ko;
