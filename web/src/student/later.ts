/** Views that come after the first step. */
export { default as BackToClass } from './BackToClass.svelte';
export { default as ChatButton } from './ChatButton.svelte';
export { default as EarlierSteps } from './EarlierSteps.svelte';
export { fetchAhead } from '../picture/ahead';
export { default as Hear } from './Hear.svelte';
export { default as HelpButtons } from './HelpButtons.svelte';
export { default as HelpPanel } from './HelpPanel.svelte';
export { default as LeaveClass } from './LeaveClass.svelte';
export { default as LinkBand } from './LinkBand.svelte';
export { default as OverView } from './OverView.svelte';
export { default as PausedView } from './PausedView.svelte';
export { default as PhonePicture } from './PhonePicture.svelte';
export { reportPage } from './pageState';
export { default as ReviewView } from './ReviewView.svelte';
export { default as UndoDone } from './UndoDone.svelte';
export { default as VoiceNotice } from './VoiceNotice.svelte';
export { default as WaitingView } from './WaitingView.svelte';
