/** The operations of pictures, one function each (contract 11.11); all reject with ApiError. */
import { accountApi } from '../../api';
import type { ImageBody, NewUploadLink, StepsOfPictures, SubtaskBody, Thumbnail, UploadLinkBody, UploadOffer, UploadReceived } from '../../api.gen';
import { postForm, type Sending } from '../../sendForm';
import type { Sheet } from './sheet.svelte';

function formOf(file: Blob, name: string): FormData {
  const form = new FormData();
  form.append('file', file, name);
  return form;
}

/** In place of the one that the step had, without marks. */
export const putPicture = (stepId: number, file: Blob, name: string, sending: Sending): Promise<ImageBody> =>
  postForm(accountApi, `/api/subtasks/${stepId}/image`, formOf(file, name), sending);

/** Another step's picture, with its marks. */
export const copyPicture = (toStepId: number, fromStepId: number): Promise<ImageBody> =>
  accountApi.post(`/api/subtasks/${toStepId}/image`, { from_subtask: fromStepId });

export const changePicture = (stepId: number, change: Sheet['change']): Promise<ImageBody> =>
  accountApi.patch(`/api/subtasks/${stepId}/image`, change);

export const removePicture = (stepId: number): Promise<void> => accountApi.delete(`/api/subtasks/${stepId}/image`);

/** A new step at the end of a task; of the last one when none is named. */
export async function makeStep(lectureId: number, taskId: number | null, file: Blob, name: string, sending: Sending): Promise<SubtaskBody[]> {
  const form = formOf(file, name);
  if (taskId !== null) form.append('task_id', String(taskId));
  return (await postForm<StepsOfPictures>(accountApi, `/api/lectures/${lectureId}/pictures`, form, sending)).subtasks;
}

export const putThumbnail = (lectureId: number, file: Blob, name: string, sending: Sending): Promise<Thumbnail> =>
  postForm(accountApi, `/api/lectures/${lectureId}/image`, formOf(file, name), sending);

// --- from a phone

/** To a step, or as new steps to a task. */
export const openLink = (lectureId: number, to: { subtask_id: number } | { task_id: number | null }): Promise<NewUploadLink> =>
  accountApi.post(`/api/lectures/${lectureId}/upload-links`, to);

export const readLink = ({ lecture_id, id }: UploadLinkBody): Promise<UploadLinkBody> =>
  accountApi.get(`/api/lectures/${lecture_id}/upload-links/${id}`);

export const revokeLink = ({ lecture_id, id }: UploadLinkBody): Promise<void> =>
  accountApi.delete(`/api/lectures/${lecture_id}/upload-links/${id}`);

/** @throws ApiError 404 for a link that is wrong or over */
export const readOffer = (token: string): Promise<UploadOffer> =>
  accountApi.get(`/api/upload-links/${encodeURIComponent(token)}`, { anonymous: true });

/** `phone`: a random word that this phone keeps. @throws ApiError 409 LINK_TAKEN, QUOTA_EXCEEDED */
export function sendByLink(token: string, phone: string, file: Blob, name: string, sending: Sending): Promise<UploadReceived> {
  const form = formOf(file, name);
  form.append('phone', phone);
  return postForm(null, `/api/upload-links/${encodeURIComponent(token)}/pictures`, form, sending);
}
