// What the page asks for: so much and no more, and nothing that nobody waits for.

import { expect, test } from "./fixtures.ts";
import { path, Traffic } from "./traffic.ts";

/** Pictures that come with the first page, as `FIRST` in `app/src/pages/library.rs`. */
const FIRST = 48;

test("the first page brings its cards along", async ({ gallery, page }) => {
  const traffic = new Traffic(page);
  await gallery.openGrid();
  await traffic.quiet();
  // The next cards; filters, counts and the first cards are in the document, and the scrubber waits for a visitor.
  expect(traffic.questions()).toEqual(["/fn/search/window"]);
  const pictures = traffic.pictures();
  expect(pictures.length).toBeLessThanOrEqual(FIRST);
  expect(new Set(pictures).size).toBe(pictures.length);
});

test("opening a picture asks for it and for its neighbours, once", async ({ gallery, page }) => {
  await gallery.openGrid();
  // What comes when somebody first stirs is here already.
  await page.keyboard.press("Shift");
  await expect(gallery.scrubber).toBeVisible();
  await page.waitForLoadState("networkidle");
  const traffic = new Traffic(page);
  await gallery.openPicture(3);
  await expect.poll(() => traffic.pictures().length).toBe(3);
  await traffic.quiet();
  expect(traffic.questions()).toEqual(["/fn/images/image"]);
  expect(traffic.pictures().filter((path) => !path.endsWith("/original"))).toEqual([]);

  traffic.forget();
  await page.keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveText(/^5 of /);
  await expect.poll(() => traffic.pictures().length).toBe(1);
  await traffic.quiet();
  expect(traffic.questions()).toEqual(["/fn/images/image"]);

  traffic.forget();
  await page.keyboard.press("Escape");
  await expect(gallery.cell(4)).toBeFocused();
  await traffic.quiet();
  expect(traffic.questions()).toEqual([]);
  expect(traffic.pictures()).toEqual([]);
});

test("pictures of cells that left the screen are not waited for", async ({ gallery, page }) => {
  await gallery.openGrid();
  const traffic = new Traffic(page);
  await traffic.quiet();
  traffic.forget();
  // No picture is answered from here on, as over a network that has gone slow.
  await page.route("**/media/**", () => undefined);
  await gallery.cell(0).focus();
  await page.keyboard.press("End");
  await expect(gallery.cell((await gallery.total()) - 1).locator("img")).toBeAttached();
  await expect.poll(() => traffic.pictures().length).toBeGreaterThan(5);
  const waiting = [...traffic.asked].filter((request) => path(request).startsWith("/media/"));
  await page.keyboard.press("Home");
  await expect(gallery.cell(0)).toBeInViewport();
  const shown = () => page.locator(".grid img").evaluateAll((all) => all.map((image) => (image as HTMLImageElement).src));
  await expect
    .poll(async () => {
      const here = await shown();
      return waiting.filter((request) => !traffic.cancelled.has(request) && !here.includes(request.url())).length;
    })
    .toBe(0);
});
