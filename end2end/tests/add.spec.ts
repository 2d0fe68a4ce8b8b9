// Giving pictures to the gallery.

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Page } from "@playwright/test";

import { library } from "./demo-library.ts";
import { expect, test as base } from "./fixtures.ts";
import { Server } from "./server.ts";

/** One grey pixel. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

interface Chosen {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A picture of bytes that no other has. */
function picture(name: string, more = 16): Chosen {
  return { name, mimeType: "image/png", buffer: Buffer.concat([pixel, randomBytes(more)]) };
}

const test = base.extend<{ own: Server }>({
  own: async ({}, use) => {
    const own = await Server.start([]);
    await use(own);
    await own.stop();
  },
  baseURL: async ({ own }, use) => use(own.url),
});

const choose = (page: Page, files: Chosen[]): Promise<void> =>
  page.getByLabel("Choose files").setInputFiles(files);
const tally = (page: Page) => page.locator(".add-tally");
const row = (page: Page, name: string) => page.locator(".add-row").filter({ hasText: name });

async function names(own: Server, filters: object[] = []): Promise<string[]> {
  const query = { words: [], filters, sort: { first: { key: "date", descending: true }, then: [] } };
  const found = await own.ask<{ page: { cards: { name: string }[] } }>("search/first_page", {
    query: { ...query, view: "grid", image: null, at: null, unknown: [] },
    len: 500,
  });
  return found.page.cards.map((card) => card.name).sort();
}

test.describe("files that are chosen", () => {
  // What is no picture is refused by the server, and the browser reports every answer of its kind.
  test.use({ allowed: [/422/] });

  test("are pictures at once, the same bytes once, and what is none is told why", async ({ gallery, page, own }) => {
    await gallery.open("/add");
    const dune = picture("dune.png");
    await choose(page, [dune, picture("rain.png")]);
    await expect(tally(page)).toHaveText("2 of 2 added");
    await expect(row(page, "dune.png")).toContainText("Added");
    await choose(page, [{ ...dune, name: "again.png" }, { ...dune, name: "note.png", buffer: Buffer.from("no picture") }]);
    await expect(tally(page)).toHaveText("2 of 4 added, 1 was here already, 1 not taken");
    await expect(row(page, "again.png")).toContainText("Was here already");
    await expect(row(page, "note.png")).toContainText("This file is none of PNG");
    expect(await names(own)).toEqual(["dune.png", "rain.png"]);
    await row(page, "again.png").getByRole("link", { name: "Was here already" }).click();
    await expect(gallery.lightbox).toBeVisible();
    await expect(gallery.lightbox).toContainText("dune.png");
    // The list is still there for whoever goes back.
    await page.goBack();
    await expect(tally(page)).toHaveText("2 of 4 added, 1 was here already, 1 not taken");
    await page.getByRole("link", { name: "See 2 new pictures" }).click();
    await gallery.expectTotal(2);
  });
});

test.describe("a server that goes away", () => {
  test.setTimeout(180_000);
  test.use({ allowed: [/net::ERR_|EventSource|503/] });

  test("loses nothing: all files arrive once", async ({ gallery, page, own }) => {
    await gallery.open("/add");
    const folder = mkdtempSync(join(tmpdir(), "proofsheet-choose-"));
    const all = Array.from({ length: 500 }, (_, at) => `${String(at).padStart(3, "0")}.png`);
    for (const name of all) writeFileSync(join(folder, name), picture(name, 60_000).buffer);
    await page.getByLabel("Choose files").setInputFiles(all.map((name) => join(folder, name)));
    const added = async () => Number(/^(\d+) of/.exec(await tally(page).innerText())?.[1]);
    for (const least of [5, 150]) {
      await expect.poll(added, { intervals: [20], timeout: 60_000 }).toBeGreaterThanOrEqual(least);
      await own.fall();
      await expect(page.getByText(/the server cannot be reached/i).first()).toBeVisible();
      await own.back();
    }
    await expect(tally(page)).toHaveText("500 of 500 added", { timeout: 90_000 });
    expect(await names(own)).toEqual(all);
    rmSync(folder, { recursive: true });
  });
});

test("files that are dropped over the library are added", async ({ gallery, page, own }) => {
  await gallery.open("/");
  const files = ["one.png", "two.png"].map((name) => [name, picture(name).buffer.toString("base64")] as const);
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) {
      const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([data], name, { type: "image/png" }));
    }
    return transfer;
  }, files);
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await expect(page).toHaveURL(/\/add$/);
  await expect(tally(page)).toHaveText("2 of 2 added");
  expect(await names(own)).toEqual(["one.png", "two.png"]);
});

/** A painted picture with a recipe. */
function painted(): Chosen {
  const names = readdirSync(library(), { recursive: true }).map(String);
  const name = names.filter((name) => name.endsWith(".png")).sort()[0]!;
  return { name: "painted.png", mimeType: "image/png", buffer: readFileSync(join(library(), name)) };
}

test.describe("what is said of files", () => {
  test.use({ allowed: [/422/] });

  test("is set on their pictures, and begins with what a file says itself", async ({ gallery, page }) => {
    await gallery.open("/add");
    await page.getByText("Say something about them first").click();
    await choose(page, [painted()]);
    const held = page.locator(".add-held");
    await expect(held.getByRole("status")).toHaveText("1 file to send");
    const prompt = page.getByLabel("Prompt", { exact: true });
    await expect(prompt).not.toHaveValue("");
    await prompt.fill("a lighthouse that nobody painted");
    await page.getByLabel("Stars").selectOption("4");
    await page.getByLabel("Tags, with commas between them").fill("cover, sea");
    await page.getByLabel("Photoset").fill("Spring walk");
    const values = page.getByLabel("Your own values, as JSON");
    await values.fill("{");
    await expect(page.getByRole("button", { name: "Send 1 file" })).toBeDisabled();
    await expect(page.locator(".about-problem")).toContainText("no object of JSON");
    await values.fill('{"client": "north"}');
    await page.getByRole("button", { name: "Send 1 file" }).click();
    await expect(tally(page)).toHaveText(["No files yet. Choose, drop or paste them.", "1 of 1 added"]);
    await page.getByRole("link", { name: "See 1 new picture" }).click();
    await gallery.expectTotal(1);
    for (const query of ["q=nobody+painted", "rating=4", "tag=cover&tag=sea", "param.log.client=north"]) {
      await gallery.open(`/?${query}`);
      await gallery.expectTotal(1);
    }
    await expect(page.getByRole("link", { name: /Spring walk/ }).first()).toBeAttached();
  });

  test("holds for several, and what makes no sense is told", async ({ gallery, page }) => {
    await gallery.open("/add");
    await page.getByText("Say something about them first").click();
    await choose(page, [picture("one.png"), picture("two.png")]);
    await page.getByLabel("Date, as 2026-05-31").fill("soon");
    await page.getByRole("button", { name: "Send 2 files" }).click();
    await expect(row(page, "one.png")).toContainText("This is no date");
    await page.getByLabel("Date, as 2026-05-31").fill("2026-05-31");
    await choose(page, [picture("one.png"), picture("two.png")]);
    await page.getByRole("button", { name: "Send 2 files" }).click();
    await expect(page.getByText("2 of 4 added, 2 not taken")).toBeVisible();
    await gallery.open("/?date=2026-05-31");
    await gallery.expectTotal(2);
  });
});

test.describe("a page that is closed too early", () => {
  test.use({ allowed: [/net::ERR_/] });

  test("says afterwards which files are to be chosen again, and goes on", async ({ gallery, page, own }) => {
    await gallery.open("/add");
    page.on("dialog", (dialog) => void dialog.accept());
    const announced: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/uploads")) announced.push(request.url());
    });
    // They are announced, and none of their bytes comes through.
    const cut = "**/uploads/*";
    await page.route(cut, (route) => route.abort());
    // Files on the disk: those of a test are new each time they are chosen.
    const folder = mkdtempSync(join(tmpdir(), "proofsheet-choose-"));
    const files = ["one.png", "two.png", "three.png"].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, picture("").buffer);
    const field = page.getByLabel("Choose files");
    await field.setInputFiles(files);
    await expect(page.getByText(/the server cannot be reached/i)).toHaveCount(3);
    await page.reload();
    await gallery.alive();
    const unsent = page.getByRole("region", { name: "Not sent" });
    await expect(unsent).toContainText("3 files were not sent");
    await expect(unsent.getByRole("listitem")).toContainText(["one.png", "two.png", "three.png"]);
    await page.unroute(cut);
    await field.setInputFiles(files.slice(0, 2));
    await expect(page.getByText("2 of 2 added")).toBeVisible();
    await expect(unsent).toContainText("1 file was not sent");
    expect(await names(own)).toEqual(["one.png", "two.png"]);
    expect(announced).toHaveLength(3);
    await unsent.getByRole("button", { name: "Forget them" }).click();
    await expect(unsent).toBeHidden();
    await page.reload();
    await gallery.alive();
    await expect(page.getByText("were not sent")).toHaveCount(0);
    rmSync(folder, { recursive: true });
  });
});

test("a folder that is dropped brings what is inside it", async ({ gallery, page, own }) => {
  const folder = mkdtempSync(join(tmpdir(), "proofsheet-drop-"));
  try {
    mkdirSync(join(folder, "out/2026"), { recursive: true });
    writeFileSync(join(folder, "out/a.png"), picture("a.png").buffer);
    writeFileSync(join(folder, "out/2026/b.png"), picture("b.png").buffer);
    writeFileSync(join(folder, "c.png"), picture("c.png").buffer);
    await gallery.open("/add");
    const session = await page.context().newCDPSession(page);
    const files = [join(folder, "out"), join(folder, "c.png")];
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      const data = { items: [], files, dragOperationsMask: 1 };
      await session.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
    }
    await expect(tally(page)).toHaveText("3 of 3 added");
    expect(await names(own)).toEqual(["a.png", "b.png", "c.png"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
