// Keeps the page itself for a start without network: the start page and what it loads first. No mail and nothing of
// the API ever comes here.
//
// * Online the start page always comes from the server, so a new release is there at the next load.
// * Whatever else is kept carries its hash in its name, so it is never an older one.
// * This script carries the hash of all that it keeps: a release brings a new one, which drops what the old one kept.

const PREFIX = "kbs-shell-";
const SHELL = PREFIX + "{{version}}";
const FILES = {{files}};

self.addEventListener("install", (event) => {
  // Where browsers know it, requests to the API do not even wake this script.
  event.addRoutes?.([{ condition: { urlPattern: { pathname: "/api/*" } }, source: "network" }]);
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(["/", ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(PREFIX) && name !== SHELL;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))));
});

// A proxy answers 502 to 504 while there is no server behind it: the page can say that better.
async function started(request) {
  const answer = await fetch(request).catch(() => undefined);
  if (answer && (answer.status < 502 || answer.status > 504)) return answer;
  return (await caches.match("/", { cacheName: SHELL })) ?? answer ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && !pathname.startsWith("/api/") && !pathname.includes(".")) {
    event.respondWith(started(request));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname, { cacheName: SHELL }).then((kept) => kept ?? fetch(request)));
  }
});
