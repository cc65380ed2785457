/** Texts that a phone does not need between the QR code and the first step. */
import { catalogue } from '.';
import { ko } from './public.ko';

export const tp = catalogue(ko, () => import('./public.en'));
