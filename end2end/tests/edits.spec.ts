// Values over what files say: edited where they stand or for a whole selection, found, taken back; two people and one value.

import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";

const dialog = (page: Page) => page.getByRole("dialog", { name: /^Edit / });
const value = (page: Page) => dialog(page).locator("#edit-value");
const pencil = (page: Page, name: string) => page.getByRole("button", { name: `Edit the ${name}`, exact: true });
const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });

/** A word that no other test has. */
const own = (name: string) => `${name}${test.info().workerIndex}x${test.info().repeatEachIndex}`;

/** Selects the first pictures by keys. */
async function select(gallery: GalleryPage, page: Page, count: number): Promise<void> {
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  for (let step = 1; step < count; step++) await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(count);
}

test("a prompt is edited where it stands, found by its words, and the file stays as it is", async ({ gallery, page }) => {
  const word = own("heronry");
  await gallery.openGrid("/?has=prompt&sort=name");
  await gallery.openPicture(0);
  const before = await gallery.lightbox.locator(".prompt-text").first().innerText();
  const original = await gallery.lightbox.getByRole("link", { name: "Original", exact: true }).getAttribute("href");
  const bytes = await (await page.request.get(original ?? "")).body();
  await pencil(page, "prompt").click();
  await expect(field(page, "Prompt")).toBeFocused();
  await expect(field(page, "Prompt")).toHaveValue(before);
  await field(page, "Prompt").fill(`a ${word} in fog`);
  await page.keyboard.press("Control+Enter");
  await expect(gallery.lightbox.locator(".prompt-text").first()).toHaveText(`a ${word} in fog`);
  await expect(pencil(page, "prompt")).toBeFocused();
  // The cell behind says it too.
  await expect(page.locator(`[data-caption="a ${word} in fog"]`)).toBeAttached();
  // It is marked by a word, and the file's own prompt is one step away.
  const past = gallery.lightbox.locator(".prompt-field", { hasText: word }).locator(".editable-past");
  await past.locator("summary").click();
  await expect(past.locator(".editable-says")).toContainText(before.slice(0, 40));
  const address = page.url();
  await gallery.openGrid(`/?q=${word}`);
  await gallery.expectTotal(1);
  expect(await (await page.request.get(original ?? "")).body()).toEqual(bytes);
  await gallery.open(address);
  await expect(gallery.lightbox.locator(".prompt-text").first()).toHaveText(`a ${word} in fog`);
  await past.locator("summary").click();
  await past.getByRole("button", { name: "Restore what the file says" }).click();
  await expect(gallery.lightbox.locator(".prompt-text").first()).toHaveText(before);
  await expect(gallery.lightbox.locator(".editable-past")).toHaveCount(0);
  // What was done to it is told, with who and when.
  await gallery.lightbox.getByText("What was done to it").click();
  const steps = gallery.lightbox.locator(".inspector-steps");
  await expect(steps.getByText("Prompt: as the file says, before:")).toBeVisible();
  await expect(steps.getByText(`Prompt: “a ${word} in fog”, before: as the file says`)).toBeVisible();
});

test.describe("a wrong value", () => {
test.use({ allowed: [/fields\/set_one|422/] });

test("a value that is none is refused where it was typed, and nothing is lost", async ({ gallery, page }) => {
  await gallery.openGrid("/?has=recipe&sort=-name");
  await gallery.openPicture(0);
  const shown = gallery.lightbox.locator(".parameter", { hasText: "Seed" }).locator(".editable-value");
  const before = await shown.innerText();
  await pencil(page, "seed").click();
  await field(page, "Seed").fill("many");
  await page.keyboard.press("Enter");
  await expect(gallery.lightbox.getByRole("alert").getByText("A seed is a whole number")).toBeVisible();
  await expect(field(page, "Seed")).toHaveValue("many");
  await field(page, "Seed").fill("4242");
  await page.keyboard.press("Enter");
  await expect(shown).toHaveText("4242");
  await expect(pencil(page, "seed")).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(shown).toHaveText(before);
  // Escape leaves it as it was, and the picture open.
  await pencil(page, "seed").click();
  await field(page, "Seed").fill("7");
  await page.keyboard.press("Escape");
  await expect(shown).toHaveText(before);
  await expect(gallery.lightbox).toBeVisible();
});
});

test("a persona for a selection is one step by keys, a facet, a filter, and taken back", async ({ gallery, page }) => {
  const name = own("Ada ");
  await gallery.openGrid("/?sort=name");
  await select(gallery, page, 4);
  await page.keyboard.press("e");
  await expect(dialog(page)).toBeVisible();
  await expect(dialog(page).getByRole("heading", { name: "Edit 4 pictures" })).toBeVisible();
  await expect(dialog(page).locator("#edit-which")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(value(page)).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeHidden();
  const row = gallery.filters.locator(`input[name="any.persona"][value="${name}"]`);
  await expect(row).toBeVisible();
  const message = page.locator(".toast", { hasText: `Set the persona of 4 pictures to “${name}”` });
  await expect(message).toBeVisible();
  await row.check();
  await gallery.expectTotal(4);
  await expect(page).toHaveURL(/persona=/);
  await gallery.openPicture(1);
  await expect(gallery.lightbox.getByRole("link", { name })).toBeVisible();
  await page.keyboard.press("Escape");
  await gallery.openGrid(`/?persona=${encodeURIComponent(name)}`);
  await gallery.expectTotal(4);
});

test("the message about many pictures takes it back, and so does Ctrl+Z", async ({ gallery, page }) => {
  const name = own("Sampler");
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.cell(0).focus();
  await page.keyboard.press("Control+a");
  await gallery.toolbar.getByRole("button", { name: "Edit" }).click();
  await dialog(page).getByLabel("Value", { exact: true }).selectOption("Sampler");
  await value(page).fill(name);
  await dialog(page).getByRole("button", { name: `Set for ${total} pictures` }).click();
  const what = `Set the sampler of ${total} pictures to “${name}”`;
  const message = page.locator(".toast", { hasText: what });
  await message.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(`Taken back: ${what}`)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+z");
  await expect(page.getByText(`Done again: ${what}`)).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByText(`Taken back: ${what}`).last()).toBeVisible();
  await gallery.open("/history?kind=edit");
  await expect(page.getByText(what).first()).toBeVisible();
});

test("two people and one value: the second sees both and decides", async ({ gallery, page, context }) => {
  const [theirs, mine] = [own("theirs"), own("mine")];
  await gallery.openGrid("/?has=recipe&sort=name");
  await gallery.openPicture(3);
  await expect(page).toHaveURL(/image=/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.locator("html[data-hydrated]")).toBeAttached();
  await pencil(page, "sampler").click();
  await pencil(other, "sampler").click();
  await field(other, "Sampler").fill(theirs);
  await other.keyboard.press("Enter");
  const shown = (of: Page) => of.locator(".parameter", { hasText: "Sampler" }).locator(".editable-value");
  await expect(shown(other)).toHaveText(theirs);
  // The server knows it.
  await expect
    .poll(async () => (await page.request.get(`/?sampler=${theirs}`)).text())
    .toContain("1 picture");
  await field(page, "Sampler").fill(mine);
  await page.keyboard.press("Enter");
  const alert = gallery.lightbox.getByRole("alert").filter({ hasText: "Somebody set this" });
  await expect(alert).toContainText(theirs);
  await expect(field(page, "Sampler")).toHaveValue(mine);
  await alert.getByRole("button", { name: "Keep mine" }).click();
  await expect(shown(page)).toHaveText(mine);
  await other.close();
  await gallery.open(page.url());
  await expect(shown(page)).toHaveText(mine);
});

test.describe("without a server", () => {
  test.use({ allowed: [/fields\/set_one|ERR_FAILED/] });

  test("an edit that could not be kept is taken back on the page, and why is said", async ({ gallery, page }) => {
    await gallery.openGrid("/?has=recipe&sort=name");
    await gallery.openPicture(5);
    const shown = gallery.lightbox.locator(".parameter", { hasText: "Steps" }).locator(".editable-value");
    const before = await shown.innerText();
    await page.route("**/fn/fields/set_one", (route) => route.abort());
    await pencil(page, "steps").click();
    await field(page, "Steps").fill("77");
    await page.keyboard.press("Enter");
    await expect(gallery.lightbox.getByRole("alert").getByText("The server cannot be reached")).toBeVisible();
    await expect(field(page, "Steps")).toHaveValue("77");
    await page.keyboard.press("Escape");
    await expect(shown).toHaveText(before);
  });
});
