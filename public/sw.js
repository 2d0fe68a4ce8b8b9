// Keeps what was seen, so that the gallery can be looked at and judged while its server cannot be reached.
//
// Rules: what is asked of the server is asked of the server, and what was kept is the second choice; only
// addresses that never change what they mean are answered from what is kept at once. What is kept belongs
// to one library and one build: another one of either throws it away, and so does signing out. Judgements
// are not kept here but by the page (app/src/state/waiting.rs), which knows what they are.
//
// `cargo xtask build` writes a first line with the build and its files: `self.SITE = { build, files }`.

const { build, files } = self.SITE;

/** How many of each kind are kept; those that were not looked at for longest go first. */
const MOST = { thumbs: 2000, previews: 200, answers: 300, pages: 20 };
/** Most bytes of one preview, and of all of them. */
const LARGEST = 16 << 20;
const PREVIEW_BYTES = 300 << 20;
/** Milliseconds that a page may take when an older copy of it is here. */
const PATIENCE = 3000;

const SHELL = `proofsheet shell ${build}`;
const META = "proofsheet meta";
const SHARED = "proofsheet shared";

/** Questions whose last answers are kept: what a page asks while somebody looks at pictures. */
const ASKED = new Set(
  [
    "images/image",
    "judge/aside",
    "judge/stack",
    "search/facets",
    "search/first_page",
    "search/neighbours",
    "search/rows",
    "search/timeline",
    "search/window",
  ].map((endpoint) => `/fn/${endpoint}`),
);
const packed = new Set(files);
const isPage = (path) => /^\/[a-z-]*$/.test(path) && !path.startsWith("/sign-") && path !== "/trust";

self.addEventListener("install", (event) => {
  const install = async () => {
    const shell = await caches.open(SHELL);
    await shell.addAll(files);
    // These two are where somebody begins who has no network; without a session there are none.
    for (const page of ["/", "/cull"]) await refresh(page).catch(() => {});
    await self.skipWaiting();
  };
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  const activate = async () => {
    const names = await caches.keys();
    // A page of the build before may still want its parts, which no server has any more.
    const shells = names.filter((name) => name.startsWith("proofsheet shell ")).slice(-2);
    const kept = new Set([...shells, SHELL, META, SHARED]);
    const old = names.filter((name) => !kept.has(name) && !name.endsWith(` ${build}`));
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(activate());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const path = url.pathname;
  if (request.method === "POST") {
    if (path === "/sign-out") event.waitUntil(wipe());
    else if (path === "/inspect" || path === "/add") event.respondWith(share(event, path));
    else if (ASKED.has(path)) event.respondWith(ask(event, path));
    return;
  }
  // A part of a file, as videos ask for it, is no file.
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (request.mode === "navigate") {
    if (path === "/sign-in") event.waitUntil(wipe());
    else if (isPage(path)) event.respondWith(visit(event, url));
  } else if (packed.has(path)) {
    event.respondWith(path.startsWith("/pkg/") ? fromShell(request) : freshFile(request));
  } else if (path.startsWith("/media/") && !url.searchParams.has("download")) {
    event.respondWith(picture(event, path));
  }
});

/** Addresses that a page wants kept: what it loaded before this worker was there, or will show next. */
self.addEventListener("message", (event) => {
  const fetched = async () => {
    const page = event.source?.url;
    const pages = await open("pages");
    if (page && isPage(new URL(page).pathname) && !(await pages?.match(page))) {
      await refresh(page).catch(() => {});
    }
    const all = event.data.map((address) => new URL(address, self.location.origin));
    const own = all.filter((url) => url.origin === self.location.origin && url.pathname.startsWith("/media/"));
    for (const url of own.slice(-MOST.previews)) {
      const kind = kindOf(url.pathname);
      const cache = await open(kind);
      if (cache && !(await cache.match(url.href))) {
        // What the browser has already is not loaded again.
        const response = await fetch(url.href, { cache: "force-cache" }).catch(() => undefined);
        if (response) await keep(kind, url.href, response);
      }
    }
  };
  event.waitUntil(fetched());
});

// Of which library things are kept.

let known;

async function library() {
  if (known === undefined) {
    const meta = await caches.open(META);
    known = (await (await meta.match("/library"))?.text()) ?? "";
  }
  return known;
}

/** What is kept of one kind; nothing as long as nobody said of which library it is. */
async function open(kind) {
  const of = await library();
  return of && caches.open(`proofsheet ${kind} ${of} ${build}`);
}

/** Reads of which library an answer is, and whether it was made for this build. */
async function meet(response) {
  const [of, by] = (response.headers.get("proofsheet") ?? "").split(" ");
  if (!of) return false;
  if (of !== (await library())) {
    await wipe();
    known = of;
    const meta = await caches.open(META);
    await meta.put("/library", new Response(of));
  }
  return by === build;
}

/** Forgets everything of the library; the files of the program are nobody's secret. */
async function wipe() {
  known = "";
  const names = await caches.keys();
  const own = names.filter((name) => name.startsWith("proofsheet ") && !name.startsWith("proofsheet shell "));
  await Promise.all(own.map((name) => caches.delete(name)));
}

// Keeping the last so many of a kind.

/** Addresses that were looked at since this worker woke up: they go last. */
const used = new Set();

async function keep(kind, key, response) {
  const cache = await open(kind);
  if (!cache || !response.ok || response.status === 206 || response.redirected) return;
  const rule = response.headers.get("cache-control") ?? "";
  if (rule.includes("no-store")) return;
  const media = kind === "thumbs" || kind === "previews";
  if (media && !rule.includes("immutable")) return;
  if (Number(response.headers.get("content-length") ?? 0) > LARGEST) return;
  used.add(typeof key === "string" ? key : key.url);
  try {
    await cache.delete(key);
    await cache.put(key, response);
  } catch {
    // The disk is full, or the browser gives no more room: what is kept is only a copy.
  }
  await trim(kind, cache);
}

/** Kinds that are being looked through, so that a screen full of pictures does so once. */
const trimming = new Set();

async function trim(kind, cache) {
  if (trimming.has(kind)) return;
  trimming.add(kind);
  try {
    const keys = await cache.keys();
    const byAge = [...keys.filter((key) => !used.has(key.url)), ...keys.filter((key) => used.has(key.url))];
    let excess = keys.length - MOST[kind];
    if (kind === "previews") excess = Math.max(excess, await tooMany(cache, byAge));
    for (const key of byAge.slice(0, Math.max(0, excess))) await cache.delete(key);
    if (used.size > 5000) used.clear();
  } finally {
    trimming.delete(kind);
  }
}

/** How many of the oldest previews are over what all of them may take. */
async function tooMany(cache, byAge) {
  let bytes = 0;
  for (let place = byAge.length - 1; place >= 0; place--) {
    const response = await cache.match(byAge[place]);
    bytes += Number(response?.headers.get("content-length") ?? 0);
    if (bytes > PREVIEW_BYTES) return place + 1;
  }
  return 0;
}

// Answering.

/** The program's own files of this build: their addresses never change what they mean. */
async function fromShell(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** Icons and the like, which have the same address in every build. */
async function freshFile(request) {
  try {
    return await fetch(request);
  } catch (problem) {
    return (await caches.match(request, { ignoreVary: true })) ?? Promise.reject(problem);
  }
}

const kindOf = (path) => (/\/(256|512)\.webp$/.test(path) ? "thumbs" : "previews");

async function picture(event, path) {
  const { request } = event;
  const kind = kindOf(path);
  const cache = await open(kind);
  const here = await cache?.match(request);
  if (here) {
    used.add(request.url);
    return here;
  }
  const response = await fetch(request);
  event.waitUntil(keep(kind, request.url, response.clone()));
  return response;
}

/** A page as the server has it now, or as it was when it was seen last. */
async function visit(event, url) {
  const asked = fetch(event.request);
  const cache = await open("pages");
  const here = await cache?.match(url.href);
  try {
    const response = await (here ? within(asked, PATIENCE) : asked);
    const copy = response.clone();
    event.waitUntil(keepPage(url.href, copy));
    return response;
  } catch {
    if (here) return here;
    // A page is made for its address, so another one is shown under its own.
    const keys = ((await cache?.keys()) ?? []).reverse();
    const like = keys.find((key) => new URL(key.url).pathname === url.pathname);
    const other = like ?? keys.find((key) => new URL(key.url).pathname === "/");
    if (other && other.url !== url.href) return Response.redirect(other.url, 302);
    return Response.error();
  }
}

async function keepPage(address, response) {
  // Of another build it would ask for files that are not here.
  if (response.ok && (await meet(response))) await keep("pages", address, response);
}

async function refresh(page) {
  const headers = { accept: "text/html" };
  const response = await fetch(page, { headers, cache: "no-cache" });
  await keepPage(new URL(page, self.location.origin).href, response);
}

/** The answer to a question, or what was answered last to the very same one. */
async function ask(event, path) {
  const { request } = event;
  const key = request
    .clone()
    .arrayBuffer()
    .then((body) => crypto.subtle.digest("SHA-256", body))
    .then((hash) => `${path}?${[...new Uint8Array(hash)].map((byte) => byte.toString(16)).join("-")}`);
  try {
    const response = await fetch(request);
    if (response.status === 401) event.waitUntil(wipe());
    const copy = response.clone();
    event.waitUntil(
      (async () => {
        if (copy.ok && (await meet(copy))) await keep("answers", new URL(await key, self.location).href, copy);
      })(),
    );
    return response;
  } catch (problem) {
    const cache = await open("answers");
    const here = await cache?.match(new URL(await key, self.location).href);
    return here ?? Response.error();
  }
}

/** Pictures that another program shares with a page of this one: kept until the page takes them away. */
async function share(event, path) {
  const form = await event.request.formData();
  const files = form.getAll("file").filter((file) => file instanceof File);
  const shared = await caches.open(SHARED);
  for (const [at, file] of files.entries()) {
    const headers = { "content-type": file.type, "x-name": encodeURIComponent(file.name) };
    await shared.put(`${path}?shared=${Date.now()}-${at}`, new Response(file, { headers }));
  }
  return Response.redirect(`${path}?shared`, 303);
}

function within(promise, milliseconds) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), milliseconds));
  return Promise.race([promise, late]);
}
