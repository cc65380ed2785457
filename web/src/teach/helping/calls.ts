/** Deciding on what was withheld, and answering many at once (contract 11.17, 11.18); all reject with ApiError. */
import { accountApi } from '../../api';
import type { AnswerGroupRequest, GroupAnsweredBody, SendSuggestionRequest } from '../../api.gen';

/** As the caller's answer; no words: as it is.
 * @throws ApiError 409 NO_SUGGESTION with `decision` and `by` where somebody has decided, REQUEST_CLOSED, ALREADY_CLAIMED */
export const sendSuggestion = (requestId: number, words: SendSuggestionRequest = {}): Promise<unknown> =>
  accountApi.post(`/api/help/request/${requestId}/suggestion/send`, words);

/** Nothing of it is sent; the request stays. @throws ApiError as `sendSuggestion` */
export const declineSuggestion = (requestId: number): Promise<unknown> =>
  accountApi.post(`/api/help/request/${requestId}/suggestion/decline`);

/** To everybody who waits on the step. @throws ApiError 404 when nobody does any more */
export const answerGroup = (answer: AnswerGroupRequest): Promise<GroupAnsweredBody> =>
  accountApi.post('/api/help/groups/answer', answer);
