// Keys that somebody changes: one by one, and whole sets of them.

import type { Locator, Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";

const help = (page: Page): Locator => page.getByRole("dialog", { name: "Keyboard" });

async function openHelp(page: Page): Promise<Locator> {
  await page.keyboard.press("?");
  await expect(help(page)).toBeVisible();
  return help(page);
}

/** Gives a row a key, by keys alone. */
async function assign(page: Page, row: RegExp, key: string): Promise<void> {
  await help(page).getByRole("button", { name: row }).focus();
  await page.keyboard.press("Enter");
  await expect(help(page).getByRole("button", { name: /: Press a key$/ })).toBeVisible();
  await page.keyboard.press(key);
}

test("a key is given to something else, works at once, and is told to whoever lost it", async ({ gallery, page }) => {
  await gallery.openGrid();
  const dialog = await openHelp(page);
  await dialog.getByRole("button", { name: "Change keys" }).click();
  await assign(page, /^Favourite: F$/, "x");
  await expect(dialog.getByRole("status")).toHaveText("X: Favourite. Before it was: Reject.");
  await expect(dialog.getByRole("button", { name: /^Favourite: X$/ })).toBeVisible();
  await expect(dialog.getByRole("button", { name: /^Reject: no key$/ })).toBeVisible();
  await expect(dialog.getByRole("combobox", { name: "Keys" })).toHaveValue("Your own");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  await gallery.cell(0).focus();
  await page.keyboard.press("x");
  await expect(gallery.cell(0)).toHaveAccessibleName(/favourite/);
  // A reload changes nothing about it, and buttons say the key that works.
  await gallery.openGrid();
  await gallery.cell(0).focus();
  await page.keyboard.press("x");
  await expect(gallery.cell(0)).not.toHaveAccessibleName(/favourite/);
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Favourite", exact: true })).toHaveAttribute("title", "Favourite (X)");
  await expect(page.getByRole("button", { name: "Reject", exact: true })).toHaveAttribute("title", "Reject");
});

test("Escape leaves a key as it is, and a changed one goes back", async ({ gallery, page }) => {
  await gallery.openGrid();
  const dialog = await openHelp(page);
  await dialog.getByRole("button", { name: "Change keys" }).click();
  await assign(page, /^Search: \/$/, "Escape");
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("button", { name: /^Search: \/$/ })).toBeVisible();
  await assign(page, /^Search: \/$/, "Shift+S");
  await expect(dialog.getByRole("button", { name: /^Search: Shift\+S$/ })).toBeVisible();
  await dialog.getByRole("button", { name: "As it was: Search" }).click();
  await expect(dialog.getByRole("button", { name: /^Search: \/$/ })).toBeVisible();
  await expect(dialog.getByRole("combobox", { name: "Keys" })).toHaveValue("Proofsheet");
});

test("a whole set of keys is tried, and one's own are still there", async ({ gallery, page }) => {
  await gallery.openGrid();
  let dialog = await openHelp(page);
  await dialog.getByRole("button", { name: "Change keys" }).click();
  await assign(page, /^Favourite: F$/, "q");
  const sets = dialog.getByRole("combobox", { name: "Keys" });
  await sets.selectOption("SmartGallery");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  await gallery.cell(0).focus();
  await page.keyboard.press("x");
  await gallery.selected(1);
  await page.keyboard.press("Escape");
  await gallery.cell(0).focus();
  await page.keyboard.press("1");
  await expect(gallery.cell(0)).toHaveAccessibleName(/approved/);
  await page.keyboard.press("0");
  await expect(gallery.cell(0)).not.toHaveAccessibleName(/approved/);
  await page.keyboard.press("t");
  await expect(gallery.search).toBeFocused();

  await gallery.openGrid();
  dialog = await openHelp(page);
  await sets.selectOption("Your own");
  await expect(dialog.locator(".help-row", { hasText: "Favourite" }).locator("kbd")).toHaveText("Q");
  await sets.selectOption("Proofsheet");
  await expect(dialog.locator(".help-row", { hasText: "Favourite" }).locator("kbd")).toHaveText("F");
});

test("the left hand culls", async ({ page, gallery }) => {
  await gallery.openGrid();
  await openHelp(page);
  await help(page).getByRole("combobox", { name: "Keys" }).selectOption("Left hand");
  await page.goto("/cull");
  await expect(page.locator("html[data-hydrated]")).toBeAttached({ timeout: 20_000 });
  await expect(page.locator(".cull img.stage-picture")).toBeVisible();
  await page.keyboard.press("w");
  await page.keyboard.press("s");
  await expect(page.locator(".round-told")).toHaveText("1 approved, 1 rejected");
  await page.keyboard.press("a");
  await page.keyboard.press("q");
  await expect(page.locator(".round-told")).toHaveText("1 approved, 0 rejected");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(page.locator(".round-told")).toHaveText("0 approved, 0 rejected");
  // The list of keys is one key away here too, and Escape there does not leave the round.
  await page.keyboard.press("?");
  await expect(help(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help(page)).toBeHidden();
  await expect(page).toHaveURL(/\/cull$/);
});
