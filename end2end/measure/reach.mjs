// Whether the first, the middle and the last picture can be reached by every way there is.
import { cards, frames, Grid, screen } from './browser.mjs';

/** Screens on which everything must be reachable: pixel ratios, zooms of a desktop, tablets. */
export const SCREENS = [
  ...[1, 1.5, 2, 3].map((ratio) => ({ name: `ratio ${ratio}`, width: 1440, height: 900, ratio })),
  ...[0.5, 0.8, 1.25, 1.5, 2, 3].map((zoom) => ({
    name: `zoom ${zoom * 100} %`,
    width: 1440,
    height: 900,
    zoom,
  })),
  { name: 'zoom 300 % at ratio 2', width: 1440, height: 900, ratio: 2, zoom: 3 },
  { name: 'tablet, landscape', width: 1180, height: 820, ratio: 2, touch: true },
  { name: 'tablet, portrait', width: 820, height: 1180, ratio: 2, touch: true },
];

/** Notches of a wheel at both ends of the way, and their height in pixels. */
const NOTCHES = 12;
const NOTCH = 120;

/** Tries every way on one screen; gives the ways that failed, none when all is well. */
export async function unreachable(browser, address, size) {
  const context = await browser.newContext(screen(size));
  const page = await context.newPage();
  const grid = new Grid(page);
  const failed = [];
  const check = (way, works) => {
    if (!works) failed.push(way);
  };
  await grid.open(address);
  const last = (await grid.total()) - 1;
  const middle = Math.floor(last / 2);
  check('first, at once', await grid.reached(0));

  await byKeys(page, grid, last, check);
  await byScrubber(page, grid, last, middle, check);
  await byHand(page, grid, last, middle, size.touch, check);
  await byLink(page, grid, address, [0, middle, last], check);
  await context.close();
  return failed;
}

/** End and Home, which also carry the focus. */
async function byKeys(page, grid, last, check) {
  await page.evaluate(() => document.querySelector('[role=gridcell][data-p="0"]').focus());
  await page.keyboard.press('End');
  check('last, End', await grid.reached(last, { focused: true }));
  await page.keyboard.press('Home');
  check('first, Home', await grid.reached(0, { focused: true }));
}

/** The scrubber: dragged to both ends, pressed in its middle, and its own keys. */
async function byScrubber(page, grid, last, middle, check) {
  const track = await grid.track();
  const x = track.x + track.width / 2;
  await page.mouse.move(x, track.y + 20);
  await page.mouse.down();
  await page.mouse.move(x, track.y + track.height / 2, { steps: 4 });
  await page.mouse.move(x, track.y + track.height - 1, { steps: 4 });
  await page.mouse.up();
  check('last, scrubber', await grid.reached(last));
  await page.mouse.move(x, track.y + track.height - 1);
  await page.mouse.down();
  await page.mouse.move(x, track.y + 1, { steps: 8 });
  await page.mouse.up();
  check('first, scrubber', await grid.reached(0));
  const focus = () => page.locator('[role=slider][aria-label="Place in the result"]').focus();
  await focus();
  await page.keyboard.press('End');
  check('last, End on the scrubber', await grid.reached(last));
  await page.keyboard.press('Home');
  check('first, Home on the scrubber', await grid.reached(0));

  // A pixel of the track stands for a thousand pictures; the keys of the scrubber go the rest.
  await page.mouse.click(x, track.y + track.height / 2);
  check('middle, scrubber and its arrows', await walk(page, grid, middle, focus));
}

/** Goes by the scrubber's arrows, a screen each, until a position is in view. */
async function walk(page, grid, position, focus) {
  await focus();
  for (let steps = 0; steps < 400; steps += 1) {
    const { first, last } = await grid.range();
    if (first <= position && position <= last) return grid.reached(position);
    await page.keyboard.press(position < first ? 'ArrowUp' : 'ArrowDown');
    await frames(page, 1);
  }
  return false;
}

/** The wheel, or a finger: over both ends, around the middle, and all the way in great turns. */
async function byHand(page, grid, last, middle, touch, check) {
  const at = await grid.middle();
  const turn = await hand(page, at, touch);
  const focus = () => page.locator('[role=slider][aria-label="Place in the result"]').focus();
  const name = touch ? 'finger' : 'wheel';

  await focus();
  await page.keyboard.press('End');
  await grid.reached(last);
  for (let notch = 0; notch < NOTCHES; notch += 1) await turn(-NOTCH);
  check(`leaves the last, ${name}`, !(await grid.cell(last)).whole);
  for (let notch = 0; notch < NOTCHES + 3; notch += 1) await turn(NOTCH);
  check(`last, ${name}`, await grid.reached(last));

  await focus();
  await page.keyboard.press('Home');
  await grid.reached(0);
  for (let notch = 0; notch < NOTCHES; notch += 1) await turn(NOTCH);
  for (let notch = 0; notch < NOTCHES + 3; notch += 1) await turn(-NOTCH);
  check(`first, ${name}`, await grid.reached(0));

  const track = await grid.track();
  await page.mouse.click(track.x + track.width / 2, track.y + track.height / 2);
  await walk(page, grid, middle, focus);
  await page.mouse.move(at.x, at.y);
  const before = await grid.range();
  for (let notch = 0; notch < NOTCHES; notch += 1) await turn(-NOTCH);
  const above = await grid.range();
  check(`middle goes away, ${name}`, above.first < before.first);
  for (let notch = 0; notch < NOTCHES + 3 && !(await grid.cell(middle)).whole; notch += 1) await turn(NOTCH);
  check(`middle, ${name}`, await grid.reached(middle));

  if (touch) return;
  // Great turns go in proportion, as dragging a scroll bar would.
  for (let step = 0; step < 400 && !(await grid.cell(last)).whole; step += 1) await turn(60_000);
  check('last, from anywhere, wheel', await grid.reached(last));
  for (let step = 0; step < 400 && !(await grid.cell(0)).whole; step += 1) await turn(-60_000);
  check('first, from anywhere, wheel', await grid.reached(0));
}

/** How a hand moves the grid by some pixels: a wheel, or a finger that drags. */
async function hand(page, at, touch) {
  if (!touch) {
    await page.mouse.move(at.x, at.y);
    return async (pixels) => {
      await page.mouse.wheel(0, pixels);
      await frames(page, 2);
    };
  }
  const session = await page.context().newCDPSession(page);
  const send = (type, y) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: at.x, y }] });
  return async (pixels) => {
    // A finger goes against the way that the pictures go.
    const from = at.y + pixels / 2;
    await send('touchStart', from);
    for (let step = 1; step <= 6; step += 1) {
      await send('touchMove', from - (pixels * step) / 6);
      await frames(page, 1);
    }
    await send('touchEnd');
    await frames(page, 2);
  };
}

/** The address of a place and the address of an open picture. */
async function byLink(page, grid, address, positions, check) {
  for (const position of positions) {
    const [card] = await cards(address, position);
    await grid.open(new URL(`/?at=${card.id}`, address).href);
    check(`${position}, link to the place`, await grid.reached(position));
    await page.goto(new URL(`/?image=${card.id}`, address).href);
    await page.waitForSelector('html[data-hydrated]');
    const counter = page.locator('.lightbox-counter');
    const said = `${(position + 1).toLocaleString('en-GB')} of`;
    const opened = await counter
      .filter({ hasText: said })
      .waitFor({ timeout: 3000 })
      .then(() => true, () => false);
    check(`${position}, link to the picture`, opened);
    await page.keyboard.press('Escape');
    check(`${position}, closed again`, await grid.reached(position, { focused: true }));
  }
}
