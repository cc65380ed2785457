/** Korean texts of a break. */
export const ko = {
  'break.left': '남은 시간',
  'break.over': '곧 다시 시작해요',
} as const;

export type Korean = typeof ko;
