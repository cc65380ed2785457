/** Views that come after the first step. */
export { default as HelpButtons } from './HelpButtons.svelte';
export { default as HelpPanel } from './HelpPanel.svelte';
export { default as OverView } from './OverView.svelte';
export { default as PausedView } from './PausedView.svelte';
export { reportPage } from './pageState';
export { default as ReviewView } from './ReviewView.svelte';
export { default as WaitingFacts } from './WaitingFacts.svelte';
