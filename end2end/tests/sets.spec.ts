// Photosets: pictures that belong together, in an order of their own.

import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";
import type { Server } from "./server.ts";

interface SetCount {
  id: string;
  set: { name: string };
  pictures: number;
}

const all = (server: Server): Promise<SetCount[]> => server.ask("sets/list", {});

/** Takes every photoset away. */
async function reset(server: Server): Promise<void> {
  for (const { id } of await all(server)) await server.ask("sets/delete", { id });
}

test.beforeEach(({ server }) => reset(server));
test.afterEach(({ server }) => reset(server));

/** Puts pictures into a photoset of a name by keys alone. */
async function group(gallery: GalleryPage, page: Page, from: number, to: number, name: string): Promise<void> {
  await gallery.cell(from).focus();
  await page.keyboard.press("Space");
  for (let step = from; step < to; step++) await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(to - from + 1);
  await page.keyboard.press("b");
  const dialog = page.getByRole("dialog", { name: /^Photosets of/ });
  await expect(dialog).toBeVisible();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("status")).toHaveText(new RegExp(`“${name}” of ${to - from + 1} pictures?`));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
}

const panel = (gallery: GalleryPage, name: string) =>
  gallery.filters.getByRole("region", { name: "Photosets" }).getByRole("link", { name: new RegExp(name) });

/** The names of the first pictures. */
async function names(gallery: GalleryPage, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let position = 0; position < count; position++) {
    const name = (await gallery.cell(position).getAttribute("aria-label")) ?? "";
    names.push(name.replace(/^.*? of [\d,]+, /, ""));
  }
  return names;
}

test("B and a name make a photoset, by keys alone, and its line leads to its pictures", async ({ gallery, page }) => {
  await gallery.openGrid();
  const first = await names(gallery, 3);
  await group(gallery, page, 0, 2, "Oslo");
  const line = panel(gallery, "Oslo");
  await expect(line).toContainText("3");
  await line.click();
  await gallery.expectTotal(3);
  await expect(page.getByRole("heading", { name: "Oslo" })).toBeVisible();
  await expect(page).toHaveURL(/set=oslo-/);
  expect(await names(gallery, 3)).toEqual(first);
  // Its own filters narrow it.
  await gallery.search.fill("zzzzqqq");
  await expect(page.locator(".empty")).toBeVisible();
});

test("what was put in is taken back with Ctrl+Z", async ({ gallery, page, server }) => {
  await gallery.openGrid();
  await group(gallery, page, 0, 1, "Bergen");
  await expect(panel(gallery, "Bergen")).toBeVisible();
  await gallery.cell(0).focus();
  await page.keyboard.press("Control+z");
  await expect(panel(gallery, "Bergen")).toBeHidden();
  expect(await all(server)).toEqual([]);
  await page.keyboard.press("Control+Shift+z");
  await expect(panel(gallery, "Bergen")).toContainText("2");
});

test("the order is changed by keys and by mouse, and stays", async ({ gallery, page }) => {
  await gallery.openGrid();
  await group(gallery, page, 0, 3, "Ordered");
  await panel(gallery, "Ordered").click();
  await gallery.expectTotal(4);
  const [a, b, c, d] = await names(gallery, 4);
  await gallery.cell(3).focus();
  await page.keyboard.press("Alt+Shift+ArrowLeft");
  await expect.poll(() => names(gallery, 4)).toEqual([a, b, d, c]);
  await expect(gallery.cell(2)).toBeFocused();
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect.poll(() => names(gallery, 4)).toEqual([a, b, c, d]);
  // The last one before the first one.
  const from = await gallery.cell(3).boundingBox();
  const to = await gallery.cell(0).boundingBox();
  if (!from || !to) throw new Error("no cells");
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await page.mouse.move(to.x + 8, to.y + to.height / 2, { steps: 3 });
  await expect(page.locator(".carry-line")).toBeVisible();
  await page.mouse.up();
  await expect.poll(() => names(gallery, 4)).toEqual([d, a, b, c]);
  await expect(gallery.lightbox).toBeHidden();
  await page.reload();
  await gallery.alive();
  await expect.poll(() => names(gallery, 4)).toEqual([d, a, b, c]);
});

test("a picture is carried into a photoset by mouse, and taken out by a button", async ({ gallery, page }) => {
  await gallery.openGrid();
  await group(gallery, page, 0, 0, "Target");
  const line = panel(gallery, "Target");
  await expect(line).toContainText("1");
  const from = await gallery.cell(2).boundingBox();
  const to = await line.boundingBox();
  if (!from || !to) throw new Error("no places");
  await page.mouse.move(from.x + 40, from.y + 40);
  await page.mouse.down();
  await page.mouse.move(to.x + 40, to.y + to.height / 2, { steps: 6 });
  await expect(page.locator(".carry-box")).toBeVisible();
  await page.mouse.up();
  await expect(line).toContainText("2");
  await line.click();
  await gallery.expectTotal(2);
  await gallery.cell(1).focus();
  await page.keyboard.press("Space");
  await gallery.toolbar.getByRole("button", { name: "Take out of the photoset" }).click();
  await gallery.expectTotal(1);
});

test("a filter is kept as a smart photoset, which is always current", async ({ gallery, page, server }) => {
  const library = { all_but: { result: "0".repeat(26), query: "", except: [] } };
  await server.ask("judge/set", { selection: library, edit: { rating: 0 } });
  await gallery.open("/?rating=5");
  await gallery.filters.getByRole("button", { name: /New photoset/ }).click();
  const dialog = page.getByRole("dialog", { name: "New photoset" });
  await dialog.getByLabel("Name", { exact: true }).fill("Best");
  await expect(dialog.getByRole("radio", { name: /Smart photoset/ })).toBeChecked();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(panel(gallery, "Best")).toBeVisible();
  const ids = await server.ask<{ page: { cards: { id: string }[] } }>("search/first_page", {
    query: {
      words: [], filters: [], sort: { first: { key: "date", descending: true }, then: [] },
      view: "grid", image: null, at: null, unknown: [],
    },
    len: 2,
  });
  const these = { these: ids.page.cards.map((card) => card.id) };
  await server.ask("judge/set", { selection: these, edit: { rating: 5 } });
  await expect.poll(async () => (await all(server))[0]?.pictures).toBe(2);
  await server.ask("judge/set", { selection: these, edit: { rating: 0 } });
  await expect.poll(async () => (await all(server))[0]?.pictures).toBe(0);
});

test("what is told of a photoset is edited, and its page lists it", async ({ gallery, page }) => {
  await gallery.openGrid();
  await group(gallery, page, 0, 1, "Plain");
  await panel(gallery, "Plain").click();
  await page.getByRole("button", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit the photoset" });
  await dialog.getByLabel("Name", { exact: true }).fill("Tromsø");
  await dialog.getByLabel("Description").fill("Three nights\nand the sea");
  await dialog.getByLabel("Year").fill("2026");
  await dialog.getByLabel("Source, as an address").fill("javascript:alert(1)");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toContainText("http");
  await dialog.getByLabel("Source, as an address").fill("https://example.org/shoot");
  await dialog.getByLabel(/Credits/).fill("Ada\nGrace");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "Tromsø" })).toBeVisible();
  await expect(page.locator(".set-facts")).toContainText("2026");
  await expect(page.locator(".set-facts")).toContainText("Ada, Grace");
  await expect(page.getByRole("link", { name: "example.org" })).toHaveAttribute("href", "https://example.org/shoot");
  // The old address goes on to lead there.
  await expect(page).toHaveURL(/set=plain-/);
  await page.goto("/sets");
  await gallery.alive();
  await page.getByRole("link", { name: /Tromsø/ }).click();
  await gallery.expectTotal(2);
  await page.goto("/history?kind=set");
  await expect(page.getByText("Edited the photoset “Plain”").first()).toBeVisible();
});
