// What could not be read, and the folders that are watched.

import { basename } from "node:path";

import { library } from "./demo-library.ts";
import { expect, test } from "./fixtures.ts";

test("every broken file is listed with its reason", async ({ gallery, page, server }) => {
  const lines = page.locator("tbody tr");
  const lead = page.locator(".page-lead");
  // A file that was cut off a moment ago may still be being written: it is told about a little later.
  await expect(async () => {
    const { problems } = await server.quiet();
    expect(problems).toBeGreaterThan(0);
    await gallery.open("/problems");
    await expect(page.getByRole("heading", { level: 1, name: "Problems" })).toBeVisible();
    await expect(lead).toHaveText(new RegExp(`^${problems} files? could not`), { timeout: 1000 });
    await expect(lines).toHaveCount(problems, { timeout: 1000 });
  }).toPass();
  for (const line of await lines.all()) {
    await expect(line.locator("td").nth(0)).toHaveText(/\.\w+/);
    await expect(line.locator("td").nth(1)).toHaveText(/\w+ \w+/);
  }
});

test("the disk is compared with what is known of it, and what came of it stays", async ({ gallery, page }) => {
  await gallery.open("/problems");
  const part = page.getByRole("region", { name: "Compare with the disk" });
  await part.getByRole("button", { name: "Compare now" }).press("Enter");
  await expect(part.getByRole("status")).toContainText("compared on", { timeout: 30_000 });
  await page.reload();
  await gallery.alive();
  await expect(part.getByRole("status")).toContainText("compared on");
});

test("a watched folder tells what it holds and is read again", async ({ gallery, page, server }) => {
  const { total } = await server.quiet();
  await gallery.open("/folders");
  const folder = page.getByRole("listitem").filter({ hasText: library() });
  await expect(folder.getByRole("heading", { name: basename(library()) })).toBeVisible();
  await expect(folder).toContainText(`${total} pictures`);
  await page.getByRole("button", { name: "Scan now" }).click();
  await expect(page.getByText("Looking for new and changed files.")).toBeVisible();
  expect((await server.quiet()).total).toBe(total);
});

test("removing a folder asks first", async ({ gallery, page }) => {
  await gallery.open("/folders");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  const question = page.getByRole("group", { name: "Remove this folder" });
  await expect(question).toContainText("The files stay where they are.");
  await question.getByRole("button", { name: "Keep it" }).click();
  await expect(question).toBeHidden();
});

test.describe("nowhere", () => {
  test.use({ allowed: [/404/] });

  test("an unknown address says so and leads back to the pictures", async ({ page, gallery }) => {
    const answer = await page.goto("/no/such/page");
    expect(answer?.status()).toBe(404);
    await page.getByRole("link", { name: /pictures|library/i }).first().click();
    await gallery.alive();
    await expect(gallery.cell(0)).toBeVisible();
  });
});
