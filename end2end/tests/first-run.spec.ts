// Nothing is configured yet: three choices, and pictures at the end of two of them.

import { library } from "./demo-library.ts";
import { expect, test as base } from "./fixtures.ts";
import { Server } from "./server.ts";

const test = base.extend<{ fresh: Server }>({
  fresh: async ({}, use) => {
    const fresh = await Server.start();
    await use(fresh);
    await fresh.stop();
  },
  baseURL: async ({ fresh }, use) => use(fresh.url),
});

test("a folder is chosen and its pictures appear", async ({ gallery, page, fresh }) => {
  await gallery.open("/");
  await expect(page.getByRole("heading", { name: /^Your pictures/ })).toBeVisible();
  await page.getByRole("button", { name: /^Choose a folder/ }).click();
  const picker = page.getByRole("dialog", { name: "Choose a folder" });
  await expect(picker.getByRole("list", { name: "Folders in it" })).toBeVisible();
  const path = picker.getByRole("textbox", { name: "Path of the folder" });
  await expect(path).not.toHaveValue("");
  await path.fill(library());
  await path.press("Enter");
  await expect(picker.getByRole("button", { name: "comfyui" })).toBeVisible();
  await picker.getByRole("button", { name: "Show this folder" }).click();
  await expect(picker).toBeHidden();
  await expect(gallery.cell(0)).toBeVisible({ timeout: 20_000 });
  await fresh.quiet();
});

test.describe("a refusal", () => {
  // The browser reports every answer that is not a success.
  test.use({ allowed: [/4\d\d/] });

  test("a path that does not exist is refused with a sentence", async ({ gallery, page }) => {
    await gallery.open("/");
    await page.getByRole("button", { name: /^Choose a folder/ }).click();
    const picker = page.getByRole("dialog", { name: "Choose a folder" });
    const path = picker.getByRole("textbox", { name: "Path of the folder" });
    await expect(path).not.toHaveValue("");
    await path.fill("/nowhere/at/all");
    await path.press("Enter");
    await expect(picker.getByRole("alert")).toHaveText(/\w+/);
    await expect(picker.getByRole("button", { name: "Show this folder" })).toBeDisabled();
    await page.keyboard.press("Escape");
    await expect(picker).toBeHidden();
  });
});

test("the demo pictures are painted and shown", async ({ gallery, page, fresh }) => {
  test.slow();
  await gallery.open("/");
  await page.getByRole("button", { name: /^Load demo pictures/ }).click();
  await expect(gallery.cell(0)).toBeVisible({ timeout: 90_000 });
  // Painting goes on while the first pictures are looked at.
  await expect
    .poll(async () => (await fresh.quiet()).total, { timeout: 60_000 })
    .toBeGreaterThan(100);
});
