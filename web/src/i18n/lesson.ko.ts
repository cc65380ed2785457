/** Korean texts about a lecture that was changed while a class of it is held. */
export const ko = {
  'lesson.changed': '강의가 바뀌었어요. 이 수업에 반영할까요?',
  'lesson.refresh': '수업에 반영하기',
  'lesson.question': '고친 강의를 이 수업에 반영할까요?',
  'lesson.consequence':
    '학생 휴대폰과 큰 화면에 고친 내용이 바로 보여요. 지금 단계는 그대로예요. 처음 내용으로는 되돌릴 수 없어요.',
  'lesson.refreshed': '고친 강의를 수업에 반영했어요.',
  'lesson.running': '지금 ‘{title}’ 수업을 하고 있어요. 여기서 고쳐도 수업에는 시작할 때의 내용이 보여요.',
  'lesson.how': '수업 화면에서 ‘수업에 반영하기’를 누르면 고친 내용이 보여요.',
  'lesson.goThere': '수업 화면으로',
} as const;

export type Korean = typeof ko;
