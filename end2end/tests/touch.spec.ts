// The same gallery under fingers: tap, rest, swipe, and targets that a finger hits.

import type { CDPSession, Locator, Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import { number } from "./gallery.ts";

class Finger {
  private constructor(private readonly session: CDPSession) {}

  static async on(page: Page): Promise<Finger> {
    return new Finger(await page.context().newCDPSession(page));
  }

  async down(x: number, y: number): Promise<void> {
    await this.send("touchStart", [{ x, y }]);
  }

  async move(x: number, y: number): Promise<void> {
    await this.send("touchMove", [{ x, y }]);
  }

  async up(): Promise<void> {
    await this.send("touchEnd", []);
  }

  /** Two fingers beside a point, moved apart or together. */
  async pinch([x, y]: [number, number], from: number, to: number): Promise<void> {
    const both = (apart: number) => [
      { x: x - apart / 2, y, id: 0 },
      { x: x + apart / 2, y, id: 1 },
    ];
    await this.send("touchStart", [both(from)[0]!]);
    await this.send("touchStart", both(from));
    for (let step = 1; step <= 10; step++) {
      await this.send("touchMove", both(from + ((to - from) * step) / 10));
    }
    await this.send("touchEnd", []);
  }

  private async send(
    type: "touchStart" | "touchMove" | "touchEnd",
    touchPoints: { x: number; y: number; id?: number }[],
  ): Promise<void> {
    await this.session.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}

async function middle(of: Locator): Promise<[number, number]> {
  const box = await of.boundingBox();
  if (!box) throw new Error("nothing to touch");
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test("a tap opens, and swiping goes on", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.cell(1).tap();
  await expect(gallery.counter()).toHaveText(`2 of ${total}`);
  await expect(gallery.lightbox.locator("img.stage-picture")).toHaveAttribute("src", /original$/);
  const stage = await gallery.lightbox.locator(".stage").boundingBox();
  if (!stage) throw new Error("the stage has no box");
  const [y, far] = [stage.y + stage.height / 2, stage.x + stage.width * 0.8];
  const finger = await Finger.on(page);
  await finger.down(far, y);
  for (let step = 1; step <= 8; step++) await finger.move(far - step * stage.width * 0.08, y);
  await finger.up();
  await expect(gallery.counter()).toHaveText(`3 of ${total}`);
});

test("a finger decides: to the right is kept, to the left is not, down takes it back", async ({ gallery, page }) => {
  await gallery.open("/cull");
  await expect(page.locator(".cull img.stage-picture")).toHaveAttribute("src", /original$/);
  const stage = await page.locator(".cull .stage").boundingBox();
  if (!stage) throw new Error("the stage has no box");
  const middle: [number, number] = [stage.x + stage.width / 2, stage.y + stage.height / 3];
  const finger = await Finger.on(page);
  const swipe = async (dx: number, dy: number): Promise<void> => {
    await finger.down(...middle);
    for (let step = 1; step <= 8; step++) {
      await finger.move(middle[0] + (dx * step) / 8, middle[1] + (dy * step) / 8);
    }
    await finger.up();
  };
  const decided = page.locator(".round-told");
  await swipe(160, 0);
  await expect(decided).toHaveText("1 approved, 0 rejected");
  await swipe(-160, 0);
  await expect(decided).toHaveText("1 approved, 1 rejected");
  await expect(page.locator(".round-place")).toHaveText(/^3 of/);
  await swipe(0, 160);
  await expect(decided).toHaveText("1 approved, 0 rejected");
  await swipe(0, 160);
  await expect(decided).toHaveText("0 approved, 0 rejected");
  await expect(page.locator(".round-place")).toHaveText(/^1 of/);
});

test.describe("without a network", () => {
  test.use({ allowed: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

  test("what a finger decides waits, and arrives when there is one again", async ({
    context,
    gallery,
    page,
    server,
  }) => {
    await gallery.open("/cull");
    await expect(page.locator(".cull img.stage-picture")).toHaveAttribute("src", /original$/);
    await context.setOffline(true);
    const waiting = page.getByRole("status").getByText(/^\d+ waiting$/);
    await page.getByRole("button", { name: "Reject" }).tap();
    await expect(waiting).toHaveText("1 waiting");
    await page.getByRole("button", { name: "Take back" }).tap();
    await expect(waiting).toHaveText("2 waiting");
    const pill = await waiting.boundingBox();
    const tools = await page.locator(".round-head").boundingBox();
    expect(pill?.y ?? 0).toBeGreaterThanOrEqual((tools?.y ?? 0) + (tools?.height ?? 0));
    await context.setOffline(false);
    await expect(waiting).toHaveCount(0, { timeout: 20_000 });
    const [last] = await server.ask<{ undoes: string | null }[]>("judge/operations", { before: null, of: null });
    expect(last?.undoes).toBeTruthy();
  });
});

test.describe("an original that cannot be reached", () => {
  test.use({ allowed: [/original|503/] });

  test("says so without covering the way on", async ({ gallery, page }) => {
    await page.route(/\/original$/, (route) => route.fulfill({ status: 503 }));
    await gallery.openGrid("/?format=png");
    const total = await gallery.total();
    await gallery.cell(1).tap();
    const note = gallery.lightbox.getByText("The original file cannot be reached just now");
    await expect(note).toBeVisible();
    const said = await note.boundingBox();
    for (const name of ["Previous picture", "Next picture"]) {
      const arrow = await gallery.lightbox.getByRole("link", { name }).boundingBox();
      if (!said || !arrow) throw new Error("nothing to compare");
      const apart = said.y + said.height <= arrow.y || arrow.y + arrow.height <= said.y;
      expect(apart, name).toBe(true);
    }
    await gallery.lightbox.getByRole("link", { name: "Next picture" }).tap();
    await expect(gallery.counter()).toHaveText(`3 of ${total}`);
  });
});

test("a finger that rests selects, then taps select", async ({ gallery, page }) => {
  await gallery.openGrid();
  const finger = await Finger.on(page);
  await finger.down(...(await middle(gallery.cell(0))));
  await gallery.selected(1);
  await finger.up();
  await expect(gallery.lightbox).toBeHidden();
  await gallery.cell(1).tap();
  await gallery.selected(2);
  await gallery.cell(0).tap();
  await gallery.selected(1);
  await gallery.toolbar.getByRole("button", { name: "Select nothing" }).tap();
  await expect(gallery.toolbar).toBeHidden();
  await gallery.cell(0).tap();
  await expect(gallery.lightbox).toBeVisible();
});

test("a finger that rests and then moves selects a run", async ({ gallery, page }) => {
  await gallery.openGrid();
  const columns = await gallery.columns();
  const finger = await Finger.on(page);
  const [x, y] = await middle(gallery.cell(0));
  await finger.down(x, y);
  await gallery.selected(1);
  const [tox, toy] = await middle(gallery.cell(columns + 1));
  for (let step = 1; step <= 6; step++) {
    await finger.move(x + ((tox - x) * step) / 6, y + ((toy - y) * step) / 6);
  }
  await gallery.selected(columns + 2);
  const [backx, backy] = await middle(gallery.cell(1));
  await finger.move(backx, backy);
  await gallery.selected(2);
  // At the lower edge the grid scrolls along.
  await finger.move(backx, (await page.locator(".grid").boundingBox().then((box) => box!.y + box!.height)) - 6);
  const count = () => page.locator(".selection-count").innerText().then(number);
  await expect.poll(count, { timeout: 15_000 }).toBeGreaterThan(60);
  await finger.up();
  await expect(gallery.lightbox).toBeHidden();
});

test("two fingers change the size of the pictures, not of the page", async ({ gallery, page }) => {
  await gallery.openGrid();
  const before = await gallery.columns();
  const box = (await page.locator(".grid").boundingBox())!;
  const centre: [number, number] = [box.x + box.width / 2, box.y + box.height / 2];
  const finger = await Finger.on(page);
  await finger.pinch(centre, 60, 150);
  await expect.poll(() => gallery.columns()).toBeLessThan(before);
  const fewer = await gallery.columns();
  await finger.pinch(centre, 180, 60);
  await expect.poll(() => gallery.columns()).toBeGreaterThan(fewer);
  expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
  await expect(gallery.lightbox).toBeHidden();
  await expect(gallery.toolbar).toBeHidden();
});

test("filters open, narrow and close", async ({ gallery, page }) => {
  await gallery.openGrid();
  const all = await gallery.total();
  const sheet = page.viewportSize()!.width < 900;
  if (sheet) await page.getByRole("button", { name: "Filters" }).tap();
  await expect(gallery.filters).toBeVisible();
  const row = await gallery.row("model");
  await gallery.filters.locator("label.facet-row", { has: page.locator(`[value="${row.value}"]`) }).first().tap();
  await expect(row.box).toBeChecked();
  if (sheet) {
    await gallery.filters.getByRole("button", { name: "Done" }).tap();
    await expect(gallery.filters).toBeHidden();
  }
  await gallery.expectTotal(row.count);
  expect(row.count).toBeLessThan(all);
});

test("the list has rows for a finger, on a phone of two lines", async ({ gallery, page }) => {
  await gallery.openList("/?view=list&has=prompt");
  const row = gallery.line(0);
  const name = await row.getByRole("link").boundingBox();
  const prompt = await row.getByRole("cell").nth(1).boundingBox();
  const date = await row.getByRole("cell").last().boundingBox();
  if (!name || !prompt || !date) throw new Error("the row has no boxes");
  expect(prompt.y).toBeGreaterThanOrEqual(name.y + name.height - 1);
  if (page.viewportSize()!.width < 600) expect(date.y).toBeLessThan(prompt.y);
  const finger = await Finger.on(page);
  await finger.down(...(await middle(row)));
  await gallery.selected(1);
  await finger.up();
  await gallery.line(1).tap();
  await gallery.selected(2);
  await expect(gallery.line(1).getByRole("checkbox")).toBeChecked();
});

test("what can be touched is large enough for a finger", async ({ gallery, page }) => {
  await gallery.openGrid();
  const small = await page.locator("header button:visible, header a:visible").evaluateAll((all) =>
    all
      .map((element) => {
        const { width, height } = element.getBoundingClientRect();
        const name = element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "";
        return { name, width: Math.round(width), height: Math.round(height) };
      })
      .filter(({ width, height }) => width < 44 || height < 44),
  );
  expect(small).toEqual([]);
});

test("nothing sticks out to the side", async ({ gallery, page }) => {
  const pages = ["/problems", "/jobs", "/folders", "/inspect", "/keep-rate", "/overview"];
  for (const address of ["/", "/?q=light", "/?view=list", ...pages]) {
    await gallery.open(address);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over, address).toBeLessThanOrEqual(0);
  }
});
