/**
 * Keeps the shell (index.html and the student's pages) so that a page opens without a connection.
 * Nothing else is touched: data, icons, the manifest and files go to the server and come from it.
 * The names in capitals are filled in by the build.
 */
const CACHE = 'shell-' + '__VERSION__';
const FILES = __FILES__;
/** The program of this shell: by its name the page is known from any other that answers in its place. */
const ENTRY = '__ENTRY__';
const PAGES = __PAGES__;
const GATEWAY_ERRORS = [502, 503, 504];

/** Whether the answer is what was asked for, and not the sign-in page of a network or an error in its place. */
function isFile(response, path) {
  const type = response.headers.get('Content-Type') ?? '';
  if (response.status !== 200 || response.redirected || response.type !== 'basic') return false;
  if (path.endsWith('.js')) return /javascript/.test(type);
  if (path.endsWith('.css')) return /css/.test(type);
  return !/html/.test(type);
}

async function isShell(response) {
  const type = response.headers.get('Content-Type') ?? '';
  if (response.status !== 200 || response.redirected || !/^text\/html/.test(type)) return false;
  return (await response.clone().text()).includes(ENTRY);
}

/** All of one build or nothing: a shell without its files is a blank page. */
async function keepShell() {
  const shell = await fetch('/', { cache: 'no-cache' });
  if (!(await isShell(shell))) throw new Error('this is not the shell');
  const files = await Promise.all(
    FILES.map(async (path) => {
      const response = await fetch(path);
      if (!isFile(response, path)) throw new Error(`${path} is not that file`);
      return [path, response];
    }),
  );
  const cache = await caches.open(CACHE);
  await Promise.all([cache.put('/', shell), ...files.map(([path, response]) => cache.put(path, response))]);
}

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== CACHE).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

/** The newest page when there is a connection, the kept one when there is none or the server is away. */
async function page(request) {
  const kept = async () => (await caches.open(CACHE)).match('/');
  try {
    const response = await fetch(request);
    return (GATEWAY_ERRORS.includes(response.status) && (await kept())) || response;
  } catch (error) {
    const shell = await kept();
    if (shell) return shell;
    throw error;
  }
}

/**
 * Files under /assets carry a hash in their name: what is kept never gets old. The server says
 * `Vary: Origin` for other sites' sake; a module is asked for with an Origin, the list above without.
 */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (isFile(response, new URL(request.url).pathname)) await cache.put(request, response.clone());
  return response;
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (event.request.mode === 'navigate') {
    if (PAGES.test(url.pathname)) event.respondWith(page(event.request));
  } else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(event.request));
});

/** A notification of a class (web/src/along/notices.ts) leads back to the page that showed it. */
async function back(path) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const place = path.split('#')[0];
  const open = pages.find((one) => new URL(one.url).pathname === place);
  return open ? open.focus() : self.clients.openWindow(path);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(back(event.notification.data?.path ?? '/'));
});
