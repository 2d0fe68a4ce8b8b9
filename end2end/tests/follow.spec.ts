// New pictures come on top by themselves while somebody follows, and move nothing that is looked at.

import type { Locator, Page } from "@playwright/test";

import { expect } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";
import { test } from "./live.ts";

function follow(page: Page): Locator {
  return page.getByRole("button", { name: "Follow new pictures" });
}

function pill(page: Page): Locator {
  return page.locator(".new-pill");
}

/** The picture at a position, by its file's name. */
function named(gallery: GalleryPage, position: number, name: string): Promise<void> {
  return expect(gallery.cell(position)).toHaveAccessibleName(new RegExp(`, ${name.replace(".", "\\.")}`));
}

test("without following a pill says how many are new, and nothing moves", async ({ gallery, page, output }) => {
  await gallery.openGrid();
  await expect(follow(page)).toHaveAttribute("aria-pressed", "false");
  output.paint();
  await expect(pill(page)).toHaveText("1 new");
  await named(gallery, 0, "old-299.png");
  await pill(page).click();
  await named(gallery, 0, "new-300.png");
  await gallery.expectTotal(301);
  await expect(pill(page)).toBeHidden();
});

test("who follows sees new pictures on top, and the device remembers it", async ({ gallery, page, output }) => {
  await gallery.openGrid();
  await expect(follow(page)).toBeVisible();
  await page.keyboard.press("Shift+N");
  await expect(follow(page)).toHaveAttribute("aria-pressed", "true");
  output.paint();
  await named(gallery, 0, "new-300.png");
  await expect(page.getByText("1 new picture on top, 301 pictures in all")).toBeAttached();
  await expect(pill(page)).toBeHidden();
  await page.reload();
  await gallery.alive();
  await expect(follow(page)).toHaveAttribute("aria-pressed", "true");
  await follow(page).click();
  await expect(follow(page)).toHaveAttribute("aria-pressed", "false");
});

test("the focus and the selection stay with their pictures", async ({ gallery, page, output }) => {
  await gallery.openGrid();
  await follow(page).click();
  await gallery.cell(1).focus();
  await page.keyboard.press("Space");
  await gallery.selected(1);
  const name = (await gallery.cell(1).getAttribute("aria-label"))?.split(", ")[1] ?? "";
  output.paint();
  await named(gallery, 0, "new-300.png");
  await named(gallery, 2, name);
  await expect(gallery.cell(2)).toBeFocused();
  await expect(gallery.cell(2)).toHaveAttribute("aria-selected", "true");
  await gallery.selected(1);
  await page.keyboard.press("p");
  await expect(gallery.cell(2)).toHaveAccessibleName(/approved/i);
});

test("whoever looks elsewhere is not moved; at the top following goes on", async ({ gallery, page, output }) => {
  await gallery.openGrid();
  await follow(page).click();
  await page.keyboard.press("End");
  await gallery.wheelToTheEnd(300, 400);
  const place = await page.locator("div.grid").evaluate((grid) => grid.scrollTop);
  output.paint();
  await expect(pill(page)).toHaveText("1 new");
  await expect(gallery.cell(299)).toBeInViewport();
  expect(await page.locator("div.grid").evaluate((grid) => grid.scrollTop)).toBe(place);
  await page.locator("div.grid").evaluate((grid) => grid.scrollTo(0, 0));
  await named(gallery, 0, "new-300.png");
  await expect(pill(page)).toBeHidden();
});

test("an open picture and an open dialog keep everything still", async ({ gallery, page, output }) => {
  await gallery.openGrid();
  await follow(page).click();
  await gallery.openPicture(0);
  await expect(gallery.counter()).toHaveText("1 of 300");
  output.paint();
  await expect(pill(page)).toHaveText("1 new");
  await expect(gallery.counter()).toHaveText("1 of 300");
  await page.keyboard.press("Escape");
  await named(gallery, 0, "new-300.png");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  output.paint();
  await expect(pill(page)).toHaveText("1 new");
  await page.keyboard.press("Escape");
  await named(gallery, 0, "new-301.png");
});

test("following says so where the newest do not come first", async ({ gallery, page, output }) => {
  await gallery.openGrid("/?sort=name");
  await follow(page).click();
  await expect(page.getByText(/^New pictures go on top by themselves where/)).toBeVisible();
  output.paint("aaa.png");
  await expect(pill(page)).toHaveText("1 new");
  await named(gallery, 0, "old-000.png");
});
