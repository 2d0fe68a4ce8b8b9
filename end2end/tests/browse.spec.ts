// The grid: any place at once, by hand and by keys, and nothing jumps.

import { expect, test } from "./fixtures.ts";

test("every picture is in the grid, the newest first", async ({ gallery }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  const rows = Number(await gallery.grid.getAttribute("aria-rowcount"));
  expect(rows).toBe(Math.ceil(total / (await gallery.columns())));
  await expect(gallery.cell(0)).toHaveAccessibleName(new RegExp(`^Image 1 of ${total}, `));
});

test("the scrubber leads to both ends and says where one is", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.scrubber.focus();
  await page.keyboard.press("End");
  await expect(gallery.cell(total - 1)).toBeInViewport();
  await expect(gallery.scrubber).toHaveAttribute("aria-valuetext", /\d+ of \d+/);
  await page.keyboard.press("Home");
  await expect(gallery.cell(0)).toBeInViewport();
});

test("a press on the scrubber flies to that part of the result", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  const track = await gallery.scrubber.boundingBox();
  if (!track) throw new Error("the scrubber has no box");
  await page.mouse.click(track.x + track.width / 2, track.y + track.height / 2);
  const now = () => gallery.scrubber.getAttribute("aria-valuenow").then(Number);
  await expect.poll(now).toBeGreaterThan(total * 0.4);
  expect(await now()).toBeLessThan(total * 0.6);
});

test("the wheel reaches the last picture", async ({ gallery }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.wheelToTheEnd(total, 4000);
});

test("arrow keys, Home and End move the focus", async ({ gallery, page }) => {
  await gallery.openGrid();
  const [total, columns] = [await gallery.total(), await gallery.columns()];
  await gallery.cell(0).focus();
  await page.keyboard.press("ArrowRight");
  await expect(gallery.cell(1)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(gallery.cell(1 + columns)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  await expect(gallery.cell(0)).toBeFocused();
  await page.keyboard.press("End");
  await expect(gallery.cell(total - 1)).toBeFocused();
  await expect(gallery.cell(total - 1)).toBeInViewport();
  await page.keyboard.press("Home");
  await expect(gallery.cell(0)).toBeFocused();
});

test("the focused cell keeps the focus when its picture arrives", async ({ gallery, page }) => {
  await gallery.openGrid();
  const last = gallery.cell((await gallery.total()) - 1);
  const release = await gallery.holdCards();
  await gallery.cell(0).focus();
  await page.keyboard.press("End");
  await expect(last).toBeFocused();
  await expect(last).toHaveAccessibleName(/, loading$/);
  release();
  await expect(last).not.toHaveAccessibleName(/, loading$/);
  await expect(last).toBeFocused();
  await page.keyboard.press("Home");
  await expect(gallery.cell(0)).toBeFocused();
});

test("a picture that is still on its way opens, and is selected, when it comes", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  const last = gallery.cell(total - 1);
  const release = await gallery.holdCards();
  await gallery.cell(0).focus();
  await page.keyboard.press("End");
  await expect(last).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(last).toHaveAccessibleName(/, loading$/);
  await expect(gallery.lightbox).toBeHidden();
  release();
  await expect(gallery.counter()).toHaveText(`${total} of ${total}`);
  await page.keyboard.press("Escape");
  await expect(last).toBeFocused();
  await gallery.selected(1);
});

test("only the focused cell is a tab stop", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.cell(0).focus();
  await page.keyboard.press("ArrowRight");
  await expect(gallery.grid.locator("[tabindex='0']")).toHaveCount(1);
});

test("the size of the pictures changes by slider, keys and wheel", async ({ gallery, page }) => {
  await gallery.openGrid();
  const before = await gallery.columns();
  await gallery.cell(0).focus();
  await page.keyboard.press("[");
  await page.keyboard.press("[");
  await expect.poll(() => gallery.columns()).toBeGreaterThan(before);
  const slider = page.getByRole("slider", { name: "Size of the pictures" });
  await slider.fill("480");
  await expect.poll(() => gallery.columns()).toBeLessThan(before);
  await gallery.cell(0).hover();
  const large = await gallery.columns();
  await page.keyboard.down("Control");
  for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, 100);
  await page.keyboard.up("Control");
  await expect.poll(() => gallery.columns()).toBeGreaterThan(large);
});

test("reloading restores the place", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.scrubber.focus();
  await page.keyboard.press("End");
  await expect(gallery.cell(total - 1)).toBeInViewport();
  await expect(page).toHaveURL(/[?&]at=/);
  await page.reload();
  await gallery.alive();
  await expect(gallery.cell(total - 1)).toBeInViewport();
});

test("the page stays small and nothing shifts while scrolling", async ({ gallery, page }) => {
  await page.addInitScript(() => {
    const shifts = { sum: 0 };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        };
        if (!hadRecentInput) shifts.sum += value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.wheelToTheEnd(total, 1500);
  const seen = await page.evaluate(() => ({
    grid: document.querySelectorAll(".grid *").length,
    page: document.querySelectorAll("*").length,
    shifts: (window as unknown as { shifts: { sum: number } }).shifts.sum,
  }));
  expect(seen.grid).toBeLessThanOrEqual(400);
  expect(seen.page).toBeLessThanOrEqual(1500);
  expect(seen.shifts).toBeLessThanOrEqual(0.02);
});

test("scrolling asks for windows, and once for each picture, never for a cell", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  // What comes when somebody first stirs is here already.
  await page.mouse.move(700, 500);
  await expect(gallery.scrubber).toBeVisible();
  await page.waitForLoadState("networkidle");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await gallery.wheelToTheEnd(total, 1200);
  await page.waitForLoadState("networkidle");
  const questions = asked.filter((path) => path.startsWith("/fn/") && path !== "/fn/roots/progress");
  const pictures = asked.filter((path) => path.startsWith("/media/"));
  // A window brings a hundred cards; the way down may ask for a neighbouring one twice.
  expect(questions.length).toBeLessThanOrEqual(2 * Math.ceil(total / 100) + 2);
  expect(questions.every((path) => path === "/fn/search/window")).toBe(true);
  expect(new Set(pictures).size).toBe(pictures.length);
});

test("whole pictures or filled cells is remembered", async ({ gallery, page }) => {
  await gallery.openGrid();
  const fit = page.getByRole("button", { name: "Show whole pictures" });
  await expect(fit).toHaveAttribute("aria-pressed", "false");
  await fit.click();
  await expect(fit).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await gallery.alive();
  await expect(fit).toHaveAttribute("aria-pressed", "true");
});

test("the theme goes round and is remembered", async ({ gallery, page }) => {
  await gallery.openGrid();
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.getByRole("button", { name: /^Theme: Dark/ }).click();
  await expect(page.getByRole("button", { name: /^Theme: Light/ })).toBeVisible();
  await expect.poll(ground).not.toBe(dark);
  const light = await ground();
  await page.reload();
  await gallery.alive();
  expect(await ground()).toBe(light);
});
