// A result longer than a browser can scroll: every place is reached, on every screen, and the page stays small.

import { expect, test } from "./fixtures.ts";
import { GalleryPage } from "./gallery.ts";
import { MILLION, openMillion, windowsAsked } from "./million.ts";

const last = MILLION - 1;
const middle = MILLION / 2;

// Zooming the browser makes CSS pixels larger: fewer of them, each of more of the screen's.
const screens = {
  "pixel ratio 1": { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
  "pixel ratio 1.5": { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1.5 },
  "pixel ratio 3": { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 3 },
  "zoom 50 %": { viewport: { width: 2880, height: 1800 }, deviceScaleFactor: 0.5 },
  "zoom 150 %": { viewport: { width: 960, height: 600 }, deviceScaleFactor: 1.5 },
  "zoom 300 %": { viewport: { width: 480, height: 300 }, deviceScaleFactor: 3 },
  "tablet, landscape": { viewport: { width: 1180, height: 820 }, deviceScaleFactor: 2, hasTouch: true },
  "tablet, portrait": { viewport: { width: 820, height: 1180 }, deviceScaleFactor: 2, hasTouch: true },
};

/** A position is in view, with its card. */
async function expectShown(gallery: GalleryPage, position: number): Promise<void> {
  await expect(gallery.cell(position)).toBeInViewport({ ratio: 0.9 });
  await expect(gallery.cell(position)).not.toHaveAccessibleName(/, loading$/);
}

for (const [name, use] of Object.entries(screens)) {
  test.describe(name, () => {
    test.use(use);

    test("the first, the middle and the last picture are reached", async ({ gallery, page }) => {
      await openMillion(gallery);
      await expectShown(gallery, 0);

      await gallery.cell(0).focus();
      await page.keyboard.press("End");
      await expect(gallery.cell(last)).toBeFocused();
      await expectShown(gallery, last);
      await page.keyboard.press("Home");
      await expect(gallery.cell(0)).toBeFocused();
      await expectShown(gallery, 0);

      const track = (await gallery.scrubber.boundingBox())!;
      const x = track.x + track.width / 2;
      await page.mouse.move(x, track.y + 1);
      await page.mouse.down();
      await page.mouse.move(x, track.y + track.height - 1, { steps: 5 });
      await page.mouse.up();
      await expectShown(gallery, last);

      await page.mouse.click(x, track.y + track.height / 2);
      const now = () => gallery.scrubber.getAttribute("aria-valuenow").then(Number);
      await expect.poll(now).toBeGreaterThan(middle * 0.98);
      expect(await now()).toBeLessThan(middle * 1.02);
      // A pixel of the scrubber is a thousand pictures; its arrows go by screens to the very one.
      await gallery.scrubber.focus();
      for (let steps = 0; steps < 600 && (await gallery.cell(middle).count()) === 0; steps++) {
        await page.keyboard.press((await now()) > middle ? "ArrowUp" : "ArrowDown");
      }
      await gallery.cell(middle).scrollIntoViewIfNeeded();
      await expectShown(gallery, middle);
    });

    test("the wheel moves as far as it turns, and reaches both ends", async ({ gallery, page }) => {
      await openMillion(gallery);
      const box = (await page.locator(".grid").boundingBox())!;
      const turn = async (pixels: number) => {
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.mouse.wheel(0, pixels);
      };
      await gallery.scrubber.focus();
      await page.keyboard.press("End");
      await expectShown(gallery, last);
      for (const away of [-120, -120, -120, -120]) await turn(away);
      await expect(gallery.cell(last)).not.toBeInViewport({ ratio: 0.9 });
      await expect(async () => {
        await turn(120);
        await expect(gallery.cell(last)).toBeInViewport({ ratio: 0.9, timeout: 200 });
      }).toPass();
      await gallery.scrubber.focus();
      await page.keyboard.press("Home");
      for (const away of [120, 120, 120, 120]) await turn(away);
      await expect(gallery.cell(0)).not.toBeInViewport({ ratio: 0.9 });
      await expect(async () => {
        await turn(-120);
        await expect(gallery.cell(0)).toBeInViewport({ ratio: 0.9, timeout: 200 });
      }).toPass();
    });
  });
}

test("the page stays small wherever it goes", async ({ gallery, page }) => {
  await openMillion(gallery);
  // Counted in the page itself after every change, so that no moment is missed.
  await page.evaluate(() => {
    const most = { grid: 0, page: 0 };
    Object.assign(window, { most });
    new MutationObserver(() => {
      most.grid = Math.max(most.grid, document.querySelectorAll(".grid *").length);
      most.page = Math.max(most.page, document.querySelectorAll("*").length);
    }).observe(document.body, { childList: true, subtree: true });
  });
  const box = (await page.locator(".grid").boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let step = 0; step < 25; step++) await page.mouse.wheel(0, 700);
  await gallery.cell(0).focus();
  for (const key of ["End", "PageUp", "Home", "PageDown", "End"]) {
    await page.keyboard.press(key);
    await expect(page.locator("[data-p]:focus")).toHaveCount(1);
  }
  await expectShown(gallery, last);
  const most = await page.evaluate(() => (window as unknown as { most: { grid: number; page: number } }).most);
  expect(most.grid).toBeGreaterThan(0);
  expect(most.grid).toBeLessThanOrEqual(400);
  expect(most.page).toBeLessThanOrEqual(1500);
});

test("a jump asks for what is seen there, not for what lies between", async ({ gallery, page }) => {
  await openMillion(gallery);
  await page.waitForLoadState("networkidle");
  const windows = windowsAsked(page);
  await gallery.cell(0).focus();
  await page.keyboard.press("End");
  await expectShown(gallery, last);
  await page.waitForLoadState("networkidle");
  expect(windows.length).toBeGreaterThan(0);
  // What is seen and a screen around it is some 120 pictures, which lie in two or three windows.
  expect(windows.length).toBeLessThanOrEqual(3);
  expect(windows.every((offset) => offset >= MILLION - 400)).toBe(true);
  expect(new Set(windows).size).toBe(windows.length);
});
