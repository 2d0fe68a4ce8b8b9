// One picture: keys, zoom, its recipe, and the way back.

import { expect, test } from "./fixtures.ts";
import { number } from "./gallery.ts";

test("opens by click, closes by Escape, and the focus comes back", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.cell(2).click();
  await expect(gallery.lightbox).toBeVisible();
  await expect(page).toHaveURL(/[?&]image=/);
  await expect(gallery.counter()).toHaveText(/^3 of /);
  await page.keyboard.press("Escape");
  await expect(gallery.lightbox).toBeHidden();
  await expect(page).not.toHaveURL(/[?&]image=/);
  await expect(gallery.cell(2)).toBeFocused();
});

test("the original is shown, not only its preview", async ({ gallery }) => {
  await gallery.openGrid();
  await gallery.openPicture(0);
  const picture = gallery.lightbox.locator("img.stage-picture");
  await expect(picture).toHaveAttribute("src", /\/original$/);
  const size = await picture.evaluate((image: HTMLImageElement) => [
    image.naturalWidth,
    Number(image.getAttribute("width")),
  ]);
  expect(size[0]).toBe(size[1]);
});

test("arrows go through the same result, Home and End to its ends", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.openPicture(0);
  await page.keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveText(`2 of ${total}`);
  await page.keyboard.press("ArrowLeft");
  await expect(gallery.counter()).toHaveText(`1 of ${total}`);
  await page.keyboard.press("End");
  await expect(gallery.counter()).toHaveText(`${total} of ${total}`);
  await page.keyboard.press("Home");
  await expect(gallery.counter()).toHaveText(`1 of ${total}`);
  await gallery.lightbox.getByRole("link", { name: "Next picture" }).click();
  await expect(gallery.counter()).toHaveText(`2 of ${total}`);
  await page.keyboard.press("Escape");
  await expect(gallery.cell(1)).toBeFocused();
});

test("going back closes the picture and leaves the grid in place", async ({ gallery, page }) => {
  await gallery.openGrid();
  const address = page.url();
  await gallery.openPicture(1);
  await page.keyboard.press("ArrowRight");
  await page.goBack();
  await expect(gallery.lightbox).toBeHidden();
  expect(page.url()).toBe(address);
});

test("zooms by keys and wheel, and back to the whole picture", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.openPicture(0);
  const percent = gallery.lightbox.locator(".lightbox-percent");
  await expect(percent).toHaveText(/\d+ %/);
  const zoom = async () => number(await percent.innerText());
  const fit = await zoom();
  await page.keyboard.press("+");
  await expect.poll(zoom).toBeGreaterThan(fit);
  await page.keyboard.press("-");
  await expect.poll(zoom).toBe(fit);
  await page.keyboard.press("z");
  await expect.poll(zoom).not.toBe(fit);
  await page.keyboard.press("z");
  await expect.poll(zoom).toBe(fit);
  const stage = await gallery.lightbox.locator(".stage-picture").boundingBox();
  if (!stage) throw new Error("the picture has no box");
  await page.mouse.move(stage.x + stage.width / 2, stage.y + stage.height / 2);
  await page.mouse.wheel(0, -400);
  await expect.poll(zoom).toBeGreaterThan(fit);
});

test("the recipe stands beside it and its prompt is copied", async ({ gallery, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await gallery.openGrid("/?tool=comfyui&has=prompt");
  await gallery.openPicture(0);
  const panel = gallery.lightbox.getByRole("complementary", { name: "About this picture" });
  await expect(panel.getByRole("heading", { name: "Prompt", exact: true })).toBeVisible();
  const prompt = await panel.locator(".prompt-text").first().innerText();
  expect(prompt.length).toBeGreaterThan(10);
  await panel.getByRole("button", { name: "Copy prompt" }).click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toBe(prompt);
  for (const name of ["Seed", "Steps", "Sampler"]) {
    await expect(panel.locator("dt", { hasText: new RegExp(`^${name}$`) }).first()).toBeVisible();
  }
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.keyboard.press("Shift+C");
  await expect.poll(copied).toBe(prompt);
});

test("a parameter is a link that filters", async ({ gallery, page }) => {
  await gallery.openGrid("/?has=prompt");
  await gallery.openPicture(0);
  const panel = gallery.lightbox.getByRole("complementary", { name: "About this picture" });
  const sampler = panel.getByTitle(/^Show pictures with Sampler /).first();
  await sampler.click();
  await expect(gallery.lightbox).toBeHidden();
  await expect(page).toHaveURL(/[?&]sampler=/);
  expect(await gallery.total()).toBeGreaterThan(0);
});

test("raw data unfolds and a workflow is saved", async ({ gallery, page }) => {
  await gallery.openGrid("/?tool=comfyui&format=png&has=workflow");
  await gallery.openPicture(0);
  const panel = gallery.lightbox.getByRole("complementary", { name: "About this picture" });
  await panel.locator("details.raw summary").first().click();
  await expect(panel.locator("details.raw[open]").first()).toBeVisible();
  const download = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Workflow" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.workflow\.json$/);
});

test("the inspector folds by key and stays folded", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.openPicture(0);
  const panel = gallery.lightbox.getByRole("complementary", { name: "About this picture" });
  await expect(panel).toBeVisible();
  await page.keyboard.press("i");
  await expect(panel).toBeHidden();
  await page.keyboard.press("ArrowRight");
  await expect(panel).toBeHidden();
  await page.keyboard.press("i");
  await expect(panel).toBeVisible();
});

test("the address of an open picture opens it", async ({ gallery, page, request }) => {
  await gallery.openGrid();
  await gallery.openPicture(4);
  const name = await gallery.lightbox.locator(".inspector-name").innerText();
  await gallery.open(page.url());
  await expect(gallery.lightbox).toBeVisible();
  await expect(gallery.lightbox.locator(".inspector-name")).toHaveText(name);
  await expect(gallery.counter()).toHaveText(/^5 of /);
  const link = gallery.lightbox.getByRole("link", { name: "Download the original" });
  const answer = await request.get((await link.getAttribute("href")) ?? "");
  expect(answer.ok()).toBe(true);
  expect(answer.headers()["content-type"]).toMatch(/^image\//);
  expect(answer.headers()["content-disposition"]).toContain("attachment");
  await page.keyboard.press("Escape");
  await expect(gallery.cell(4)).toBeFocused();
});

test("Tab stays inside the open picture", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.openPicture(0);
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => {
      const active = document.activeElement;
      return active === document.body || active?.closest("[role=dialog]") !== null;
    });
    expect(inside).toBe(true);
  }
});

test("a picture grows out of its cell, and the controls fade while nobody moves", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid();
  const cell = await gallery.cell(2).boundingBox();
  if (!cell) throw new Error("the cell has no box");
  // The first frames of the picture, as they are painted.
  await page.evaluate(() => {
    const seen: { left: number; width: number; opacity: number; blank: boolean }[] = [];
    (window as unknown as { seen: typeof seen }).seen = seen;
    const look = () => {
      const picture = document.querySelector<HTMLImageElement>(".stage.is-live .stage-picture");
      if (picture) {
        const { left, width } = picture.getBoundingClientRect();
        const opacity = Number(getComputedStyle(picture.closest(".lightbox")!).opacity);
        seen.push({ left, width, opacity, blank: picture.naturalWidth === 0 });
      }
      if (seen.length < 60) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await gallery.cell(2).click();
  await expect(gallery.lightbox).toBeVisible();
  const seen = () =>
    page.evaluate(
      () =>
        (window as unknown as { seen: { left: number; width: number; blank: boolean }[] }).seen,
    );
  await expect.poll(async () => (await seen()).length).toBe(60);
  const frames = await seen();
  const [first, last] = [frames[0]!, frames.at(-1)!];
  expect(first.width).toBeLessThan(last.width * 0.8);
  expect(Math.abs(first.left - cell.x)).toBeLessThan(cell.width);
  expect(frames.filter((frame) => frame.blank)).toEqual([]);
  const opacity = () =>
    gallery.lightbox.locator(".lightbox-bar").evaluate((bar) => Number(getComputedStyle(bar).opacity));
  await page.mouse.move(600, 600);
  await expect.poll(opacity, { timeout: 6_000 }).toBe(0);
  await page.mouse.move(620, 620);
  await expect.poll(opacity).toBe(1);
});

test("with less motion a picture only fades in", async ({ gallery, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await gallery.openGrid();
  await gallery.cell(2).click();
  await expect(gallery.lightbox).toBeVisible();
  const motion = await page.evaluate(() =>
    document.getAnimations().map((animation) => {
      const { animationName } = animation as CSSAnimation;
      return [animationName, animation.effect?.getComputedTiming().duration];
    }),
  );
  expect(motion.filter(([name]) => name === "stage-come")).toEqual([]);
  for (const [name, duration] of motion) expect(duration, String(name)).toBe(80);
});

test.describe("a picture that is not here", () => {
  // The browser reports every answer that is not a success.
  test.use({ allowed: [/404/] });

  test("its address says so and leads back to the pictures", async ({ gallery, page }) => {
    await gallery.open("/?tool=comfyui&image=01m8hzhae6e18t0dcaasfj5n8d");
    await expect(gallery.lightbox.getByRole("alert")).toContainText("not here any more");
    await gallery.lightbox.getByRole("link", { name: "Back to the pictures" }).click();
    await expect(gallery.lightbox).toBeHidden();
    await expect(page).toHaveURL(/\?tool=comfyui$/);
    await expect(gallery.cell(0)).toBeVisible();
  });
});
