// Taking pictures away: an archive that other programs open.

import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import { content, entries, pictures } from "./zip.ts";

async function download(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog", { name: /^Download \d/ });
  const arriving = page.waitForEvent("download", { timeout: 30_000 });
  await dialog.getByRole("button", { name: /^Download \d/ }).click();
  return (await arriving).path();
}

test("forty selected pictures arrive with a text file each", async ({ gallery, page }) => {
  await gallery.openGrid("/?has=prompt");
  await gallery.cell(0).click({ modifiers: ["ControlOrMeta"] });
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await gallery.cell(0).focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Space");
  for (let step = 1; step < 40; step++) await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(40);
  await gallery.toolbar.getByRole("button", { name: "Download" }).click();
  const path = await download(page);
  const list = entries(path);
  expect(pictures(list)).toHaveLength(40);
  const texts = list.filter((entry) => entry.name.endsWith(".txt"));
  expect(texts).toHaveLength(40);
  expect(new Set(list.map((entry) => entry.name.toLowerCase())).size).toBe(list.length);
  const first = texts[0];
  if (!first) throw new Error("there is no text file");
  expect(content(path, first.name).toString("utf8")).toMatch(/Steps: \d+/);
});

test("stripped copies with a table keep their pixels and lose their words", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid("/?tool=comfyui&format=png&has=workflow");
  await gallery.cell(0).click({ modifiers: ["ControlOrMeta"] });
  await gallery.cell(1).click({ modifiers: ["ControlOrMeta"] });
  await page.keyboard.press("Shift+D");
  const dialog = page.getByRole("dialog", { name: "Download 2 pictures" });
  await expect(dialog.getByText(/^About [\d.,]+ (kB|MB)$/)).toBeVisible();
  await dialog.getByRole("radio", { name: /^Stripped copies/ }).check();
  await dialog.getByRole("checkbox", { name: /^manifest\.csv/ }).check();
  const path = await download(page);
  const list = entries(path);
  expect(list.map((entry) => entry.name)).toContain("manifest.csv");
  for (const picture of pictures(list)) {
    const bytes = content(path, picture.name);
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(bytes.includes("class_type")).toBe(false);
  }
});

test("a whole result is taken without naming its pictures", async ({ gallery, page }) => {
  await gallery.openGrid("/?q=silk");
  const total = await gallery.total();
  await gallery.cell(0).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await gallery.selected(total);
  await gallery.toolbar.getByRole("button", { name: "Download" }).click();
  expect(pictures(entries(await download(page)))).toHaveLength(total);
});

test("an interrupted download goes on where it stopped", async ({ gallery, page, request }) => {
  await gallery.openGrid();
  await gallery.cell(0).click({ modifiers: ["ControlOrMeta"] });
  await gallery.toolbar.getByRole("button", { name: "Download" }).click();
  await download(page);
  const dialog = page.getByRole("dialog", { name: /^Download/ });
  const address = await dialog.getByRole("link", { name: "Download again" }).getAttribute("href");
  const whole = await request.get(address ?? "");
  const body = await whole.body();
  const part = await request.get(address ?? "", {
    headers: { range: "bytes=100-", "if-range": whole.headers().etag ?? "" },
  });
  expect(part.status()).toBe(206);
  expect((await part.body()).equals(body.subarray(100))).toBe(true);
});

test("the names follow the template", async ({ gallery, page }) => {
  await gallery.openGrid("/?has=prompt");
  await gallery.cell(0).click({ modifiers: ["ControlOrMeta"] });
  await gallery.cell(1).click({ modifiers: ["ControlOrMeta"] });
  await gallery.toolbar.getByRole("button", { name: "Download" }).click();
  const dialog = page.getByRole("dialog", { name: "Download 2 pictures" });
  await dialog.getByRole("textbox", { name: "Names" }).fill("take-{n}");
  await dialog.getByRole("button", { name: "{seed}" }).click();
  const names = pictures(entries(await download(page))).map((entry) => entry.name);
  for (const name of names) expect(name).toMatch(/^take-\d+.*\d+\.(png|jpe?g|webp)$/);
});
