// Measures the page in Chromium and prints one JSON object. Called by `cargo xtask bench`.
import { launch, quantile } from './measure/browser.mjs';
import { interactive, painted } from './measure/interactive.mjs';

const address = process.argv[2];
const browser = await launch();

async function open(context) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const requests = new Map();
  network.on('Network.requestWillBeSent', (event) => {
    requests.set(event.requestId, { url: event.request.url, type: event.type, bytes: 0 });
  });
  network.on('Network.loadingFinished', (event) => {
    const request = requests.get(event.requestId);
    if (request) request.bytes = event.encodedDataLength;
  });
  await page.addInitScript(() => {
    window.measured = { shift: 0, tasks: [] };
    const watch = (type, act) =>
      new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true });
    watch('layout-shift', (entry) => {
      if (!entry.hadRecentInput) window.measured.shift += entry.value;
    });
    watch('longtask', (entry) => window.measured.tasks.push(entry.duration));
  });
  await page.goto(address);
  await page.waitForSelector('html[data-hydrated]');
  await page.waitForLoadState('networkidle');
  return { page, requests };
}

// Pages are measured, not what a worker fetches behind them.
const screen = { viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' };
const context = await browser.newContext(screen);
const { page, requests } = await open(context);
const all = [...requests.values()];
const plain = all.filter((request) => !request.url.includes('/media/'));
const html = await (await fetch(address)).text();
const sum = (list) => list.reduce((total, request) => total + request.bytes, 0) / 1000;
const result = {
  kilobytes: sum(plain.filter((request) => request.type !== 'EventSource')),
  html: html.length / 1000,
  requests: all.length,
};

/** Turns the wheel over forty screens; tells what the page held most and what took it long. */
async function fling(page) {
  await page.evaluate(() => (window.measured.tasks.length = 0));
  const heap = () => page.evaluate(() => performance.memory.usedJSHeapSize / 1e6);
  const before = await heap();
  await page.mouse.move(700, 500);
  let most = 0;
  for (let step = 0; step < 40; step += 1) {
    await page.mouse.wheel(0, 900);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    most = Math.max(most, await page.evaluate(() => document.querySelector('[role=grid]').querySelectorAll('*').length));
  }
  await page.waitForLoadState('networkidle');
  return {
    grid_nodes: most,
    page_nodes: await page.evaluate(() => document.querySelectorAll('*').length),
    long_tasks: await page.evaluate(() => window.measured.tasks.filter((time) => time > 50).length),
    heap: Math.max(0, (await heap()) - before),
    shift: await page.evaluate(() => window.measured.shift),
  };
}

Object.assign(result, await fling(page));
await page.close();

const again = await open(context);
result.reload = sum([...again.requests.values()].filter((request) => request.type !== 'EventSource'));
await again.page.close();

// One task that takes long may be the machine's own: the middle of three openings counts.
const tasks = [result.long_tasks];
while (tasks.length < 3) {
  const fresh = await open(await browser.newContext(screen));
  tasks.push((await fling(fresh.page)).long_tasks);
  await fresh.page.context().close();
}
result.long_tasks = quantile(tasks, 0.5);

// Milliseconds from the navigation, the middle of several openings: the first one of a browser is slower by its own start.
Object.assign(result, await painted(browser, address), await interactive(browser, address));
console.log(JSON.stringify(result));
await browser.close();
