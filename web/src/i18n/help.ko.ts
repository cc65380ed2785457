/** Korean texts of a student's help: plain, polite, one thought each. */
export const ko = {
  'help.calling': '도움을 부르고 있어요',
  'help.callingHint': '보내는 중이에요. 다시 누르지 않아도 돼요.',
  'help.called': '보고 있어요',
  'help.calledHint': '곧 방법을 알려 드려요. 화면을 그대로 두세요.',
  'help.looking': '답을 찾는 중',
  'help.teacherTold': '선생님께도 알려 드렸어요.',
  'help.answer': '이렇게 해 보세요',
  'help.hear': '답 다시 듣기',
  'help.coming': '선생님이 곧 오세요',
  'help.comingHint': '손을 들고 잠시 기다려 주세요.',
  'help.solved': '해결됐어요',
  'help.notYet': '아직이에요',
  'help.again': '알려 준 대로 했는데 아직 어려워요',
  'help.well': '해결돼서 다행이에요',
  'help.rate': '설명이 얼마나 도움이 됐나요?',
  'help.rate5': '아주 좋았어요',
  'help.rate4': '좋았어요',
  'help.rate3': '보통이에요',
  'help.rate2': '조금 아쉬워요',
  'help.rate1': '어려웠어요',
  'help.noRate': '그냥 넘어가기',
  'help.nudge': '도움이 필요하세요?',
  'help.fine': '괜찮아요',
} as const;

export type Korean = typeof ko;
