// The page as the server sends it, in a browser that runs no script.

import { expect, test } from "./fixtures.ts";
import { entries, pictures } from "./zip.ts";

const tiles = ".grid-list .tile";

test("the first pictures are there, and the next page follows", async ({ page, gallery }) => {
  await page.goto("/");
  await expect(page.locator(tiles)).toHaveCount(48);
  const total = await gallery.total();
  const first = await page.locator(`${tiles} a`).first().getAttribute("aria-label");
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page).toHaveURL(/[?&]page=2/);
  await expect(page.locator(`${tiles} a`).first()).toHaveAttribute(
    "aria-label",
    new RegExp(`^Image 49 of ${total}, `),
  );
  await page.getByRole("link", { name: "Previous page" }).click();
  await expect(page.locator(`${tiles} a`).first()).toHaveAttribute("aria-label", first ?? "");
});

test("the same pictures are a table, with links and boxes to tick", async ({ page, gallery }) => {
  await page.goto("/?has=prompt");
  await page.getByRole("link", { name: "List" }).click();
  await expect(page).toHaveURL(/[?&]view=list/);
  const rows = gallery.list.locator("tbody").getByRole("row");
  await expect(rows).toHaveCount(48);
  await expect(rows.first().getByRole("cell").nth(5)).toHaveText(/^\d+ × \d+$/);
  for (const index of [0, 3]) await rows.nth(index).getByRole("checkbox").check();
  const arriving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download ticked as ZIP" }).click();
  expect(pictures(entries(await (await arriving).path()))).toHaveLength(2);
  const row = await gallery.row("model");
  await row.box.check();
  await gallery.filters.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/[?&]view=list/);
  await rows.first().getByRole("link").click();
  await expect(gallery.lightbox.locator("img").first()).toBeVisible();
});

test("every thumbnail arrives", async ({ page }) => {
  await page.goto("/");
  const sources = await page.locator(`${tiles} img`).evaluateAll((all) =>
    all.map((image) => (image as HTMLImageElement).src),
  );
  for (const source of sources.slice(0, 12)) {
    const answer = await page.request.get(source);
    expect(answer.headers()["content-type"]).toBe("image/webp");
  }
});

test("searching and filtering are a form", async ({ page, gallery }) => {
  await page.goto("/");
  const all = await gallery.total();
  await gallery.search.fill("light");
  await gallery.search.press("Enter");
  await expect(page).toHaveURL(/[?&]q=light/);
  const found = await gallery.total();
  expect(found).toBeLessThan(all);
  const row = await gallery.row("model");
  await row.box.check();
  await gallery.filters.getByRole("button", { name: "Apply" }).click();
  expect(await gallery.total()).toBe(row.count);
  await gallery.chips.getByRole("link", { name: /^Remove .*light/ }).click();
  expect(await gallery.total()).toBeGreaterThanOrEqual(row.count);
});

test("a picture is a page with its recipe and its neighbours", async ({ page, gallery }) => {
  await page.goto("/?has=prompt");
  await page.locator(`${tiles} a`).nth(1).click();
  await expect(page).toHaveURL(/[?&]image=/);
  await expect(page.getByRole("heading", { name: "Prompt", exact: true })).toBeVisible();
  await expect(gallery.lightbox.locator("img").first()).toBeVisible();
  await gallery.lightbox.getByRole("link", { name: "Next picture" }).click();
  await expect(gallery.counter()).toHaveText(/^3 of /);
  await gallery.lightbox.getByRole("link", { name: "Back to the grid" }).click();
  await expect(page.locator(tiles).first()).toBeVisible();
});

test("ticked pictures come as an archive", async ({ page }) => {
  await page.goto("/?has=prompt");
  for (const index of [0, 2, 5]) await page.locator(`${tiles} input`).nth(index).check();
  const arriving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download ticked as ZIP" }).click();
  const list = entries(await (await arriving).path());
  expect(pictures(list)).toHaveLength(3);
  expect(list.filter((entry) => entry.name.endsWith(".txt"))).toHaveLength(3);
});

test("the other pages say what they can", async ({ page }) => {
  for (const [address, name] of [
    ["/problems", "Problems"],
    ["/folders", "Folders"],
    ["/inspect", "Inspect a file"],
    ["/jobs", "Jobs"],
    ["/keep-rate", "Keep-rate"],
    ["/overview", "Overview"],
  ] as const) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }
});
