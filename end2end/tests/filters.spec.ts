// Facets: counts that tell the truth, and an address that says it all.

import { expect, test, watch } from "./fixtures.ts";
import { GalleryPage } from "./gallery.ts";

test("a ticked checkpoint leaves exactly as many pictures as its count said", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid();
  const all = await gallery.total();
  const row = await gallery.row("model");
  expect(row.count).toBeGreaterThan(0);
  await row.box.check();
  await gallery.expectTotal(row.count);
  expect(row.count).toBeLessThan(all);
  await expect(page).toHaveURL(/[?&]model=/);
});

test("two fields together narrow, and their counts follow", async ({ gallery }) => {
  await gallery.openGrid();
  const model = await gallery.row("model");
  await model.box.check();
  await gallery.expectTotal(model.count);
  await expect
    .poll(async () => (await gallery.row("sampler")).count)
    .toBeLessThanOrEqual(model.count);
  const sampler = await gallery.row("sampler");
  await sampler.box.check();
  await gallery.expectTotal(sampler.count);
});

test("two values of one field add up", async ({ gallery }) => {
  await gallery.openGrid();
  const [first, second] = [await gallery.row("model", 0), await gallery.row("model", 1)];
  await first.box.check();
  await gallery.expectTotal(first.count);
  await gallery.filters.locator(`input[name="any.model"][value="${second.value}"]`).check();
  await gallery.expectTotal(first.count + second.count);
});

test("a property leaves exactly as many pictures as its count said", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.filters.getByText("Properties").click();
  const row = await gallery.row("has");
  expect(row.count).toBeGreaterThan(0);
  await row.box.check();
  await gallery.expectTotal(row.count);
  await expect(page).toHaveURL(/[?&]has=workflow/);
});

test("a colleague with the address sees the same", async ({ gallery, page, browser }) => {
  await gallery.openGrid();
  const row = await gallery.row("lora");
  await row.box.check();
  await gallery.expectTotal(row.count);
  const name = await gallery.cell(0).getAttribute("aria-label");
  const context = await browser.newContext();
  const other = await context.newPage();
  const problems = watch(other);
  const theirs = new GalleryPage(other);
  await theirs.openGrid(page.url());
  expect(await theirs.total()).toBe(row.count);
  await expect(theirs.cell(0)).toHaveAttribute("aria-label", name ?? "");
  expect(problems).toEqual([]);
  await context.close();
});

test("back and forward walk through the filters", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  const row = await gallery.row("tool");
  await row.box.check();
  await gallery.expectTotal(row.count);
  await page.goBack();
  await gallery.expectTotal(all);
  await expect(row.box).not.toBeChecked();
  await page.goForward();
  await gallery.expectTotal(row.count);
  await expect((await gallery.row("tool")).box).toBeChecked();
});

test("a chip takes its filter away", async ({ gallery }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  const row = await gallery.row("sampler");
  await row.box.check();
  await gallery.expectTotal(row.count);
  await gallery.chips.getByRole("link", { name: /^Remove / }).click();
  await gallery.expectTotal(all);
  await expect(gallery.chips).toBeHidden();
});

test("all filters are cleared at once", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.openGrid("/?q=light&steps=1..60");
  await gallery.chips.getByRole("link", { name: "Clear all" }).click();
  await gallery.expectTotal(all);
  await expect(page).not.toHaveURL(/[?&](q|steps)=/);
});

test("the order turns the result around", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  const newest = (await gallery.cell(0).getAttribute("aria-label")) ?? "";
  const caption = newest.replace(/^.*? of [\d,]+, /, "");
  await page.getByRole("combobox", { name: "Order" }).selectOption({ label: "Oldest first" });
  await expect(page).toHaveURL(/[?&]sort=date/);
  await gallery.scrubber.focus();
  await page.keyboard.press("End");
  await expect(gallery.cell(total - 1)).toHaveAccessibleName(`Image ${total} of ${total}, ${caption}`);
});

test("a value of a long list is found by a part of its name", async ({ gallery }) => {
  await gallery.openGrid();
  const find = gallery.filters.getByRole("searchbox", { name: "Find a checkpoint" });
  await find.fill("inkwell");
  const row = gallery.filters.locator('input[name="any.model"][value*="inkwell" i]');
  await expect(row).toBeVisible();
  await row.check();
  await expect(gallery.chips.getByRole("link", { name: /inkwell/i })).toBeVisible();
});

test("the panel folds away and stays away", async ({ gallery, page }) => {
  await gallery.openGrid();
  await expect(gallery.filters).toBeVisible();
  const columns = await gallery.columns();
  await page.keyboard.press("\\");
  await expect(gallery.filters).toBeHidden();
  await expect.poll(() => gallery.columns()).toBeGreaterThan(columns);
  await page.reload();
  await gallery.alive();
  await expect(gallery.filters).toBeHidden();
});

test("an empty result offers to drop what is to blame, and nothing that would not help", async ({
  gallery,
  page,
}) => {
  const hint = page.getByText("Drop one filter to see more:");
  const clear = page.getByRole("link", { name: "Clear all filters" });
  await gallery.open("/?q=zzzzqqq&has=prompt");
  await expect(page.getByRole("link", { name: /^Without “zzzzqqq”/ })).toBeVisible();
  await expect(hint).toBeVisible();
  await gallery.open("/?q=zzzzqqq&model=nothing-like-it");
  await expect(clear).toBeVisible();
  await expect(hint).toBeHidden();
  await clear.click();
  await expect(gallery.cell(0)).toBeVisible();
});
