// Two pictures at a time: which one is better, and the order that comes out.

import type { Locator, Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import type { Server } from "./server.ts";

const place = (page: Page): Locator => page.locator(".round-place");
const sides = (page: Page): Locator => page.locator(".duel-side img");

async function startOver(server: Server): Promise<void> {
  await server.ask("duel/start_over", { query: query([]) });
}

function query(filters: object[], key = "date"): object {
  const sort = { first: { key, descending: false }, then: [] };
  return { words: [], filters, sort, view: "grid", image: null, at: null, unknown: [] };
}

async function openDuel(page: Page, address = "/duel"): Promise<void> {
  await page.goto(address);
  await expect(page.locator("html[data-hydrated]")).toBeAttached({ timeout: 20_000 });
  await expect(page.locator(".duel-pair, .duel-end")).toBeVisible();
}

/** The id of each side's picture. */
async function shown(page: Page): Promise<[string, string]> {
  const ids = await sides(page).evaluateAll((images) =>
    images.map((image) => (image as HTMLImageElement).src.split("/media/")[1]?.split("/")[0] ?? ""),
  );
  return [ids[0] ?? "", ids[1] ?? ""];
}

test.beforeEach(({ server }) => startOver(server));
test.afterEach(({ server }) => startOver(server));

test("the best of many are found by keys, and every result can be sorted by it", async ({ page, server }) => {
  await openDuel(page, "/duel?tool=fooocus");
  const total = await server.ask<{ standing: { pictures: number } }>("duel/round", {
    query: query([{ field: "tool", any: [{ not: false, atom: { text: "fooocus" } }] }]),
    asking: [],
  });
  const { pictures } = total.standing;
  expect(pictures).toBeGreaterThan(3);
  // The larger id is the better picture, whatever side it is on.
  let answers = 0;
  while ((await page.locator(".duel-end").count()) === 0) {
    const [left, right] = await shown(page);
    expect(left).not.toBe(right);
    await page.keyboard.press(left > right ? "ArrowLeft" : "ArrowRight");
    answers++;
    await expect
      .poll(async () => (await page.locator(".duel-end").count()) > 0 || !same(await shown(page), [left, right]))
      .toBe(true);
    await expect(page.locator(".duel-pair, .duel-end")).toBeVisible();
    expect(answers).toBeLessThan(pictures * pictures);
  }
  await expect(page.getByRole("heading", { name: /stand in their order/ })).toBeVisible();
  const order = page.locator(".duel-best");
  await expect(order).toHaveCount(Math.min(10, pictures));
  const best = await order.evaluateAll((links) =>
    links.map((link) => (link.querySelector("img") as HTMLImageElement).src.split("/media/")[1]?.split("/")[0]),
  );
  expect(best).toEqual([...best].sort().reverse());

  await page.getByRole("link", { name: "By rank" }).last().click();
  await expect(page).toHaveURL(/sort=rank/);
  await expect(page.locator("[data-p='0'] img").first()).toHaveAttribute("src", new RegExp(`/media/${best[0]}/`));
});

test("an answer is taken back and asked again, by key and by button", async ({ page }) => {
  await openDuel(page);
  const first = await shown(page);
  await expect(place(page)).toHaveText(/^Duel 1, /);
  await page.getByRole("button", { name: /^This one/ }).or(page.locator(".duel-side").first()).first().click();
  await expect(place(page)).toHaveText(/^Duel 2, /);
  const second = await shown(page);
  expect(second).not.toEqual(first);
  await page.keyboard.press("=");
  await expect(place(page)).toHaveText(/^Duel 3, /);
  await page.keyboard.press("Control+z");
  await expect.poll(() => shown(page)).toEqual(second);
  await expect(place(page)).toHaveText(/^Duel 2, /);
  await page.getByRole("button", { name: "Take back" }).click();
  await expect.poll(() => shown(page)).toEqual(first);
  await expect(place(page)).toHaveText(/^Duel 1, /);

  await page.goto("/history?kind=duel");
  await expect(page.getByText("Took back a duel between 2 pictures").first()).toBeVisible();
  await expect(page.getByText("Decided a duel between 2 pictures").first()).toBeVisible();
});

test("quick answers are all taken in, each once", async ({ page, server }) => {
  await openDuel(page);
  for (let answer = 0; answer < 12; answer++) {
    await expect(page.locator(".duel-pair")).toBeVisible();
    await page.keyboard.press(answer % 3 === 0 ? "ArrowRight" : "ArrowLeft");
  }
  const duels = async (): Promise<number> => {
    const told = await server.ask<{ standing: { duels: number } }>("duel/round", { query: query([]), asking: [] });
    return told.standing.duels;
  };
  await expect.poll(duels).toBe(12);
  await page.reload();
  await expect(place(page)).toHaveText(/^Duel 13, /);
});

test("one picture alone needs no duel, and the way back keeps the filter", async ({ page }) => {
  await openDuel(page, "/duel?q=zzzzqqq");
  await expect(page.getByRole("heading", { name: "A duel needs two pictures" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/\?q=zzzzqqq$/);
});

test("a finger chooses, and an upright screen has them one above the other", async ({ page }) => {
  await page.setViewportSize({ width: 420, height: 860 });
  await openDuel(page);
  const [upper, lower] = [page.locator(".duel-side").first(), page.locator(".duel-side").last()];
  const [above, below] = [await upper.boundingBox(), await lower.boundingBox()];
  expect(below?.y ?? 0).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? 0));
  const before = await shown(page);
  await lower.click();
  await expect.poll(() => shown(page)).not.toEqual(before);
});

function same(one: [string, string], other: [string, string]): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
