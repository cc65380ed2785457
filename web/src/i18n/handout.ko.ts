/** Korean texts of what is handed out on paper. */
export const ko = {
  'handout.title': '나눠 줄 안내지',
  'handout.print': '인쇄하기',
  'handout.teacher': '강사 {name}',
  'handout.again': '집에서 다시 보기',
  'handout.scan': '휴대폰 카메라로 비추면 수업을 다시 볼 수 있어요.',
  'handout.type': '또는 {address} 에서 코드 {code} 를 적으세요.',
  'handout.qr': '다시 보기 QR 코드. 수업 코드 {code}',
  'handout.noClass': '열린 수업이 없어서 다시 보기 QR 코드가 들어가지 않아요.',
  'handout.empty': '아직 단계가 없어요.',
} as const;

export type Korean = typeof ko;
