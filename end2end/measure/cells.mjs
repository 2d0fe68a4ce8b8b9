// How long cells stay empty after the grid has stopped, and what they show meanwhile.
import { frames, Grid, quantile, random, screen } from './browser.mjs';

/** The most milliseconds that a cell may show nothing after scrolling has stopped. */
export const BLANK = 300;

/** Watches the cells in view, frame by frame, from the last scroll event until every picture is drawn. */
function watchCells(within) {
  const frame = document.querySelector('.grid').getBoundingClientRect();
  const cells = () =>
    [...document.querySelectorAll('[role=gridcell][data-p]')].filter((cell) => {
      const box = cell.getBoundingClientRect();
      return box.bottom > frame.top && box.top < frame.bottom;
    });
  const picture = (cell) => {
    const image = cell.querySelector('img.tile-picture');
    // A file that cannot be drawn has nothing more to come.
    if (image?.classList.contains('is-broken')) return true;
    return image?.complete && image.naturalWidth > 0 && !image.classList.contains('is-waiting');
  };
  const coloured = (cell) => cell.querySelector('.tile-link')?.style.backgroundColor;
  const start = performance.now();
  const times = { cells: 0, card: null, blank: null, picture: null };
  return new Promise((done) => {
    const look = () => {
      const now = performance.now() - start;
      const all = cells();
      times.cells = Math.max(times.cells, all.length);
      const reach = (what, test) => {
        if (times[what] === null && all.length && all.every(test)) times[what] = now;
      };
      reach('card', (cell) => cell.querySelector('.tile-link'));
      reach('blank', (cell) => coloured(cell) || picture(cell));
      reach('picture', picture);
      if (times.picture !== null || now > within) done(times);
      else requestAnimationFrame(look);
    };
    look();
  });
}

/**
 * Stops at many places, by wheel, by the scrubber and by keys, and gives for each the milliseconds until
 * every cell in view had its card (`card`), a colour or a picture (`blank`), and its decoded picture.
 */
export async function stops(browser, address, { size, count, seed = 7 }) {
  const context = await browser.newContext(screen(size));
  const page = await context.newPage();
  const grid = new Grid(page);
  await grid.open(address);
  const at = await grid.middle();
  const track = await grid.track();
  const draw = random(seed);
  const times = [];
  for (let stop = 0; stop < count; stop += 1) {
    const way = ['scrubber', 'wheel', 'keys'][stop % 3];
    if (way === 'scrubber') {
      await page.mouse.click(track.x + track.width / 2, track.y + 8 + draw() * (track.height - 16));
    } else if (way === 'wheel') {
      await page.mouse.move(at.x, at.y);
      for (let turn = 0; turn < 12; turn += 1) {
        await page.mouse.wheel(0, 400);
        await frames(page, 1);
      }
    } else {
      await page.keyboard.press('PageDown');
    }
    times.push({ way, ...(await page.evaluate(watchCells, 5000)) });
  }
  await context.close();
  return times;
}

/** What stops took, in a few numbers. A time that never came counts as five seconds. */
export function summary(times) {
  const of = (what) => {
    const values = times.map((time) => time[what] ?? 5000);
    return { p50: Math.round(quantile(values, 0.5)), p95: Math.round(quantile(values, 0.95)), max: Math.round(Math.max(...values)) };
  };
  return {
    stops: times.length,
    cells: Math.max(...times.map((time) => time.cells)),
    card: of('card'),
    blank: of('blank'),
    picture: of('picture'),
  };
}
