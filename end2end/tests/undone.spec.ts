// Everything on the page that takes something away is pressed and taken back: afterwards the library is what it
// was, to the last picture.

import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";
import type { Server } from "./server.ts";

interface Card {
  id: string;
  judgement: object;
}

interface Known {
  pictures: Record<string, string>;
  tags: unknown;
  sets: unknown;
}

/** Every picture with what is thought of it, every tag and every photoset. */
async function known(server: Server): Promise<Known> {
  const pictures: Record<string, string> = {};
  const filter = (word: string): object[] => [{ field: "is", any: [{ not: false, atom: { has: word } }] }];
  for (const filters of [[], filter("trashed"), filter("hidden")]) {
    const query = {
      words: [], filters, sort: { first: { key: "date", descending: true }, then: [] },
      view: "grid", image: null, at: null, unknown: [],
    };
    const page = await server.ask<{ page: { cards: Card[] } }>("search/first_page", { query, len: 200 });
    for (const card of page.page.cards) pictures[card.id] = JSON.stringify(card.judgement);
  }
  const tags = await server.ask<{ tag: object; pictures: number }[]>("tags/all");
  const sets = await server.ask<{ set: object; pictures: number }[]>("sets/list");
  return {
    pictures,
    tags: tags.map((one) => [one.tag, one.pictures]),
    sets: sets.map((one) => [one.set, one.pictures]),
  };
}

/** Focuses the first picture of a result. */
async function first(gallery: GalleryPage, address = "/"): Promise<void> {
  await gallery.openGrid(address);
  await gallery.cell(0).focus();
}

/** Ctrl+Z with the focus on a picture. */
async function back(gallery: GalleryPage, page: Page): Promise<void> {
  await gallery.cell(0).focus();
  await page.keyboard.press("Control+z");
}

/** Takes back what History lists first. */
async function backInHistory(page: Page): Promise<void> {
  await page.goto("/history");
  await expect(page.locator("html[data-hydrated]")).toBeAttached({ timeout: 20_000 });
  await page.getByRole("button", { name: /^Take back/ }).first().click();
  await expect(page.getByText(/^Taken back:/).first()).toBeVisible();
}

type Press = (gallery: GalleryPage, page: Page) => Promise<void>;

/** What takes something away, and its way back. */
const destructive: Record<string, { press: Press; undo: Press }> = {
  "Delete puts into the trash": {
    press: async (gallery, page) => {
      await first(gallery);
      await page.keyboard.press("Delete");
    },
    undo: back,
  },
  "Shift+H hides": {
    press: async (gallery, page) => {
      await first(gallery);
      await page.keyboard.press("Shift+h");
    },
    undo: back,
  },
  "X rejects": {
    press: async (gallery, page) => {
      await first(gallery);
      await page.keyboard.press("x");
    },
    undo: back,
  },
  "0 takes the stars off": {
    press: async (gallery, page) => {
      await first(gallery, "/?rating=4");
      await page.keyboard.press("0");
    },
    undo: back,
  },
  "the bar puts everything that is selected into the trash": {
    press: async (gallery, page) => {
      await first(gallery);
      await page.keyboard.press("Space");
      await page.keyboard.press("Shift+ArrowRight");
      await gallery.toolbar.getByRole("button", { name: "Into the trash" }).click();
    },
    undo: (_, page) => page.getByRole("button", { name: "Undo" }).last().click(),
  },
  "restoring the trash": {
    press: async (gallery, page) => {
      await gallery.openGrid("/?is=trashed");
      await page.getByRole("button", { name: "Restore all" }).click();
    },
    undo: (_, page) => page.getByRole("button", { name: "Undo" }).last().click(),
  },
  "Clean up puts what nobody approved into the trash": {
    press: async (gallery, page) => {
      await gallery.open("/clean");
      await page.getByRole("radio", { name: /not approved/i }).check();
      await page.getByRole("button", { name: /into the trash/i }).first().click();
    },
    undo: (_, page) => backInHistory(page),
  },
  "a tag is deleted": {
    press: async (gallery, page) => {
      await gallery.open("/tags");
      await page.getByRole("button", { name: "Delete undone" }).click();
    },
    undo: (_, page) => backInHistory(page),
  },
  "a photoset is deleted": {
    press: async (gallery, page) => {
      await gallery.open("/sets");
      await page.getByRole("link", { name: /undone set/ }).click();
      await page.getByRole("button", { name: "Delete", exact: true }).click();
    },
    undo: (_, page) => backInHistory(page),
  },
  "pictures are taken out of a photoset": {
    press: async (gallery, page) => {
      await gallery.open("/sets");
      await page.getByRole("link", { name: /undone set/ }).click();
      await gallery.expectTotal(2);
      await gallery.cell(0).focus();
      await page.keyboard.press("Space");
      await gallery.toolbar.getByRole("button", { name: "Take out of the photoset" }).click();
    },
    undo: (_, page) => backInHistory(page),
  },
};

test.beforeAll(async ({ server }) => {
  const { pictures } = await known(server);
  const ids = Object.keys(pictures);
  const these = (from: number, to: number): object => ({ these: ids.slice(from, to) });
  await server.ask("judge/set", { selection: these(0, 2), edit: { rating: 4 } });
  await server.ask("judge/set", { selection: these(2, 4), edit: { trash: true } });
  await server.ask("tags/set", { selection: these(4, 6), name: "undone", on: true });
  await server.ask("sets/create", { set: { name: "undone set" }, selection: these(6, 8) });
});

for (const [name, { press, undo }] of Object.entries(destructive)) {
  test(`${name}, and it is taken back`, async ({ gallery, page, server }) => {
    const before = await known(server);
    await press(gallery, page);
    await expect.poll(async () => JSON.stringify(await known(server))).not.toBe(JSON.stringify(before));
    await undo(gallery, page);
    await expect.poll(() => known(server)).toEqual(before);
  });
}

test.afterAll(async ({ server }) => {
  const all = { all_but: { result: "0".repeat(26), query: "is=trashed", except: [] } };
  await server.ask("judge/set", { selection: all, edit: { trash: false } });
  const every = { all_but: { result: "0".repeat(26), query: "", except: [] } };
  await server.ask("judge/set", { selection: every, edit: { rating: 0 } });
  await server.ask("tags/delete", { name: "undone" });
  const sets = await server.ask<{ id: string; set: { name: string } }[]>("sets/list");
  for (const { id, set } of sets) if (set.name === "undone set") await server.ask("sets/delete", { id });
});
