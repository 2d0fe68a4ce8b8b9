// The page under Chromium's tracing: what each action costs the main thread, as JSON and as a picture.
//
//   node trace.mjs http://127.0.0.1:8501/ [--picture NAME] [--samples] [--only fling,jump]
//
// --picture NAME draws the table to docs/screenshots/NAME.png. --samples also tells the functions
// in tasks that are too long; it makes everything slower, so its times do not count.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { DESKTOP, frames, Grid, launch, screen } from './measure/browser.mjs';
import { draw } from './measure/table.mjs';
import { LONG, record, summary } from './measure/trace.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    picture: { type: 'string' },
    samples: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    // Keeps the raw trace of every action in this folder.
    raw: { type: 'string' },
  },
});
const [address] = positionals;
if (!address) throw new Error('trace.mjs ADDRESS [--picture NAME] [--samples] [--only NAMES]');

const browser = await launch();
const context = await browser.newContext(screen(DESKTOP));
const page = await context.newPage();
const grid = new Grid(page);
await grid.open(address);
await page.waitForLoadState('networkidle');
const total = await grid.total();
const at = await grid.middle();
const track = await grid.track();

// The size of the result becomes another one, and the same again.
const other = () => grid.totalIs('other', total);
const again = () => grid.totalIs('same', total);
const box = page.getByRole('dialog', { name: 'Open picture' });

/** Everything that is tried, in the order in which it is done. */
const actions = {
  fling: async () => {
    await page.mouse.move(at.x, at.y);
    for (let turn = 0; turn < 40; turn += 1) {
      await page.mouse.wheel(0, 900);
      await frames(page, 1);
    }
  },
  jump: async () => {
    for (const part of [0.2, 0.75, 0.45, 0.95, 0.6]) {
      await page.mouse.click(track.x + track.width / 2, track.y + track.height * part);
      await page.waitForTimeout(400);
    }
  },
  'keys to both ends': async () => {
    for (const key of ['End', 'Home', 'PageDown', 'PageDown', 'ArrowRight', 'ArrowDown']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(150);
    }
  },
  filter: async () => {
    await page.locator('label.facet-row input[name="any.model"]').first().click();
    await other();
  },
  'back from the filter': async () => {
    await page.goBack();
    await again();
  },
  type: async () => {
    await page.locator('#search').pressSequentially('light', { delay: 90 });
    await other();
  },
  'clear the words': async () => {
    await page.locator('#search').fill('');
    await again();
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.activeElement?.blur());
  },
  open: async () => {
    const { first } = await grid.range();
    await page.evaluate((first) => document.querySelector(`[data-p="${first}"]`).focus(), first);
    await page.keyboard.press('Enter');
    await box.waitFor();
  },
  'next, five times': async () => {
    for (let step = 0; step < 5; step += 1) {
      await page.keyboard.press('ArrowRight');
      await page.waitForTimeout(150);
    }
  },
  close: async () => {
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
  },
  'open and back': async () => {
    await page.keyboard.press('Enter');
    await box.waitFor();
    await page.goBack();
    await box.waitFor({ state: 'detached' });
  },
};

const rows = [];
for (const [name, act] of Object.entries(actions)) {
  if (values.only && !values.only.split(',').includes(name)) continue;
  const events = await record(browser, page, act, { samples: values.samples });
  if (values.raw) writeFileSync(`${values.raw}/${name.replaceAll(/\W+/g, '-')}.json`, JSON.stringify({ traceEvents: events }));
  rows.push({ action: name, ...summary(events) });
}
if (values.picture) {
  const picture = new URL(`../docs/screenshots/${values.picture}.png`, import.meta.url).pathname;
  await draw(browser, picture, { rows, total, limit: LONG });
}
console.log(JSON.stringify({ total, rows }, null, 2));
await browser.close();
