// The command palette: everything by typing a part of its name.

import { expect, test } from "./fixtures.ts";

test.beforeEach(async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.cell(0).focus();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "What do you want to do?" })).toBeFocused();
});

test("a command is found by a part of its name, shows its key, and acts on the focused picture", async ({
  gallery,
  page,
}) => {
  await page.keyboard.type(">favour");
  const line = page.getByRole("option", { name: /Favourite/ }).first();
  await expect(line).toHaveAttribute("aria-selected", "true");
  await expect(line.locator("kbd")).toHaveText("F");
  await page.keyboard.press("Enter");
  await expect(gallery.cell(0)).toHaveAccessibleName(/favourite/);
  await expect(gallery.cell(0)).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(gallery.cell(0)).not.toHaveAccessibleName(/favourite/);
});

test("a place is gone to, and back leads to the pictures", async ({ gallery, page }) => {
  await page.keyboard.type("/hist");
  await expect(page.getByRole("option", { name: /History/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/history$/);
  await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
  await page.goBack();
  await expect(gallery.cell(0)).toBeVisible();
});

test("a checkpoint becomes a filter", async ({ gallery, page }) => {
  await page.keyboard.press("Escape");
  const row = await gallery.row("model");
  await gallery.cell(0).focus();
  await page.keyboard.press("Control+k");
  await page.keyboard.type(`@${row.value.slice(0, 6)}`);
  const line = page.getByRole("option", { name: new RegExp(row.value.replace(/[.]/g, "\\.")) }).first();
  await line.click();
  await expect(page).toHaveURL(/[?&]model=/);
  await gallery.expectTotal(row.count);
});

test("nothing that fits is said, and Escape leads back", async ({ gallery, page }) => {
  await page.keyboard.type("zzzzqqq");
  await expect(page.getByText("Nothing is called so.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(gallery.cell(0)).toBeFocused();
});
