// Back and forward: every step of somebody is one entry of the browser's history, also when it was taken before.

import { expect, test } from "./fixtures.ts";

test("the same filter taken again after going back can be left again", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  const filter = await gallery.row("model");
  for (let time = 0; time < 3; time++) {
    // The place that the grid writes into the address while it rests makes no other entry of it.
    await gallery.scrubber.focus();
    await page.keyboard.press("End");
    await expect(page).toHaveURL(/[?&]at=/);
    await filter.box.click();
    await gallery.expectTotal(filter.count);
    await page.goBack();
    await gallery.expectTotal(total);
    await gallery.scrubber.focus();
    await page.keyboard.press("Home");
    await expect(page).not.toHaveURL(/[?&]at=/);
  }
});

test("a picture opened again closes again", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.openPicture(0);
  await page.keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveText(/^2 of /);
  await page.keyboard.press("Escape");
  await expect(gallery.lightbox).toBeHidden();
  await expect(gallery.cell(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(gallery.counter()).toHaveText(/^2 of /);
  await page.keyboard.press("Escape");
  await expect(gallery.lightbox).toBeHidden();
  await expect(gallery.cell(1)).toBeFocused();
});

test("a link followed twice is two steps, and forward goes where back came from", async ({ gallery, page }) => {
  await gallery.open("/");
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  const menu = page.getByRole("link", { name: "Proofsheet, all pictures" });
  for (let time = 0; time < 2; time++) {
    await page.goto("/problems");
    await gallery.alive();
    await link("Tags").click();
    await expect(page).toHaveURL(/\/tags$/);
    await menu.click();
    await expect(gallery.grid).toBeVisible();
    await page.goBack();
    await expect(page).toHaveURL(/\/tags$/);
    await menu.click();
    await expect(gallery.grid).toBeVisible();
    await page.goBack();
    await expect(page).toHaveURL(/\/tags$/);
    await page.goForward();
    await expect(gallery.grid).toBeVisible();
  }
});

test("the place is kept also when its pictures come late", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  const release = await gallery.holdCards();
  await gallery.scrubber.focus();
  await page.keyboard.press("End");
  await expect(gallery.cell(total - 1)).toHaveAccessibleName(/, loading$/);
  // Longer than the grid waits before it writes the place: what it cannot name yet it must name later.
  await page.waitForFunction(
    (begin) => performance.now() - begin > 600,
    await page.evaluate(() => performance.now()),
  );
  expect(page.url()).not.toMatch(/[?&]at=/);
  release();
  await expect(page).toHaveURL(/[?&]at=/);
  await page.reload();
  await gallery.alive();
  await expect(gallery.cell(total - 1)).toBeInViewport();
});
