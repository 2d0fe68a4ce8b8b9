// Giving pictures to the gallery.

import { randomBytes } from "node:crypto";

import { type Page } from "@playwright/test";

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

async function names(own: Server): Promise<string[]> {
  const query = { words: [], filters: [], sort: { first: { key: "date", descending: true }, then: [] } };
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
  test.use({ allowed: [/net::ERR_|EventSource|503/] });

  test("loses nothing: all files arrive once", async ({ gallery, page, own }) => {
    await gallery.open("/add");
    // As many bytes as a test may hand over.
    const all = Array.from({ length: 200 }, (_, at) => `${String(at).padStart(3, "0")}.png`);
    await choose(
      page,
      all.map((name) => picture(name, 220_000)),
    );
    const added = async () => Number(/^(\d+) of/.exec(await tally(page).innerText())?.[1]);
    for (const least of [5, 60]) {
      await expect.poll(added, { intervals: [20] }).toBeGreaterThanOrEqual(least);
      await own.fall();
      await expect(page.getByText(/the server cannot be reached/i).first()).toBeVisible();
      await own.back();
    }
    await expect(tally(page)).toHaveText("200 of 200 added", { timeout: 60_000 });
    expect(await names(own)).toEqual(all);
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
