// A long random walk through the gallery: what it holds must not grow.
import { frames, Grid, random, screen } from './browser.mjs';
import { Memory, slope } from './memory.mjs';

/** Seconds between two looks at the memory. */
const EVERY = 10;

/** Elements that the grid and the page may have at most. */
export const MOST = { grid: 400, page: 1500 };

/**
 * Walks for so many minutes: flings, jumps, pages, sizes, opens and closes pictures, filters and goes back,
 * each drawn by chance, and gives what the page held at the start, at the end, at most, and how it grew.
 */
export async function walk(browser, address, { size, minutes, seed = 11 }) {
  const context = await browser.newContext(screen(size));
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  const grid = new Grid(page);
  await Memory.watch(page);
  await grid.open(address);
  const memory = await Memory.of(browser, page);
  const steps = await actions(page, grid, random(seed));
  const draw = random(seed + 1);
  const most = { grid_nodes: 0, page_nodes: 0, images: 0, decoded_mb: 0 };
  const done = {};
  const samples = [];
  // Once through everything, so that code and caches are there before the first look.
  for (const act of Object.values(steps)) await act();

  const began = Date.now();
  let next = 0;
  for (;;) {
    const seconds = (Date.now() - began) / 1000;
    if (seconds >= next) {
      samples.push({ minute: seconds / 60, ...(await memory.sample()) });
      next = seconds + EVERY;
    }
    if (seconds >= minutes * 60) break;
    const names = Object.keys(steps);
    const name = names[Math.floor(draw() * names.length)];
    done[name] = (done[name] ?? 0) + 1;
    await steps[name]();
    const now = await memory.elements();
    for (const key of Object.keys(most)) most[key] = Math.max(most[key], now[key]);
  }
  await context.close();
  return { minutes, steps: done, most, problems, ...growth(samples) };
}

/** The first and the last look, and the growth in a minute over the second half, when all is warm. */
function growth(samples) {
  const warm = samples.slice(Math.floor(samples.length / 2));
  const rate = (key) => Number(slope(warm.map((sample) => [sample.minute, sample[key]])).toFixed(3));
  const keys = ['heap_mb', 'wasm_mb', 'renderer_mb', 'nodes', 'listeners'];
  return {
    start: samples[0],
    end: samples.at(-1),
    a_minute: Object.fromEntries(keys.map((key) => [key, rate(key)])),
    heap_curve: samples.map((sample) => Number(sample.heap_mb.toFixed(2))),
  };
}

/** What somebody does; each ends in the grid. */
async function actions(page, grid, draw) {
  const at = await grid.middle();
  const track = await grid.track();
  const settled = () => frames(page, 3);
  const wheel = async (pixels, turns) => {
    await page.mouse.move(at.x, at.y);
    for (let turn = 0; turn < turns; turn += 1) {
      await page.mouse.wheel(0, pixels);
      await frames(page, 1);
    }
    await page.waitForTimeout(200);
  };
  const other = (total) => grid.totalIs('other', total);
  const again = (total) => grid.totalIs('same', total);
  const jump = async () => {
    await page.mouse.click(track.x + track.width / 2, track.y + 4 + draw() * (track.height - 8));
    await page.waitForTimeout(300);
  };
  return {
    fling: () => wheel((draw() < 0.5 ? -1 : 1) * 900, 15),
    stroll: () => wheel((draw() < 0.5 ? -1 : 1) * 150, 15),
    jump,
    keys: async () => {
      for (const key of ['PageDown', 'ArrowRight', 'ArrowDown', 'PageUp', 'End', 'Home']) {
        await page.keyboard.press(key);
        await settled();
      }
    },
    size: async () => {
      for (const key of draw() < 0.5 ? ['[', '[', ']', ']'] : [']', ']', '[', '[']) {
        await page.keyboard.press(key);
        await settled();
      }
    },
    open: async () => {
      const { first } = await grid.range();
      await page.evaluate((first) => document.querySelector(`[data-p="${first}"]`)?.focus(), first);
      await page.keyboard.press('Enter');
      const box = page.getByRole('dialog', { name: 'Open picture' });
      await box.waitFor({ timeout: 5000 });
      for (let step = 0; step < 3; step += 1) {
        await page.keyboard.press('ArrowRight');
        await page.waitForTimeout(80);
      }
      await page.keyboard.press('Escape');
      await box.waitFor({ state: 'detached', timeout: 5000 });
    },
    filter: async () => {
      const total = await grid.total();
      const row = page.locator('label.facet-row input[name="any.model"]').first();
      await row.click({ timeout: 5000 });
      await other(total);
      await page.goBack();
      await again(total);
      await settled();
    },
    type: async () => {
      const total = await grid.total();
      await page.locator('#search').fill('light');
      await other(total);
      await page.locator('#search').fill('');
      await again(total);
      await page.keyboard.press('Escape');
      await page.evaluate(() => document.activeElement?.blur());
    },
  };
}
