// Words: half typed, excluded, offered as filters, without any result.

import { expect, test } from "./fixtures.ts";

test("half a word narrows the result while it is typed", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await page.keyboard.press("/");
  await expect(gallery.search).toBeFocused();
  await page.keyboard.type("harmonogr");
  const found = await gallery.otherTotal(all);
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(all);
  await expect(page).toHaveURL(/[?&]q=harmonogr/);
  await expect(gallery.cell(0)).toHaveAccessibleName(new RegExp(`^Image 1 of ${found}, `));
});

test("a word and its exclusion make up the whole", async ({ gallery }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.openGrid("/?q=light");
  const found = await gallery.total();
  await gallery.openGrid("/?q=-light");
  expect(found + (await gallery.total())).toBe(all);
});

test("a phrase asks for more than its words", async ({ gallery }) => {
  await gallery.openGrid("/?q=amber%20teal");
  const words = await gallery.total();
  await gallery.openGrid("/?q=%22teal%20and%20amber%22");
  expect(await gallery.total()).toBeLessThanOrEqual(words);
});

test("words of any script are found", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.search.fill("構図");
  const found = await gallery.otherTotal(all);
  expect(found).toBeGreaterThan(0);
  await expect(gallery.cell(0)).toHaveAccessibleName(/[\u3040-\u30ff\u4e00-\u9fff]/);
  await page.getByRole("button", { name: "Clear the search" }).click();
  await gallery.expectTotal(all);
});

test("a checkpoint is offered and becomes a filter", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.search.pressSequentially("auroraX");
  const offers = page.getByRole("listbox", { name: "Filters that match" });
  const offer = offers.getByRole("option", { name: /auroraXL_v4/ }).first();
  await expect(offer).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(offer).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]model=auroraXL_v4/i);
  await expect(gallery.chips.getByRole("link", { name: /^Remove .*auroraXL_v4/ })).toBeVisible();
  expect(await gallery.otherTotal(all)).toBeGreaterThan(0);
  await expect(gallery.search).toHaveValue("");
});

test("a field and a value become a chip on Enter", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.search.fill("steps:20..30 -blurred");
  await gallery.search.press("Enter");
  await gallery.otherTotal(all);
  await expect(page).toHaveURL(/[?&]steps=20\.\.30/);
  await expect(gallery.chips.getByRole("link")).not.toHaveCount(0);
});

test("an empty result says which filter to drop", async ({ gallery, page }) => {
  await gallery.open("/?q=harmonograph%20zzzzqqq");
  await expect(page.getByRole("heading", { name: "No picture matches all of this" })).toBeVisible();
  const drop = page.getByRole("link", { name: /^Without .*zzzzqqq.*\d+ pictures?/ });
  await expect(drop).toBeVisible();
  await drop.click();
  await expect(gallery.cell(0)).toBeVisible();
  expect(await gallery.total()).toBeGreaterThan(0);
});

test("what is not understood is a grey chip and no error", async ({ gallery }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.openGrid("/?nonsense=1&steps=abc");
  await gallery.expectTotal(all);
  await expect(gallery.chips.getByRole("link")).not.toHaveCount(0);
});
