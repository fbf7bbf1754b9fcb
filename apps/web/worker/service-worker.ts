/**
 * Opens the page when the server does not answer; the document then comes from this device. Only where browsers have
 * service workers, on localhost and behind TLS, and nothing needs it while there is a server.
 */

/** The types of all kinds of workers share one name for it. */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Every file of this build by its address, and a name for all of them together; the build writes both. */
const FILES = JSON.parse("%FILES%") as readonly string[];
const CACHE = "sheaf-%BUILD%";

const SHELL = "/";
/** Longer is a server that is not there, for somebody who waits for their page. */
const ANSWER_WITHIN_MILLIS = 3_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepBuild());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === SHELL || pathname.startsWith("/d/")) event.respondWith(networkFirst(request, SHELL));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(cacheFirst(request));
  } else if (FILES.includes(pathname)) {
    event.respondWith(networkFirst(request, pathname));
  }
});

async function keepBuild(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...FILES]);
  // An open page has loaded all it needs: nothing is gained by waiting until it closes.
  await worker.skipWaiting();
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

/** The name of an asset changes with its content. */
async function cacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** So that a newer build is there at the next load. */
async function networkFirst(request: Request, kept: string): Promise<Response> {
  const answer = fetch(request);
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), ANSWER_WITHIN_MILLIS);
  });
  const response = await Promise.race([answer, late]).catch(() => undefined);
  // A proxy answers 502 and the like for a server that is not there.
  if (response !== undefined && response.status < 500) return response;
  return (await caches.match(kept)) ?? answer;
}
