// What is asked for while the grid flies and while it walks, and what becomes of it.
import { frames, Grid, screen } from './browser.mjs';

/** Counts the requests of a page by what they are for and how they end. */
export class Requests {
  constructor() {
    this.all = new Map();
  }

  static async of(page) {
    const requests = new Requests();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
      requests.all.set(requestId, { path: new URL(request.url).pathname, began: timestamp, end: 'open', cached: false });
    });
    session.on('Network.requestServedFromCache', ({ requestId }) => requests.note(requestId, { cached: true }));
    session.on('Network.responseReceived', ({ requestId, response }) => {
      if (response.fromDiskCache) requests.note(requestId, { cached: true });
    });
    session.on('Network.loadingFinished', ({ requestId }) => requests.note(requestId, { end: 'finished' }));
    session.on('Network.loadingFailed', ({ requestId, canceled, errorText }) =>
      requests.note(requestId, { end: canceled || errorText === 'net::ERR_ABORTED' ? 'cancelled' : 'failed' }),
    );
    requests.session = session;
    return requests;
  }

  note(id, what) {
    const request = this.all.get(id);
    if (request) Object.assign(request, what);
  }

  /** How the pictures and the questions asked since then ended. */
  count() {
    const count = { pictures: tally(), windows: tally(), others: 0 };
    for (const { path, end } of this.all.values()) {
      if (path.startsWith('/media/')) count.pictures[end] += 1;
      else if (path === '/fn/search/window') count.windows[end] += 1;
      else count.others += 1;
    }
    return count;
  }

  /** Waits until nothing has been on its way for a moment; the stream of events does not count. */
  async quiet() {
    let since = Date.now();
    while (Date.now() - since < 400) {
      await new Promise((done) => setTimeout(done, 50));
      const busy = [...this.all.values()].some(({ path, end }) => end === 'open' && path !== '/events');
      if (busy) since = Date.now();
    }
  }

  /** The pictures that nobody has answered. */
  open() {
    return [...this.all.values()].filter(({ path, end }) => end === 'open' && path.startsWith('/media/')).map(({ path }) => path);
  }

  forget() {
    this.all.clear();
  }
}

const tally = () => ({ open: 0, finished: 0, cancelled: 0, failed: 0 });

/**
 * Flings through the grid, and then walks through it over a slow network, so that cells leave the screen
 * before their pictures are there. `left` counts pictures still on their way whose cells are gone.
 */
export async function scrolling(browser, address, size) {
  const context = await browser.newContext(screen(size));
  const page = await context.newPage();
  const requests = await Requests.of(page);
  const grid = new Grid(page);
  await grid.open(address);
  await requests.quiet();
  const at = await grid.middle();
  const track = await grid.track();
  await page.mouse.move(at.x, at.y);

  requests.forget();
  for (let turn = 0; turn < 60; turn += 1) {
    await page.mouse.wheel(0, 900);
    await frames(page, 1);
  }
  await requests.quiet();
  const fling = requests.count();

  // To where nothing is known yet, with a network that takes its time.
  await page.mouse.click(track.x + track.width / 2, track.y + track.height * 0.3);
  await requests.quiet();
  await page.mouse.move(at.x, at.y);
  await requests.session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 1500,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  requests.forget();
  // A third of a screen in ten frames is below the speed at which pictures are not asked for.
  for (let turn = 0; turn < 40; turn += 1) {
    await page.mouse.wheel(0, at.height / 3);
    await frames(page, 10);
  }
  const gone = async () => {
    const shown = await page.evaluate(() => [...document.querySelectorAll('img')].map((image) => new URL(image.src, location).pathname));
    return requests.open().filter((path) => !shown.includes(path)).length;
  };
  await page.waitForTimeout(300);
  const left = await gone();
  await requests.session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await requests.quiet();
  const walk = { ...requests.count(), left };
  await context.close();
  return { fling, walk };
}
