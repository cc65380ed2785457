/** Korean texts of what somebody has learned. */
export const ko = {
  'learning.title': '내 배움',
  'learning.of': '{name} 님이 배운 것이에요.',
  'learning.noneTitle': '아직 배운 것이 없어요',
  'learning.noneHint': '수업에 들어가서 단계를 하나씩 하면 여기에 나와요.',
  'learning.join': '수업에 들어가기',
  'learning.login': '회원이시면 로그인하세요. 휴대폰을 바꿔도 배운 것이 남아요.',
  'learning.teacher': '{name} 선생님',
  'learning.done': '다 한 단계',
  'learning.doneOf': '{n} / {total}단계',
  'learning.allDone': '모든 단계를 다 하셨어요.',
  'learning.next': '다음에 연습할 것',
  'learning.hard': '한 번 더 연습해 볼 것',
  'learning.hardHint': '수업 때 도움을 청하신 단계예요.',
  'learning.place': '{n}번째 단계',
  'learning.classes': '참여한 수업 {n}번',
  'learning.review': '복습하러 가기',
  'learning.enter': '수업으로 가기',
  'learning.achievements': '받은 칭찬',
  'learning.achievement': '단계를 {n}개 하셨어요',
  'learning.again': '다시 불러오기',
  'learning.teachers': '선생님의 수업은 ‘내 강의’에 있어요.',
  'learning.lectures': '내 강의 보기',
} as const;

export type Korean = typeof ko;
