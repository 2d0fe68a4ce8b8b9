// Selecting: by mouse, frame and keys, up to the whole result.

import { expect, test } from "./fixtures.ts";

test("Ctrl and click selects one, again unselects it", async ({ gallery }) => {
  await gallery.openGrid();
  await gallery.cell(1).click({ modifiers: ["ControlOrMeta"] });
  await gallery.selected(1);
  await expect(gallery.cell(1)).toHaveAttribute("aria-selected", "true");
  await gallery.cell(3).click({ modifiers: ["ControlOrMeta"] });
  await gallery.selected(2);
  await gallery.cell(1).click({ modifiers: ["ControlOrMeta"] });
  await gallery.selected(1);
  await expect(gallery.lightbox).toBeHidden();
});

test("Shift and click selects a range from the last one", async ({ gallery }) => {
  await gallery.openGrid();
  await gallery.cell(2).click({ modifiers: ["ControlOrMeta"] });
  await gallery.cell(7).click({ modifiers: ["Shift"] });
  await gallery.selected(6);
  await expect(gallery.cell(5)).toHaveAttribute("aria-selected", "true");
  await expect(gallery.cell(8)).toHaveAttribute("aria-selected", "false");
});

test("Space and Shift with arrows select", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  await gallery.selected(1);
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(3);
  await page.keyboard.press("Escape");
  await expect(gallery.toolbar).toBeHidden();
});

test("everything in the result, without some, and its inverse", async ({ gallery, page }) => {
  await gallery.openGrid("/?q=light");
  const total = await gallery.total();
  await gallery.cell(0).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await gallery.selected(total);
  await gallery.cell(2).click({ modifiers: ["ControlOrMeta"] });
  await gallery.selected(total - 1);
  await page.keyboard.press("ControlOrMeta+Shift+i");
  await gallery.selected(1);
  await expect(gallery.cell(2)).toHaveAttribute("aria-selected", "true");
  await gallery.toolbar.getByRole("button", { name: "Invert" }).click();
  await gallery.selected(total - 1);
  await gallery.toolbar.getByRole("button", { name: "Select nothing" }).click();
  await expect(gallery.toolbar).toBeHidden();
});

test("a frame drawn with Shift selects what it touches", async ({ gallery, page }) => {
  await gallery.openGrid();
  const from = await gallery.cell(0).boundingBox();
  const to = await gallery.cell((await gallery.columns()) + 1).boundingBox();
  if (!from || !to) throw new Error("the cells have no boxes");
  await page.keyboard.down("Shift");
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 3, to.y + to.height / 3, { steps: 8 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await gallery.selected(4);
  await expect(gallery.lightbox).toBeHidden();
});

test("a selection survives another filter", async ({ gallery }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.cell(0).click({ modifiers: ["ControlOrMeta"] });
  await gallery.cell(1).click({ modifiers: ["ControlOrMeta"] });
  await gallery.search.fill("silk");
  await gallery.otherTotal(all);
  await gallery.selected(2);
});

test("a range reaches across what was never on the screen", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.cell(0).click({ modifiers: ["ControlOrMeta"] });
  await gallery.scrubber.focus();
  await page.keyboard.press("End");
  await expect(gallery.cell(total - 1)).toBeInViewport();
  await gallery.cell(total - 1).click({ modifiers: ["Shift"] });
  await gallery.selected(total);
});
