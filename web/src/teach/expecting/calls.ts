/** What a step expects, asked and said (contract 11.16). */
import { accountApi } from '../../api';
import type { Expectation, ExpectationBody } from '../../api.gen';

const path = (stepId: number): string => `/api/subtasks/${stepId}/expectation`;

/** @throws ApiError */
export function getExpectation(stepId: number): Promise<ExpectationBody> {
  return accountApi.get<ExpectationBody>(path(stepId));
}

/** As it is stored, tidied. @throws ApiError */
export function putExpectation(stepId: number, expectation: Expectation): Promise<ExpectationBody> {
  return accountApi.put<ExpectationBody>(path(stepId), { expectation });
}

/** @throws ApiError */
export function removeExpectation(stepId: number): Promise<void> {
  return accountApi.delete(path(stepId));
}
