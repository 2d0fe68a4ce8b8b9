// Measures culling in Chromium and prints one JSON object. Called by `cargo xtask bench`.
import { DESKTOP, launch, quantile, screen } from './measure/browser.mjs';

const address = process.argv[2];
/** Pictures that are decided, and milliseconds for which each is looked at. */
const PICTURES = 100;
const LOOK = 250;

const browser = await launch();
const context = await browser.newContext(screen(DESKTOP));
const page = await context.newPage();
await page.goto(new URL('/cull', address).href);
await page.waitForSelector('html[data-hydrated]');
await page.waitForSelector('.cull img.stage-picture');
await page.evaluate(() => {
  /** The picture that is on the screen: of which one, once it is drawn. */
  const shown = () => {
    const image = document.querySelector('.cull img.stage-picture');
    return image?.complete && image.naturalWidth ? image.src.split('/media/')[1].split('/')[0] : null;
  };
  window.measured = [];
  addEventListener(
    'keydown',
    (event) => {
      const start = event.timeStamp;
      const before = shown();
      const look = () => {
        const now = shown();
        if (now && now !== before) window.measured.push(performance.now() - start);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    { capture: true },
  );
});
let keys = 0;
for (let picture = 1; picture <= PICTURES; picture += 1) {
  await page.waitForTimeout(LOOK);
  await page.keyboard.press(picture % 5 ? 'x' : 'p');
  keys += 1;
  await page.waitForFunction((count) => window.measured.length === count, picture);
}
const told = await page.locator('.round-told').innerText();
if (told !== '20 approved, 80 rejected') throw new Error(`decided: ${told}`);
const times = await page.evaluate(() => window.measured);
await browser.close();
console.log(JSON.stringify({ keys, half: quantile(times, 0.5), most: quantile(times, 0.95), worst: Math.max(...times) }));
