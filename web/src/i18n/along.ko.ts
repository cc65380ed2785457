/** Korean texts of a class that goes along into other apps; loaded after the first step. */
export const ko = {
  'along.float': '안내 띄워 두기',
  'along.close': '띄운 안내 닫기',
  'along.floats': '이제 다른 앱을 열어도 안내가 보여요.',
  'along.refused': '지금은 안내를 띄울 수 없어요.',
  'along.notices': '새 단계 알림 받기',
  'along.noticesWhy': '다른 앱을 쓰는 동안 새 단계가 오면 알림으로 알려 드려요.',
  'along.noticesOn': '새 단계가 오면 알림으로 알려 드려요.',
  'along.noticesOff': '알림을 받지 않아요.',
  'along.missedSteps': '그동안 수업이 {n}단계 나아갔어요.',
  'along.missedBack': '그동안 수업이 앞 단계로 돌아갔어요.',
  'along.missedStart': '그동안 수업이 시작됐어요.',
  'along.missedPause': '그동안 수업이 잠시 멈췄어요.',
  'along.missedEnd': '그동안 수업이 끝났어요.',
  'along.read': '알았어요',
  'along.missedMessage': '선생님 말씀이 있었어요.',
} as const;

export type Korean = typeof ko;
