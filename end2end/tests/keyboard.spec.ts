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
  await keyboard.press("ArrowDown");
  await expect(gallery.grid.locator("[role=gridcell]:focus")).toBeVisible();

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

test("keys go on after a click on a button, and End goes to the end at once", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await page.keyboard.press("End");
  await expect(gallery.cell(all - 1)).toBeFocused();
  await page.keyboard.press("Home");
  await expect(gallery.cell(0)).toBeFocused();
  await page.keyboard.press("Enter");
  await gallery.lightbox.getByRole("link", { name: "Next picture" }).click();
  await expect(gallery.counter()).toHaveText(/^2 of /);
  await page.keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveText(/^3 of /);
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

test.describe("keys that take something from a picture", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });

  const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
  const kinds = (page: Page) =>
    page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => [...item.types]));

  test("work on the focused picture of the grid", async ({ gallery, page }) => {
    await gallery.openGrid("/?tool=comfyui&format=png&has=workflow&has=prompt");
    const said = page.getByRole("status").filter({ has: page.locator(".toast") });
    await page.keyboard.press("w");
    await expect(said).toContainText("Go to a picture with the arrow keys first.");
    await gallery.cell(1).focus();

    await page.keyboard.press("Shift+C");
    await expect(said).toContainText("Prompt copied.");
    const prompt = await copied(page);
    expect(prompt.length).toBeGreaterThan(10);

    await page.keyboard.press("Alt+c");
    await expect(said).toContainText("Prompt and parameters copied.");
    const text = await copied(page);
    expect(text.startsWith(prompt.trim())).toBe(true);
    expect(text).toMatch(/\nSteps: \d+, Sampler: .+, Size: \d+x\d+/);

    const arriving = page.waitForEvent("download");
    await page.keyboard.press("w");
    expect((await arriving).suggestedFilename()).toMatch(/\.workflow\.json$/);
    await expect(said).toContainText("Workflow saved to your downloads.");

    await page.keyboard.press("ControlOrMeta+c");
    await expect(said).toContainText("Picture copied.");
    expect(await kinds(page)).toContain("image/png");
  });

  test("work on the open picture, and leave selected text alone", async ({ gallery, page }) => {
    await gallery.openGrid("/?has=prompt&format=png");
    await gallery.openPicture(0);
    const prompt = gallery.lightbox.locator(".prompt-text").first();
    const text = await prompt.innerText();
    await page.keyboard.press("Alt+c");
    await expect(page.locator(".toast")).toContainText("Prompt and parameters copied.");
    expect((await copied(page)).startsWith(text.trim().slice(0, 40))).toBe(true);
    await page.keyboard.press("ControlOrMeta+c");
    await expect(page.locator(".toast", { hasText: "Picture copied." })).toBeVisible();
    expect(await kinds(page)).toContain("image/png");

    await prompt.evaluate((element) => getSelection()?.selectAllChildren(element));
    await page.keyboard.press("ControlOrMeta+c");
    await expect.poll(() => copied(page)).toBe(text);
  });

  test("say when there is nothing to take", async ({ gallery, page }) => {
    await gallery.openGrid("/?has=-recipe");
    await gallery.cell(0).focus();
    await page.keyboard.press("Shift+C");
    await expect(page.locator(".toast")).toContainText("This file carries no prompt to copy.");
    await page.keyboard.press("w");
    await expect(page.locator(".toast").last()).toContainText("carries no workflow to save.");
  });
});
