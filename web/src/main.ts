import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { startLang } from './i18n';
import { afterPage } from './later';
import { startPrefs } from './prefs';
import { startRouter } from './router';
import { routes } from './routes';

/** Keep the shell for the next visit, where the browser offers it (not over plain HTTP). */
function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  window.addEventListener('load', () => {
    void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
}

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

startPrefs();
startRouter(routes);
keepShell();
void startLang().then(() => mount(App, { target }));
afterPage(async () => {
  (await import('./press')).guardPresses();
});
