/** Views that come after the first step. */
export { default as FloatButton } from '../along/FloatButton.svelte';
export { default as ClassBand } from '../along/ClassBand.svelte';
export { default as ClassMenu } from '../along/ClassMenu.svelte';
export { default as BackToClass } from './BackToClass.svelte';
export { default as ChatButton } from './ChatButton.svelte';
export { default as EarlierSteps } from './EarlierSteps.svelte';
export { default as Hear } from './Hear.svelte';
export { default as HelpPanel } from './HelpPanel.svelte';
export { default as OverView } from './OverView.svelte';
export { default as PausedView } from './PausedView.svelte';
export { default as PhonePicture } from './PhonePicture.svelte';
export { default as ReviewView } from './ReviewView.svelte';
export { default as UndoDone } from './UndoDone.svelte';
export { default as VoiceNotice } from './VoiceNotice.svelte';
export { default as WaitingView } from './WaitingView.svelte';
