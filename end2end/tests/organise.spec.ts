// Renaming and moving: files and folders on the disk, never over something, told in words, taken back.

import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import type { Page } from "@playwright/test";

import { library } from "./demo-library.ts";
import { expect, test } from "./fixtures.ts";
import { Server } from "./server.ts";

// A library of its own has to be read first, because files are moved here.
test.describe.configure({ timeout: 120_000 });

const own = test.extend<{ folder: string; fresh: Server }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "proofsheet-moved-"));
    cpSync(library(), folder, { recursive: true, preserveTimestamps: true });
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  fresh: async ({ folder }, use) => {
    const fresh = await Server.start([folder]);
    await fresh.quiet();
    await use(fresh);
    await fresh.stop();
  },
  baseURL: async ({ fresh }, use) => use(fresh.url),
});

/** One grey pixel. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

// What is refused is reported by the browser too.
own.use({ allowed: [/422/] });

const dialog = (page: Page) => page.getByRole("dialog", { name: /^Edit / });
const value = (page: Page) => dialog(page).locator("#edit-value");

own("pictures are moved by keys where that is allowed, and come back", async ({ gallery, page, folder }) => {
  await gallery.openGrid("/?sort=name");
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(2);
  await page.keyboard.press("e");
  await dialog(page).getByLabel("Value", { exact: true }).selectOption("Folder of the file");
  await expect(dialog(page).getByText("Nothing is ever replaced")).toBeVisible();
  await expect(dialog(page).getByRole("button", { name: "Restore" })).toBeHidden();
  await value(page).fill(`${basename(folder)}/best`);
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByRole("alert")).toContainText("does not allow it: switch on");
  expect(existsSync(join(folder, "best"))).toBe(false);

  await gallery.open("/folders");
  const allow = page.getByRole("checkbox", { name: "Its files and folders may be renamed and moved" });
  await allow.check();
  await expect(allow).toBeChecked();
  await gallery.openGrid("/?sort=name");
  const total = await gallery.total();
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("e");
  await dialog(page).getByLabel("Value", { exact: true }).selectOption("Folder of the file");
  await value(page).fill(`${basename(folder)}/best`);
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeHidden();
  await expect(page.locator(".toast", { hasText: "Moved 2 pictures." })).toBeVisible();
  expect(existsSync(join(folder, "best"))).toBe(true);
  await gallery.openGrid(`/?folder=${encodeURIComponent(`${basename(folder)}/best`)}`);
  await gallery.expectTotal(2);

  await gallery.open("/history?kind=place");
  await expect(page.getByText(`Moved 2 pictures to ${basename(folder)}/best`)).toBeVisible();
  await page.getByRole("button", { name: /^Take back/ }).first().click();
  await expect(page.getByText(/^Taken back:/).first()).toBeVisible();
  await gallery.openGrid();
  await gallery.expectTotal(total);
  await gallery.open(`/?folder=${encodeURIComponent(`${basename(folder)}/best`)}`);
  await gallery.expectTotal(0);
});

own("one picture gets another name, and a whole folder another place", async ({ gallery, page, folder }) => {
  await gallery.open("/folders");
  await page.getByRole("checkbox", { name: "Its files and folders may be renamed and moved" }).check();
  await gallery.openGrid("/?sort=name");
  await gallery.openPicture(0);
  await page.keyboard.press("e");
  await expect(dialog(page).getByRole("heading", { name: "Edit this picture" })).toBeVisible();
  await dialog(page).getByLabel("Value", { exact: true }).selectOption("File name");
  await value(page).fill("a/b");
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByRole("alert")).toContainText("This is no name for a file or folder");
  await value(page).fill("the best of all");
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeHidden();
  await expect(page.locator(".toast", { hasText: "Renamed." })).toBeVisible();
  await gallery.openGrid("/?name=*best*of*all*");
  await gallery.expectTotal(1);

  await gallery.openGrid();
  await gallery.openPicture(0);
  const place = await gallery.lightbox.locator(".parameter", { hasText: "Folder" }).locator("dd").first().innerText();
  const target = `${basename(folder)}/moved/here`;
  await gallery.open("/folders");
  await page.getByRole("button", { name: "Move a folder" }).click();
  const form = page.getByRole("dialog", { name: "Move a folder" });
  await form.getByRole("button", { name: "Move a folder" }).click();
  await expect(form.getByRole("alert")).toContainText("Name the folder and where it goes first.");
  await form.getByLabel("Folder", { exact: true }).fill(place.split("/").map((part) => part.trim()).join("/"));
  await form.getByLabel("New name or place").fill(target);
  await page.keyboard.press("Enter");
  await expect(form).toBeHidden();
  expect(existsSync(join(folder, "moved", "here"))).toBe(true);
  await gallery.openGrid(`/?folder=${encodeURIComponent(target)}`);
  expect(await gallery.total()).toBeGreaterThan(0);
});

own("a picture gets another file and keeps its rating; what it was comes back from the trash", async ({ gallery, page }) => {
  await gallery.openGrid("/?sort=name");
  const total = await gallery.total();
  await gallery.openPicture(0);
  await page.keyboard.press("4");
  const address = new URL(page.url()).searchParams.get("image") ?? "";
  const was = await gallery.lightbox.locator(".inspector-name").innerText();
  await gallery.lightbox.getByRole("link", { name: "Replace the file…" }).click();
  await expect(page.getByRole("heading", { name: "Replace a file" })).toBeVisible();
  await gallery.alive();
  await expect(page.getByLabel("Choose a folder")).toHaveCount(0);
  await page.getByLabel("Choose files").setInputFiles({ name: "better.png", mimeType: "image/png", buffer: pixel });
  await page.getByRole("link", { name: "Is the picture's file now" }).click();
  await expect(gallery.lightbox.locator(".inspector-name")).toHaveText("better.png");
  expect(new URL(page.url()).searchParams.get("image")).toBe(address);
  await gallery.openGrid("/?rating=4");
  await gallery.expectTotal(1);
  await gallery.openGrid(`/?is=trashed&name=${encodeURIComponent(was)}`);
  await gallery.expectTotal(1);
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  await gallery.toolbar.getByRole("button", { name: "Restore" }).click();
  await gallery.openGrid();
  await gallery.expectTotal(total + 1);
});
