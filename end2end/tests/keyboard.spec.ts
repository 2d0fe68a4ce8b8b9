// A walk without a mouse: find, look, read, select, take away.

import type { Locator, Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";

test("from the search box to a finished archive", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  const { keyboard } = page;

  await keyboard.press("/");
  await expect(gallery.search).toBeFocused();
  await keyboard.type("silk");
  const found = await gallery.otherTotal(all);
  await keyboard.press("Enter");
  await tabTo(page, gallery.grid.locator("[role=gridcell]:focus"));

  await keyboard.press("Enter");
  await expect(gallery.counter()).toHaveText(`1 of ${found}`);
  await keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveText(`2 of ${found}`);
  await keyboard.press("Space");
  await keyboard.press("Escape");
  await expect(gallery.cell(1)).toBeFocused();
  await gallery.selected(1);
  await keyboard.press("Shift+ArrowRight");
  await gallery.selected(2);

  await keyboard.press("Shift+D");
  const dialog = page.getByRole("dialog", { name: "Download 2 pictures" });
  await expect(dialog).toBeVisible();
  const arriving = page.waitForEvent("download");
  await tabTo(page, dialog.locator("button[type=submit]:focus"));
  await keyboard.press("Enter");
  expect((await arriving).suggestedFilename()).toMatch(/\.zip$/);
  await keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  await keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard" });
  await expect(help).toBeVisible();
  await keyboard.press("Escape");
  await expect(help).toBeHidden();
});

test("every tab stop is visible", async ({ gallery, page }) => {
  await gallery.openGrid("/?q=light");
  const seen: string[] = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const active = document.activeElement;
      if (!active || active === document.body) return null;
      const box = active.getBoundingClientRect();
      const shown = (element: Element | null): boolean => {
        if (!element) return false;
        const style = getComputedStyle(element);
        const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        return ring || style.boxShadow !== "none";
      };
      // A visually hidden control shows its ring on the label that stands for it.
      const ringed = [active, active.parentElement, active.closest("label"), active.querySelector("*")];
      return {
        name: active.getAttribute("aria-label") ?? active.textContent?.trim().slice(0, 40) ?? "",
        tag: `${active.tagName.toLowerCase()}.${active.className}`,
        onScreen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
        ring: ringed.some(shown),
      };
    });
    if (!stop) break;
    expect(stop.onScreen, `${stop.tag} "${stop.name}" is on the screen`).toBe(true);
    const ring = stop.ring || (await focusIsDrawn(page));
    expect(ring, `${stop.tag} "${stop.name}" has a ring`).toBe(true);
    seen.push(stop.name);
  }
  expect(seen.length).toBeGreaterThan(8);
});

test("single keys can be switched off", async ({ gallery, page }) => {
  await gallery.openGrid();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard" });
  await help.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await gallery.cell(0).focus();
  await page.keyboard.press("/");
  await expect(gallery.search).not.toBeFocused();
  await page.keyboard.press("?");
  await expect(help).toBeHidden();
});

/** Presses Tab until this is focused. */
async function tabTo(page: Page, focused: Locator): Promise<void> {
  for (let step = 0; step < 150; step++) {
    await page.keyboard.press("Tab");
    if ((await focused.count()) > 0) return;
  }
  throw new Error(`Tab never reaches ${focused}`);
}

/** Whether the focus changes what is drawn: rings on parts of a control have no style to ask. */
async function focusIsDrawn(page: Page): Promise<boolean> {
  const active = (await page.evaluateHandle(() => document.activeElement)).asElement();
  const box = await active?.boundingBox();
  if (!active || !box) return false;
  const clip = { x: box.x - 8, y: box.y - 8, width: box.width + 16, height: box.height + 16 };
  const focused = await page.screenshot({ clip, animations: "disabled" });
  await active.evaluate((element) => (element as HTMLElement).blur());
  const plain = await page.screenshot({ clip, animations: "disabled" });
  await active.evaluate((element) => (element as HTMLElement).focus());
  return !focused.equals(plain);
}
