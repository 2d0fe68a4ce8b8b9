// Tags and notes: put on by typing, shown at once, found, taken back; two people and one note.

import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";
import { library } from "./demo-library.ts";
import { Server } from "./server.ts";

interface TagCount {
  tag: { name: string; colour?: string };
  pictures: number;
}

const editor = (page: Page) => page.getByRole("dialog", { name: /^Tags of/ });
const field = (page: Page) => editor(page).getByRole("combobox", { name: "Add a tag" });
const chips = (page: Page) => editor(page).getByRole("list", { name: "Tags of what is chosen" });

/** Opens the editor with its key. */
async function edit(page: Page): Promise<void> {
  await page.keyboard.press("t");
  await expect(field(page)).toBeFocused();
}

/** A tag that no other test has. */
const own = (name: string) => `${name} ${test.info().workerIndex}-${test.info().repeatEachIndex}`;

async function counted(server: Server, name: string): Promise<number | undefined> {
  const all = await server.ask<TagCount[]>("tags/all");
  return all.find((one) => one.tag.name === name)?.pictures;
}

/** Selects the first pictures by keys. */
async function select(gallery: GalleryPage, page: Page, count: number): Promise<void> {
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  for (let step = 1; step < count; step++) await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(count);
}

test("four keys and a name tag what is selected, and the focus comes back", async ({ gallery, page, server }) => {
  const name = own("dunes");
  await gallery.openGrid();
  await select(gallery, page, 3);
  await edit(page);
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(chips(page).getByText(name)).toBeVisible();
  await expect(editor(page).getByRole("status")).toHaveText(`Tagged 3 pictures “${name}”`);
  await page.keyboard.press("Escape");
  await expect(editor(page)).toBeHidden();
  await expect(page.locator("[data-p]:focus")).toHaveCount(1);
  expect(await counted(server, name)).toBe(3);
  // The filter counts it without a reload, and leads to those pictures.
  const row = gallery.filters.locator(`input[name="any.tag"][value="${name}"]`);
  await row.check();
  await gallery.expectTotal(3);
  await expect(page).toHaveURL(/tag=/);
});

test("some have it, all get it, Backspace takes the last one off, Ctrl+Z brings it back", async ({ gallery, page, server }) => {
  const [first, second] = [own("alpha"), own("beta")];
  await gallery.openGrid("/?sort=name");
  await gallery.cell(0).focus();
  await edit(page);
  await page.keyboard.type(`${first}, ${second},`);
  await expect(chips(page).getByRole("listitem")).toHaveCount(2);
  await page.keyboard.press("Escape");
  await select(gallery, page, 4);
  await edit(page);
  const some = chips(page).getByRole("button", { name: `${first}, on 1 of 4; put it on all` });
  await expect(some).toHaveAttribute("aria-pressed", "mixed");
  await some.click();
  await expect.poll(() => counted(server, first)).toBe(4);
  await expect(some).toHaveCount(0);
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("Backspace");
  await expect(chips(page).getByText(second)).toHaveCount(0);
  await expect.poll(() => counted(server, second)).toBe(0);
  await page.keyboard.press("Control+z");
  await expect(chips(page).getByText(second)).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(some).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(() => counted(server, first)).toBe(4);
});

test("what is there already is offered by any part of its name, with its count", async ({ gallery, page }) => {
  const name = own("Chiaroscuro");
  await gallery.openGrid();
  await select(gallery, page, 2);
  await edit(page);
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(chips(page).getByText(name)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await gallery.cell(5).focus();
  await edit(page);
  await page.keyboard.type(own("AROSCURO").toLowerCase());
  const offer = editor(page).getByRole("option", { name: new RegExp(`^${name}\\s*2$`) });
  await expect(offer).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(offer).toHaveAttribute("aria-selected", "true");
  const active = await field(page).getAttribute("aria-activedescendant");
  expect(await offer.getAttribute("id")).toBe(active);
  await page.keyboard.press("Enter");
  await expect(chips(page).getByText(name)).toBeVisible();
  await page.keyboard.type("a*");
  await page.keyboard.press("Enter");
  await expect(editor(page).getByRole("alert")).toContainText("A tag's name has no “*” in it");
  await expect(field(page)).toHaveValue("a*");
});

test("the message about several pictures takes it back", async ({ gallery, page, server }) => {
  const name = own("everything");
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.cell(0).focus();
  await page.keyboard.press("Control+a");
  await edit(page);
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect.poll(() => counted(server, name)).toBe(total);
  await page.keyboard.press("Escape");
  const message = page.locator(".toast", { hasText: `Tagged ${total} pictures “${name}”` });
  await message.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(`Taken back: Tagged ${total} pictures “${name}”`)).toBeVisible();
  expect(await counted(server, name)).toBeUndefined();
});

test("the open picture shows its tags, each a link, and takes one off", async ({ gallery, page, server }) => {
  const name = own("open");
  await gallery.openGrid();
  await gallery.openPicture(2);
  await edit(page);
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(gallery.lightbox).toBeVisible();
  const panel = gallery.lightbox.getByRole("region", { name: "Tags" });
  await expect(panel.getByRole("link", { name })).toHaveAttribute("href", /tag=open/);
  await panel.getByRole("button", { name: `Take off ${name}` }).click();
  await expect(panel.getByRole("link", { name })).toHaveCount(0);
  await expect.poll(() => counted(server, name)).toBe(0);
  await gallery.lightbox.focus();
  await page.keyboard.press("Control+z");
  await expect(panel.getByRole("link", { name })).toBeVisible();
});

test.describe("without a server", () => {
  test.use({ allowed: [/tags\/set|ERR_FAILED/] });

  test("a tag that could not be kept goes, and why is said", async ({ gallery, page }) => {
    await gallery.openGrid();
    await gallery.cell(0).focus();
    await page.route("**/fn/tags/set", (route) => route.abort());
    await edit(page);
    await page.keyboard.type("lost");
    await page.keyboard.press("Enter");
    await expect(editor(page).getByRole("alert")).toContainText("The server cannot be reached");
    await expect(chips(page).getByText("lost")).toHaveCount(0);
  });
});

test.describe("a note", () => {
  const note = (page: Page) => page.getByRole("textbox", { name: "Note" });

  async function openPicture(gallery: GalleryPage, address: string): Promise<void> {
    await gallery.open(address);
    await expect(note(gallery.page)).toBeVisible();
  }

  test("is saved when it is left, found by its words, and taken back", async ({ gallery, page }) => {
    await gallery.openGrid("/?sort=name");
    await gallery.openPicture(6);
    await note(page).fill("for Ada, xylophone");
    await note(page).blur();
    const panel = gallery.lightbox.getByRole("region", { name: "Note" });
    await expect(panel.getByRole("status")).toHaveText("Saved");
    await note(page).fill("for Eve, xylophone");
    await note(page).press("Control+Enter");
    await expect(panel.getByRole("status")).toHaveText("Saved");
    await note(page).blur();
    await gallery.lightbox.focus();
    await page.keyboard.press("Control+z");
    await expect(note(page)).toHaveValue("for Ada, xylophone");
    await gallery.openGrid("/?q=xylophone");
    await gallery.expectTotal(1);
    await gallery.openGrid("/?has=note");
    await gallery.expectTotal(1);
  });

  test("that somebody else changed meanwhile loses nothing of either", async ({ gallery, page, context }) => {
    await gallery.openGrid("/?sort=name");
    await gallery.openPicture(9);
    await expect(page).toHaveURL(/image=/);
    const address = page.url();
    const other = await context.newPage();
    await other.goto(address);
    await expect(other.locator("html[data-hydrated]")).toBeAttached();
    await note(other).fill("theirs");
    await note(other).press("Control+Enter");
    await expect(other.getByRole("region", { name: "Note" }).getByRole("status")).toHaveText("Saved");
    await note(page).fill("mine");
    await note(page).press("Control+Enter");
    const panel = gallery.lightbox.getByRole("region", { name: "Note" });
    await expect(panel.getByRole("alert")).toContainText("Somebody changed this note");
    await expect(panel.getByRole("alert")).toContainText("theirs");
    await expect(note(page)).toHaveValue("mine");
    await panel.getByRole("button", { name: "Keep both" }).click();
    await expect(panel.getByRole("status")).toHaveText("Saved");
    await expect(note(page)).toHaveValue("mine\n\ntheirs");
    await other.close();
    await openPicture(gallery, address);
    await expect(note(page)).toHaveValue("mine\n\ntheirs");
  });

  test("that is typed when the next picture is opened is saved", async ({ gallery, page }) => {
    await gallery.openGrid("/?sort=name");
    await gallery.openPicture(11);
    const address = page.url();
    await note(page).fill("left in a hurry");
    await gallery.lightbox.getByRole("link", { name: "Next picture" }).click();
    await expect(note(page)).toHaveValue("");
    await openPicture(gallery, address);
    await expect(note(page)).toHaveValue("left in a hurry");
  });
});

test.describe("on touch", () => {
  test.use({ viewport: { width: 1180, height: 820 }, hasTouch: true });

  test("a selection is tagged with its button", async ({ gallery, page, server }) => {
    const name = own("sofa");
    await gallery.openGrid();
    await gallery.cell(0).focus();
    await page.keyboard.press("Space");
    await gallery.selected(1);
    await gallery.toolbar.getByRole("button", { name: "Tag" }).tap();
    await field(page).fill(name);
    await editor(page).getByRole("option", { name: `Create “${name}”` }).tap();
    await expect(chips(page).getByText(name)).toBeVisible();
    await editor(page).getByRole("button", { name: "Done" }).tap();
    await expect(editor(page)).toBeHidden();
    expect(await counted(server, name)).toBe(1);
  });
});

// This page shows every tag there is, so it gets a library of its own.
test.describe("the page of the tags", () => {
  // A name that another tag has is refused.
  test.use({ allowed: [/tags\/rename|409 \(Conflict\)/] });
  let shelf: Server;
  test.beforeAll(async () => {
    test.setTimeout(180_000);
    shelf = await Server.start([library()]);
    await shelf.quiet();
  });
  test.afterAll(() => shelf.stop());

  async function tag(name: string, from: number, to: number): Promise<void> {
    interface First {
      page: { cards: { id: string }[] };
    }
    const query = { words: [], filters: [], sort: { first: { key: "name", descending: false }, then: [] } };
    const asked = { ...query, view: "grid", image: null, at: null, unknown: [] };
    const first = await shelf.ask<First>("search/first_page", { query: asked, len: 48 });
    const these = first.page.cards.slice(from, to).map((card) => card.id);
    await shelf.ask("tags/set", { selection: { these }, name, on: true });
  }

  test("begins empty, and tags are renamed, merged, coloured, deleted and brought back", async ({ gallery, page }) => {
    await gallery.open(`${shelf.url}/tags`);
    await expect(page.getByRole("heading", { name: "No tags yet" })).toBeVisible();
    await tag("cat", 0, 3);
    await tag("cats", 2, 6);
    await tag("portriat", 0, 1);
    await gallery.open(`${shelf.url}/tags`);
    const line = (name: string) =>
      page.locator(".tags-line").filter({ has: page.getByRole("link", { name, exact: true }) });
    await expect(page.locator(".tags-line")).toHaveCount(3);
    await expect(line("cats")).toContainText("4 pictures");

    await line("portriat").getByRole("button", { name: "Rename portriat" }).press("Enter");
    await expect(page.getByRole("textbox", { name: "New name of portriat" })).toBeFocused();
    await page.keyboard.type("portrait");
    await page.keyboard.press("Enter");
    await expect(line("portrait")).toBeVisible();
    await expect(line("portriat")).toHaveCount(0);

    await line("cat").getByRole("button", { name: "Rename cat", exact: true }).click();
    await expect(page.getByRole("textbox", { name: "New name of cat" })).toBeFocused();
    await page.keyboard.type("CATS");
    await page.keyboard.press("Enter");
    await expect(line("cat").getByRole("alert")).toContainText("There is a tag called “cats” already");
    await line("cat").getByRole("button", { name: "Merge into “cats”" }).click();
    await expect(line("cats")).toContainText("6 pictures");
    await expect(line("cat")).toHaveCount(0);
    await page.locator(".toast", { hasText: "Merged" }).getByRole("button", { name: "Undo" }).click();
    await expect(line("cat")).toContainText("3 pictures");
    await expect(line("cats")).toContainText("4 pictures");

    await line("cats").getByRole("button", { name: "Merge cats" }).click();
    await line("cats").getByLabel(/Its pictures get another tag/).selectOption("portrait");
    await line("cats").getByRole("button", { name: "Merge", exact: true }).click();
    await expect(line("portrait")).toContainText("5 pictures");

    await line("cat").getByRole("button", { name: /^Colour of cat/ }).click();
    await line("cat").getByRole("button", { name: "Blue" }).click();
    await expect(line("cat").getByRole("button", { name: "Colour of cat: Blue" })).toBeVisible();

    await line("cat").getByRole("button", { name: "Delete cat" }).click();
    await expect(line("cat")).toHaveCount(0);
    await page.locator(".toast", { hasText: "Deleted" }).getByRole("button", { name: "Undo" }).click();
    await expect(line("cat").getByRole("button", { name: "Colour of cat: Blue" })).toBeVisible();
    await line("cat").getByRole("link", { name: "cat" }).click();
    await gallery.expectTotal(3);
  });
});
