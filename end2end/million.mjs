// The page over a very large library: reach, empty cells, requests, memory. Prints one JSON object.
//
//   node million.mjs http://127.0.0.1:8501/ [--only reach,cells,requests,interactive,walk] [--minutes 1]
//
// Takes a gallery that is running and has read its pictures. It changes nothing in it, except that thumbnails
// which are looked at for the first time are drawn and kept.
import { parseArgs } from 'node:util';

import { DESKTOP, launch } from './measure/browser.mjs';
import { BLANK, stops, summary } from './measure/cells.mjs';
import { interactive } from './measure/interactive.mjs';
import { SCREENS, unreachable } from './measure/reach.mjs';
import { scrolling } from './measure/requests.mjs';
import { MOST, walk } from './measure/walk.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: 'reach,cells,requests,interactive,walk' },
    minutes: { type: 'string', default: '1' },
    // A part of a screen's name: only these are tried.
    screen: { type: 'string', default: '' },
  },
});
const [address] = positionals;
if (!address) throw new Error('million.mjs ADDRESS [--only NAMES] [--minutes N] [--screen NAME]');
const only = values.only.split(',');

const TABLETS = SCREENS.filter(({ name }) => name.startsWith('tablet'));

const parts = {
  /** The ways that do not lead to a picture, for each screen. */
  async reach(browser) {
    const failed = {};
    for (const size of SCREENS.filter(({ name }) => name.includes(values.screen))) {
      failed[size.name] = await unreachable(browser, address, size);
    }
    return failed;
  },
  /**
   * Milliseconds until cells are filled after scrolling has stopped: once where thumbnails may still have to
   * be drawn, and once more at the same places in another browser, where only the server knows them.
   */
  async cells(browser) {
    const all = {};
    for (const size of [{ name: 'desktop', ...DESKTOP }, ...TABLETS]) {
      const first = summary(await stops(browser, address, { size, count: 30 }));
      all[size.name] = { ...first, again: summary(await stops(browser, address, { size, count: 30 })) };
    }
    return { most: BLANK, ...all };
  },
  requests: (browser) => scrolling(browser, address, DESKTOP),
  interactive: (browser) => interactive(browser, address),
  async walk(browser) {
    return { bound: MOST, ...(await walk(browser, address, { size: DESKTOP, minutes: Number(values.minutes) })) };
  },
};

const result = {};
for (const name of only) {
  // A browser for each part, so that none measures what another left behind.
  const browser = await launch();
  try {
    result[name] = await parts[name](browser);
  } finally {
    await browser.close();
  }
}
console.log(JSON.stringify(result, null, 2));
