// What was done is told, and any of it can be taken back.

import { expect, test } from "./fixtures.ts";
import { GalleryPage } from "./gallery.ts";

test("the history tells what was done, and takes it back after other things happened", async ({ gallery, page }) => {
  await gallery.openGrid("/?sort=name");
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("3");
  await expect(page.getByText("Gave 3 stars to 3 pictures")).toBeVisible();
  await page.keyboard.press("Escape");
  await gallery.cell(1).focus();
  await page.keyboard.press("5");
  await page.keyboard.press("p");
  await expect(gallery.cell(1)).toHaveAccessibleName(/, approved, 5 stars$/);

  const lines = page.getByRole("listitem").filter({ has: page.locator(".history-what") });
  await expect(async () => {
    await gallery.open("/history");
    await expect(lines.first().locator(".history-what")).toHaveText("Approved 1 picture");
  }).toPass();
  const stars = lines.filter({ hasText: "Gave 3 stars to 3 pictures" }).first();
  await stars.getByText("Show pictures").click();
  await expect(stars.getByRole("img")).toHaveCount(3);
  await stars.getByRole("button", { name: /^Take back/ }).click();
  await expect(stars.getByRole("status")).toHaveText(/^Changed since, so left as they are: [^,]+\.\w+\.$/);
  await gallery.openGrid("/?sort=name");
  await expect(gallery.cell(0)).not.toHaveAccessibleName(/stars/);
  await expect(gallery.cell(1)).toHaveAccessibleName(/, approved, 5 stars$/);

  await page.goto("/history?kind=verdict");
  await gallery.alive();
  await expect(lines.first().locator(".history-what")).toHaveText("Approved 1 picture");
  await expect(lines.filter({ hasText: "stars" })).toHaveCount(0);
  await lines.first().getByRole("button", { name: /^Take back/ }).click();
  await expect(lines.first().locator(".history-what")).toHaveText("Took back on 1 picture: Approved 1 picture");
  await expect(lines.nth(1).getByText("Taken back", { exact: true })).toBeVisible();
});

test("a picture tells what was done to it", async ({ gallery, page }) => {
  await gallery.openGrid("/?sort=name");
  await gallery.openPicture(5);
  await page.keyboard.press("2");
  await page.keyboard.press("4");
  await page.getByText("What was done to it").click();
  const steps = page.locator(".inspector-steps li");
  await expect(steps.first()).toContainText("Rating: 4 stars, before: 2 stars");
  await expect(steps.nth(1)).toContainText("Rating: 2 stars, before: none");
});

test("two browsers judge one picture: the later one counts, and nobody takes back what the other did", async ({ gallery, page, browser, baseURL }) => {
  await gallery.openGrid("/?sort=name");
  const context = await browser.newContext({ baseURL });
  const second = await context.newPage();
  const other = new GalleryPage(second);
  await other.openGrid("/?sort=name");
  const mine = gallery.cell(7);
  await mine.focus();
  await page.keyboard.press("4");
  await expect(mine).toHaveAccessibleName(/, 4 stars$/);
  await page.waitForLoadState("networkidle");
  await other.cell(7).focus();
  await second.keyboard.press("2");
  await expect(other.cell(7)).toHaveAccessibleName(/, 2 stars$/);
  await second.waitForLoadState("networkidle");
  await page.keyboard.press("Control+z");
  await expect(page.getByText(/1 picture was changed since and stays as it is\.$/)).toBeVisible();
  await expect(mine).toHaveAccessibleName(/, 2 stars$/);
  await second.keyboard.press("Control+z");
  await expect(other.cell(7)).toHaveAccessibleName(/, 4 stars$/);
  await page.keyboard.press("0");
  await context.close();
});
