/**
 * Keeps the shell (index.html and the student's pages) so that the page opens without a
 * connection. Data is never cached: /api, /ws and /qr go to the server untouched.
 * The two names in capitals are filled in by the build.
 */
const CACHE = 'shell-' + '__VERSION__';
const FILES = __FILES__;
const DATA = /^\/(api|ws|qr|admin|chat|user|static|media|\.well-known)(\/|$)/;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(['/', ...FILES]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== CACHE).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

/** The newest page when there is a connection, the kept one when there is none. */
async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok) (await caches.open(CACHE)).put('/', response.clone());
    return response;
  } catch (error) {
    const kept = await caches.match('/');
    if (kept) return kept;
    throw error;
  }
}

/**
 * Files under /assets carry a hash in their name: what is kept never gets old. The server says
 * `Vary: Origin` for other sites' sake; a module is asked for with an Origin, the list above without.
 */
async function asset(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (DATA.test(url.pathname)) return;
  if (event.request.mode === 'navigate') event.respondWith(page(event.request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(event.request));
});
