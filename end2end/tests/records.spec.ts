// Pictures of which only the address is known.

import { violations } from "./axe.ts";
import { expect, test as base } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";
import { tell } from "./records.ts";
import { Server } from "./server.ts";

const test = base.extend<{ own: Server }>({
  own: async ({}, use) => {
    const own = await Server.start([]);
    await use(own);
    await own.stop();
  },
  baseURL: async ({ own }, use) => use(own.url),
});

const address = "https://pictures.example/8d76bd3a-053e-4bb5-a2ab-ce147e53f40c.webp";
const record = {
  image_url: address,
  user_id: "u-17",
  original_prompt: "sunset pls",
  refined_prompt: "A vibrant sunset over the mountains",
  intent: "generate",
  metadata: { model: "gemini-pro" },
};

/** Opens the panel where it is not open by itself. */
async function inspect(gallery: GalleryPage): Promise<void> {
  if ((gallery.page.viewportSize()?.width ?? 0) < 760) await gallery.page.keyboard.press("i");
}

test("a record stands in the grid with a way out, and nothing is loaded from there", async ({ gallery, page, own }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).host));
  await tell(own, [record]);
  await gallery.openGrid();
  const cell = gallery.cell(0);
  await expect(cell).toHaveAccessibleName(/A vibrant sunset over the mountains, lies elsewhere$/);
  const way = cell.getByRole("link", { name: "Open where it lies" });
  await expect(way).toHaveAttribute("href", address);
  await expect(way).toHaveAttribute("rel", "noopener noreferrer");
  await expect(way).toHaveAttribute("target", "_blank");
  const drawing = cell.locator("img.tile-picture");
  await expect(drawing).toHaveAttribute("src", "/elsewhere.svg");
  await expect.poll(() => drawing.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);

  await cell.click({ position: { x: 20, y: 60 } });
  const note = gallery.lightbox.locator(".elsewhere");
  await expect(note.getByRole("link", { name: "Open at pictures.example" })).toHaveAttribute("href", address);
  await expect(gallery.lightbox.getByRole("link", { name: "Download the original" })).toBeHidden();
  await inspect(gallery);
  const about = gallery.lightbox.getByRole("complementary", { name: "About this picture" });
  await expect(about).toContainText("The prompt above is the refined one.");
  await expect(about).toContainText("sunset pls");
  await expect(about.getByRole("button", { name: "Copy original prompt" })).toBeVisible();
  await expect(about.getByRole("link", { name: "u-17" })).toBeVisible();
  await about.getByText("metadata", { exact: true }).click();
  await expect(about).toContainText("gemini-pro");
  expect([...new Set(asked)]).toEqual([new URL(own.url).host]);
});

test("the way out opens a window of its own and leaves the grid as it is", async ({ gallery, page, context, own }) => {
  await context.route("https://pictures.example/**", (route) => route.fulfill({ body: "there", contentType: "text/plain" }));
  await tell(own, [record]);
  await gallery.openGrid();
  const [opened] = await Promise.all([
    context.waitForEvent("page"),
    gallery.cell(0).getByRole("link", { name: "Open where it lies" }).click(),
  ]);
  await expect(opened.locator("body")).toHaveText("there");
  expect(await opened.evaluate(() => [window.opener === null, document.referrer])).toEqual([true, ""]);
  await expect(gallery.lightbox).toBeHidden();
  expect(new URL(page.url()).search).toBe("");
});

test("user and intent are facets, and both prompts are searched", async ({ gallery, page, own }) => {
  const other = { ...record, image_url: "https://pictures.example/other.png", user_id: "u-18", intent: "edit" };
  await tell(own, [record, { ...other, original_prompt: "a quiet harbour", refined_prompt: "" }]);
  await gallery.openGrid();
  await gallery.expectTotal(2);
  const wide = (page.viewportSize()?.width ?? 0) >= 1100;
  if (!wide) await page.getByRole("button", { name: "Filters" }).first().click();
  await gallery.filters.getByRole("checkbox", { name: /^u-18/ }).check();
  await expect(page).toHaveURL(/user=u-18/);
  await gallery.open("/?intent=generate");
  await gallery.expectTotal(1);
  for (const word of ["pls", "vibrant"]) {
    await gallery.open(`/?q=${word}`);
    await gallery.expectTotal(1);
  }
});

for (const theme of ["dark", "light"]) {
  test(`a record is for everybody, ${theme}`, async ({ gallery, page, own }) => {
    await page.addInitScript((theme) => {
      localStorage.setItem("proofsheet.theme", theme);
    }, theme);
    await tell(own, [record]);
    await gallery.openGrid();
    // What is told of it is on the cell and in the open picture; the panel of filters is looked at elsewhere.
    await page.getByRole("button", { name: "Filters", exact: true }).click();
    expect(await violations(page)).toEqual([]);
    await gallery.cell(0).focus();
    await page.keyboard.press("Enter");
    await expect(gallery.lightbox.locator(".elsewhere")).toBeVisible();
    await inspect(gallery);
    await expect(gallery.lightbox.getByRole("heading", { name: "Record" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}
