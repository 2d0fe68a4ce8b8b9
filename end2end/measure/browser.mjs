// Chromium as every measurement starts it, and a page in it that counts.
import { chromium } from '@playwright/test';

/** Starts Chromium without anything that talks or draws beside the page. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-precise-memory-info',
    ],
  });
}

/**
 * What a context needs to look like a screen of so many CSS pixels, so many device pixels to each, and
 * a browser zoom. Zooming to 200 % halves the CSS pixels and doubles the ratio, so that is what is set.
 */
export function screen({ width, height, ratio = 1, zoom = 1, touch = false }) {
  return {
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: ratio * zoom,
    hasTouch: touch,
    reducedMotion: 'no-preference',
    colorScheme: 'dark',
    // Pages are measured, not what a worker fetches behind them.
    serviceWorkers: 'block',
  };
}

export const DESKTOP = { width: 1440, height: 900 };

/** The grid of a page: which positions are in view, and where hands find it. */
export class Grid {
  constructor(page) {
    this.page = page;
  }

  /** Opens an address and waits until the first cards in view are there. */
  async open(address) {
    await this.page.goto(address);
    await this.page.waitForSelector('html[data-hydrated]');
    await this.page.waitForFunction(() => {
      const cell = document.querySelector('[role=gridcell][data-p]');
      return cell && !cell.getAttribute('aria-label').endsWith(', loading');
    });
    // Parts of the page come with the first sign of a visitor.
    await this.page.mouse.move(3, 3);
    await this.page.waitForSelector('[role=slider][aria-label="Place in the result"]');
  }

  /** Number of pictures in the result. */
  total() {
    return this.page.evaluate(() =>
      Number(document.querySelector('[role=slider][aria-label="Place in the result"]').getAttribute('aria-valuemax')),
    );
  }

  /** Waits until the result has another size than this, or has it again. */
  async totalIs(which, total) {
    await this.page.waitForFunction(
      ([which, total]) => {
        const slider = document.querySelector('[role=slider][aria-label="Place in the result"]');
        const same = Number(slider?.getAttribute('aria-valuemax')) === total;
        return slider && same === (which === 'same');
      },
      [which, total],
    );
  }

  /**
   * How a position stands: `whole` tells whether its cell is inside the grid's window, `cut` how many pixels
   * of it are not, `card` whether its card is there, `focused` whether it has the focus.
   */
  cell(position) {
    return this.page.evaluate((position) => {
      const cell = document.querySelector(`[role=gridcell][data-p="${position}"]`);
      if (!cell) return { whole: false, cut: Infinity, card: false, focused: false };
      const box = cell.getBoundingClientRect();
      const frame = document.querySelector('.grid').getBoundingClientRect();
      const shown = Math.min(box.bottom, frame.bottom) - Math.max(box.top, frame.top);
      // A cell higher than the window is seen as far as it can be.
      const cut = Math.min(box.height, frame.height) - shown;
      return {
        // A little more than the space around the grid.
        whole: cut < 6,
        cut,
        card: !cell.getAttribute('aria-label').endsWith(', loading'),
        focused: document.activeElement === cell,
      };
    }, position);
  }

  /** Waits until a position is wholly in view with its card; tells whether it came in time. */
  async reached(position, { focused = false, within = 3000 } = {}) {
    const until = Date.now() + within;
    for (;;) {
      const cell = await this.cell(position);
      if (cell.whole && cell.card && (cell.focused || !focused)) return true;
      if (Date.now() > until) return false;
      await frames(this.page);
    }
  }

  /** The first and the last position of which at least half is in view. */
  range() {
    return this.page.evaluate(() => {
      const frame = document.querySelector('.grid').getBoundingClientRect();
      const seen = [...document.querySelectorAll('[role=gridcell][data-p]')]
        .filter((cell) => {
          const box = cell.getBoundingClientRect();
          const shown = Math.min(box.bottom, frame.bottom) - Math.max(box.top, frame.top);
          return shown * 2 > Math.min(box.height, frame.height);
        })
        .map((cell) => Number(cell.dataset.p));
      return { first: Math.min(...seen), last: Math.max(...seen) };
    });
  }

  /** The middle of the grid, in CSS pixels of the page. */
  middle() {
    return this.page.evaluate(() => {
      const box = document.querySelector('.grid').getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2, height: box.height };
    });
  }

  /** The scrubber's rectangle. */
  track() {
    return this.page.locator('[role=slider][aria-label="Place in the result"]').boundingBox();
  }
}

/** Waits for so many frames. */
export async function frames(page, count = 2) {
  await page.evaluate(
    (count) =>
      new Promise((done) => {
        const next = (left) => (left ? requestAnimationFrame(() => next(left - 1)) : done());
        next(count);
      }),
    count,
  );
}

/** Asks a server function, as the page does. */
export async function ask(address, endpoint, body) {
  const answer = await fetch(new URL(`/fn/${endpoint}`, address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', origin: new URL(address).origin },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${endpoint}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The whole library, newest first, as the page asks for it. */
const EVERYTHING = {
  words: [],
  filters: [],
  sort: { first: { key: 'date', descending: true }, then: [] },
  view: 'grid',
  image: null,
  at: null,
  unknown: [],
};

/** The cards at some positions of the whole library. */
export async function cards(address, offset, len = 1) {
  const first = await ask(address, 'search/first_page', { query: EVERYTHING, len: 1 });
  const page = await ask(address, 'search/window', { result: first.head.id, window: { offset, len } });
  return page.cards;
}

/** Numbers from 0 to 1 by chance, the same for the same seed, so that a walk can be taken again: mulberry32. */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The value at a part of a sorted list. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] : null;
}
