/** Korean texts of the public and the student's pages: plain, polite, one thought each. */
export const ko = {
  'app.name': '모바일 배움 교실',
  'app.skip': '본문으로 가기',
  'app.loading': '여는 중이에요',
  'app.notFound': '이 주소에는 아무것도 없어요.',
  'app.home': '처음 화면으로',
  'app.broken': '화면을 열지 못했어요. 인터넷 연결을 확인하고 다시 눌러 주세요.',
  'app.again': '다시 열기',
  'app.close': '닫기',

  'settings.open': '보기 설정',

  'landing.login': '로그인',

  'class.waiting': '곧 시작해요',
  'class.seated': '{name} 님, 자리에 앉으셨어요.',
  'class.keepOpen': '화면을 켜 둔 채 기다려 주세요.',
  'class.instructor': '선생님',
  'class.lesson': '수업',
  'class.paused': '잠시 쉬어요',
  'class.pausedHint': '다시 시작하면 알려 드려요.',
  'class.place': '{n} / {total}',
  'class.says': '선생님 말씀:',
  'class.done': '다 했어요',
  'class.doneThanks': '잘하셨어요. 선생님을 기다려 주세요.',
  'class.sending': '보내는 중',
  'class.help': '도와주세요',
  'class.noVoice': '이 휴대폰에는 한국어 음성이 없어요. 글로 보여 드려요.',
  'class.newStep': '새 단계예요. {title}',
  'class.chat': '이야기',
  'class.chatUnread': '새 글 {n}개',
  'class.actions': '할 일',
  'class.notSent': '보내지 못했어요. 한 번 더 눌러 주세요.',

  'review.over': '수업이 끝났어요',

  'connection.lost': '인터넷이 끊겼어요. 다시 연결하고 있어요. 그대로 두세요.',
  'connection.back': '다시 연결됐어요.',
  'connection.seatLost': '자리가 닫혔거나 찾지 못했어요. 다시 들어와 주세요.',
  'connection.enterAgain': '다시 들어가기',
  'connection.tooMany': '이 수업이 너무 많은 화면에 열려 있어요. 다른 화면을 닫고 다시 눌러 주세요.',

  'error.network': '인터넷에 연결되지 않았어요. 연결을 확인하고 다시 눌러 주세요.',
  'error.slow': '답이 늦어지고 있어요. 잠시 뒤에 다시 눌러 주세요.',
  'error.tooMany': '너무 여러 번 눌렀어요. {seconds}초 뒤에 다시 눌러 주세요.',
  'error.server': '지금은 할 수 없어요. 잠시 뒤에 다시 눌러 주세요.',
  'error.noSuggestion': '이 답은 벌써 보냈거나 보내지 않기로 했어요.',
  'error.autoHelpOff': '이 수업은 자동 도움을 껐어요. ‘도와주세요’를 눌러 주세요.',
  'error.input': '쓴 내용을 다시 확인해 주세요.',
} as const;

export type Korean = typeof ko;
