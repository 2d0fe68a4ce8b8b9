// The result as a list: the same pictures, keys and selection as the grid, in a table.

import { expect, test } from "./fixtures.ts";

test("grid and list are links to each other, and the place stays", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.scrubber.focus();
  await page.keyboard.press("End");
  await expect(gallery.cell(total - 1)).toBeInViewport();
  const seen = await page.evaluate(() => {
    const scroller = document.querySelector(".grid")!.getBoundingClientRect();
    const cells = [...document.querySelectorAll<HTMLElement>("[role=gridcell]")];
    return cells.find((cell) => cell.getBoundingClientRect().top >= scroller.top - 1)?.dataset.p;
  });
  await page.getByRole("link", { name: "List" }).click();
  await expect(page).toHaveURL(/[?&]view=list/);
  await expect(gallery.list).toBeVisible();
  await expect(gallery.line(Number(seen))).toBeInViewport();
  await expect(page.getByRole("link", { name: "List" })).toHaveAttribute("aria-current", "true");
  await page.getByRole("link", { name: "Grid" }).click();
  await expect(page).not.toHaveURL(/view=list/);
  await expect(gallery.cell(Number(seen))).toBeInViewport();
  await page.goBack();
  await expect(gallery.list).toBeVisible();
});

test("a row says what its picture is and how it was made", async ({ gallery }) => {
  await gallery.openList("/?view=list&tool=comfyui&has=prompt&sort=name");
  const row = gallery.line(0);
  const name = await row.getByRole("link").innerText();
  expect(name).toMatch(/\.\w+$/);
  const cells = await row.getByRole("cell").allInnerTexts();
  const [, prompt, model, sampler, seed, size, date] = cells;
  expect(prompt!.length).toBeGreaterThan(10);
  expect(model).not.toBe("");
  expect(sampler).not.toBe("");
  expect(seed).toMatch(/^\d+$/);
  expect(size).toMatch(/^\d+ × \d+$/);
  expect(date).toMatch(/^\d+ \w+ \d{4}$/);
  await row.getByRole("link").click();
  await expect(gallery.lightbox.locator(".inspector-name")).toHaveText(name);
});

test("only rows in view exist, and the last one is reached", async ({ gallery, page }) => {
  await gallery.openList();
  const total = await gallery.total();
  await expect(gallery.list).toHaveAttribute("aria-rowcount", String(total + 1));
  await gallery.line(0).getByRole("link").focus();
  await page.keyboard.press("End");
  await expect(gallery.line(total - 1).getByRole("link")).toBeFocused();
  await expect(gallery.line(total - 1).getByRole("cell").nth(5)).toHaveText(/×/);
  expect(await gallery.list.getByRole("row").count()).toBeLessThan(40);
  const elements = await gallery.list.evaluate((list) => list.querySelectorAll("*").length);
  expect(elements).toBeLessThan(450);
});

test("the keys of the grid work: move, select, open, come back", async ({ gallery, page }) => {
  await gallery.openList();
  await gallery.line(0).getByRole("link").focus();
  await page.keyboard.press("ArrowDown");
  await expect(gallery.line(1).getByRole("link")).toBeFocused();
  await page.keyboard.press("Space");
  await gallery.selected(1);
  await expect(gallery.line(1).getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("Shift+ArrowDown");
  await gallery.selected(2);
  await page.keyboard.press("Enter");
  await expect(gallery.counter()).toHaveText(/^3 of /);
  await page.keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveText(/^4 of /);
  await page.keyboard.press("Escape");
  await expect(gallery.line(3).getByRole("link")).toBeFocused();
  await gallery.selected(2);
});

test("boxes tick one, Shift a range, and the grid shows the same selection", async ({
  gallery,
  page,
}) => {
  await gallery.openList();
  const box = (position: number) => gallery.line(position).getByRole("checkbox");
  await box(1).click();
  await expect(box(1)).toBeChecked();
  await gallery.selected(1);
  await box(4).click({ modifiers: ["Shift"] });
  await gallery.selected(4);
  await expect(box(3)).toBeChecked();
  await box(3).click();
  await expect(box(3)).not.toBeChecked();
  await gallery.selected(3);
  await page.getByRole("link", { name: "Grid" }).click();
  await expect(gallery.cell(4)).toHaveAttribute("aria-selected", "true");
  await expect(gallery.cell(3)).toHaveAttribute("aria-selected", "false");
});

test("filters and orders keep the list", async ({ gallery, page }) => {
  await gallery.openList();
  const all = await gallery.total();
  await gallery.search.fill("light");
  await gallery.otherTotal(all);
  await expect(page).toHaveURL(/view=list/);
  await expect(gallery.line(0).getByRole("link")).toBeVisible();
});
