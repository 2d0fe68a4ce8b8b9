// Deciding on one picture after the other.

import type { Locator, Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import type { Server } from "./server.ts";

interface Card {
  id: string;
  name: string;
}

/** Takes every verdict back. */
async function reset(server: Server): Promise<void> {
  const all = { all_but: { result: "0".repeat(26), query: "", except: [] } };
  await server.ask("judge/set", { selection: all, edit: { verdict: "undecided" } });
}

/** How many pictures a query finds, and the first of them. */
async function found(server: Server, filter: object[]): Promise<{ total: number; cards: Card[] }> {
  const query = { words: [], filters: filter, sort: { first: { key: "date", descending: true }, then: [] } };
  const page = await server.ask<{ head: { total: number }; page: { cards: Card[] } }>("search/first_page", {
    query: { ...query, view: "grid", image: null, at: null, unknown: [] },
    len: 100,
  });
  return { total: page.head.total, cards: page.page.cards };
}

async function openCull(page: Page, address = "/cull"): Promise<void> {
  await page.goto(address);
  await expect(page.locator("html[data-hydrated]")).toBeAttached({ timeout: 20_000 });
  await expect(page.locator(".cull img.stage-picture, .cull-end")).toBeVisible();
}

const place = (page: Page): Locator => page.locator(".round-place");
const decided = (page: Page): Locator => page.locator(".round-told");
const shown = (page: Page): Promise<string | null> =>
  page.locator(".cull img.stage-picture").getAttribute("src");

test.beforeEach(({ server }) => reset(server));
test.afterEach(({ server }) => reset(server));

test("a hundred pictures are decided with a key each", async ({ page, server }) => {
  await openCull(page);
  const total = Number(/of ([\d,]+)/.exec(await place(page).innerText())?.[1]);
  expect(total).toBeGreaterThan(100);
  for (let picture = 1; picture <= 100; picture++) {
    await page.keyboard.press(picture % 5 === 0 ? "p" : "x");
    await expect(place(page)).toHaveText(`${picture + 1} of ${total}`);
  }
  await expect(decided(page)).toHaveText("20 approved, 80 rejected");
  const state = (word: string) => [{ field: "state", any: [{ not: false, atom: { text: word } }] }];
  await expect.poll(async () => (await found(server, state("approved"))).total).toBe(20);
  await expect.poll(async () => (await found(server, state("rejected"))).total).toBe(80);
});

test("the next picture is decoded before it is asked for", async ({ page }) => {
  await openCull(page);
  // Whatever is shown right after the key is the original, not a preview of it.
  for (let picture = 0; picture < 4; picture++) {
    const own = await shown(page);
    await expect.poll(() => shown(page)).toMatch(/original$/);
    await page.waitForLoadState("networkidle");
    await page.keyboard.press("ArrowRight");
    expect(await shown(page)).toMatch(/original$/);
    expect(await shown(page)).not.toBe(own);
  }
});

test("taking back goes to where it was done", async ({ page }) => {
  await openCull(page);
  const first = await shown(page);
  await page.keyboard.press("p");
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowRight");
  await expect(place(page)).toHaveText(/^4 of/);
  await page.keyboard.press("Control+z");
  await expect(place(page)).toHaveText(/^2 of/);
  await expect(decided(page)).toHaveText("1 approved, 0 rejected");
  await page.keyboard.press("Control+z");
  await expect(place(page)).toHaveText(/^1 of/);
  await expect(decided(page)).toHaveText("0 approved, 0 rejected");
  await expect.poll(() => shown(page)).toBe(first);
  const approve = page.getByRole("button", { name: "Approve" });
  await expect(approve).toHaveAttribute("aria-pressed", "false");
});

test("stars stay on the picture, and going on by itself can be switched off", async ({ page }) => {
  await openCull(page);
  await page.keyboard.press("4");
  await expect(page.getByRole("button", { name: "4 stars" })).toHaveAttribute("aria-pressed", "true");
  await expect(place(page)).toHaveText(/^1 of/);
  await page.keyboard.press("Control+z");
  await expect(page.getByText(/^Taken back: Gave 4 stars/)).toBeVisible();
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("Shift+A");
  await page.keyboard.press("p");
  await expect(page.getByRole("button", { name: "Approve" })).toHaveAttribute("aria-pressed", "true");
  await expect(place(page)).toHaveText(/^1 of/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("c");
  await expect(page.getByText("The picture before", { exact: true })).toBeVisible();
  await page.keyboard.press("c");
  await expect(page.getByText("The picture before", { exact: true })).toHaveCount(0);
});

test("one of a stack is kept and the others are rejected in one step", async ({ page, server }) => {
  const all = await found(server, []);
  let stack: Card[] = [];
  for (const card of all.cards) {
    stack = await server.ask<Card[]>("judge/stack", { image: card.id });
    if (stack.length > 2) break;
  }
  expect(stack.length).toBeGreaterThan(2);
  const names = stack.map((card) => card.name).join(",");
  await openCull(page, `/cull?name=${names}`);
  await expect(place(page)).toHaveText(`1 of ${stack.length}`);
  const offer = page.getByRole("button", { name: `Keep this one of ${stack.length}` });
  await expect(offer).toBeVisible();
  await page.keyboard.press("k");
  await expect(page.getByRole("heading", { name: "All decided" })).toBeVisible();
  const said = `1 approved, ${stack.length - 1} rejected`;
  await expect(decided(page)).toHaveText(said);
  await page.keyboard.press("Control+z");
  await expect(decided(page)).toHaveText("0 approved, 0 rejected");
  await expect(place(page)).toHaveText(`1 of ${stack.length}`);
});

test("the end says what came of it and what to do next", async ({ gallery, page, server }) => {
  const names = (await found(server, [])).cards.slice(0, 3).map((card) => card.name);
  await openCull(page, `/cull?name=${names.join(",")}`);
  await page.keyboard.press("p");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("x");
  const end = page.getByRole("region", { name: "The end" });
  await expect(end.getByText("1 approved, 1 rejected; 1 picture is left undecided.")).toBeVisible();
  await end.getByRole("button", { name: "Go through the 1 undecided again" }).click();
  await expect(place(page)).toHaveText("1 of 1");
  await page.keyboard.press("p");
  await expect(end.getByRole("heading")).toHaveText("All decided");
  await end.getByRole("link", { name: /^See the/ }).click();
  await gallery.expectTotal(2);
});

test("nothing to decide is told, and the way back keeps the filter", async ({ gallery, page }) => {
  await openCull(page, "/cull?state=approved&q=light");
  await expect(page.getByRole("heading", { name: "Nothing is left to decide" })).toBeVisible();
  await page.keyboard.press("Escape");
  await gallery.alive();
  await expect(page).toHaveURL(/\/\?q=light$/);
});

test("the library leads to it with its filter", async ({ gallery, page }) => {
  await gallery.openGrid("/?q=light");
  await page.getByRole("link", { name: "Cull", exact: true }).click();
  await expect(page).toHaveURL(/\/cull\?q=light$/);
  await expect(place(page)).toHaveText(/^1 of/);
});

test("what goes into the trash meanwhile keeps its place, and comes back", async ({ page, server }) => {
  await openCull(page);
  const total = Number(/of ([\d,]+)/.exec(await place(page).innerText())?.[1]);
  const first = await shown(page);
  await page.keyboard.press("Delete");
  await expect(place(page)).toHaveText(`2 of ${total}`);
  await page.keyboard.press("x");
  await expect(decided(page)).toHaveText("0 approved, 1 rejected, 1 put away");
  const trashed = [{ field: "is", any: [{ not: false, atom: { has: "trashed" } }] }];
  await expect.poll(async () => (await found(server, trashed)).total).toBe(1);
  // Nothing began anew: the third picture of the same round is shown.
  await expect(place(page)).toHaveText(`3 of ${total}`);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(decided(page)).toHaveText("0 approved, 0 rejected");
  await expect.poll(() => shown(page)).toBe(first);
  await expect.poll(async () => (await found(server, trashed)).total).toBe(0);
});
