// From the navigation to a page that is seen, and to one that listens.
import { DESKTOP, quantile, screen } from './browser.mjs';

/** How often the page is opened; the middle time counts. */
const OPENED = 5;

/**
 * Runs in the page before anything else: notes when the page says that it is hydrated, and presses an arrow
 * key once a frame until one of them moves the focus to a picture.
 */
function press() {
  const times = { hydrated: 0, interactive: 0 };
  window.taken = times;
  const look = () => {
    const root = document.documentElement;
    if (!times.hydrated && root?.hasAttribute('data-hydrated')) times.hydrated = performance.now();
    if (document.activeElement?.dataset?.p !== undefined) {
      times.interactive = performance.now();
      return;
    }
    document.body?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'ArrowRight', code: 'ArrowRight', bubbles: true, cancelable: true }),
    );
    setTimeout(look, 4);
  };
  look();
}

/** Runs in the page before anything else: notes when something is painted first, and when the largest thing is. */
function watchPaints() {
  window.painted = { fcp: 0, lcp: 0 };
  const watch = (type, act) =>
    new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true });
  watch('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') window.painted.fcp = entry.startTime;
  });
  watch('largest-contentful-paint', (entry) => (window.painted.lcp = entry.startTime));
}

/** Opens an address so often, each time with an empty cache, and gives the middle of what `read` tells of each. */
async function middles(browser, address, size, { before, until, read }) {
  const all = [];
  for (let opened = 0; opened < OPENED; opened += 1) {
    const context = await browser.newContext(screen(size));
    const page = await context.newPage();
    await page.addInitScript(before);
    await page.goto(address);
    await until(page);
    all.push(await page.evaluate(read));
    await context.close();
  }
  const middle = (key) => Math.round(quantile(all.map((times) => times[key]), 0.5));
  return Object.fromEntries(Object.keys(all[0]).map((key) => [key, middle(key)]));
}

/** Milliseconds from the navigation until something is painted (`fcp`) and until the largest thing is (`lcp`). */
export function painted(browser, address, size = DESKTOP) {
  return middles(browser, address, size, {
    before: watchPaints,
    until: (page) => page.waitForLoadState('networkidle'),
    read: () => window.painted,
  });
}

/**
 * Milliseconds from the navigation until the page is hydrated, and until the first key press takes effect:
 * the middle of several openings, each with an empty cache.
 */
export function interactive(browser, address, size = DESKTOP) {
  return middles(browser, address, size, {
    before: press,
    until: (page) => page.waitForFunction(() => window.taken.interactive > 0),
    read: () => window.taken,
  });
}
