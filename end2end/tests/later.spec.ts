// Parts of the page that are loaded when they are needed, and what is said when they do not come.

import { type Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";

const parts = /\/pkg\/\w+\/(split|chunk)_\w+\.wasm$/;

/** Names of the parts that a page has asked for so far. */
function asked(page: Page): string[] {
  const names: string[] = [];
  page.on("request", (request) => {
    if (parts.test(request.url())) names.push(request.url().replace(/.*\/|\.wasm$/g, ""));
  });
  return names;
}

test("the first pictures wait for no part; the viewer comes when somebody stirs", async ({ gallery, page }) => {
  const came = asked(page);
  await gallery.openGrid();
  expect(came).toEqual([]);
  await page.mouse.move(700, 400);
  await expect.poll(() => came).toContain("split_soon");
  await expect(gallery.filters.getByText("Prompt tokens")).toBeAttached();
  expect(came).not.toContain("split_rarely");
  await gallery.openPicture(0);
  await expect(gallery.counter()).toHaveText(/^1 of /);
});

for (const [address, name] of [
  ["/folders", "Folders"],
  ["/problems", "Problems"],
  ["/inspect", "Inspect a file"],
  ["/keep-rate", "Keep-rate"],
  ["/overview", "Overview"],
] as const) {
  test(`${address} is taken over when it is opened directly`, async ({ gallery, page }) => {
    const came = asked(page);
    await gallery.open(address);
    expect(came).toContain("split_rarely");
    await expect(page.getByRole("heading", { level: 1, name })).toHaveCount(1);
    await page.getByRole("link", { name: "Library", exact: true }).click();
    await expect(gallery.cell(0)).toBeVisible();
  });

  test(`${address} is fetched when a link leads there`, async ({ gallery, page }) => {
    const came = asked(page);
    await gallery.openGrid();
    await gallery.goTo(name);
    await expect(page.getByRole("heading", { level: 1, name })).toHaveCount(1);
    await expect(page).toHaveTitle(new RegExp(`^${name}`));
    expect(came).toContain("split_rarely");
    await page.goBack();
    await expect(gallery.cell(0)).toBeVisible();
  });
}

test("a picture that is opened by its address is taken over", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.openPicture(2);
  await gallery.open(page.url());
  await expect(gallery.counter()).toHaveText(/^3 of /);
  await page.keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveText(/^4 of /);
});

test("keys that are pressed before the viewer is there are heard", async ({ gallery, page }) => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(parts, async (route) => {
    await arrived;
    await route.continue();
  });
  await gallery.openGrid();
  await gallery.openPicture(0);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(gallery.counter()).toHaveCount(0);
  arrive();
  await expect(gallery.counter()).toHaveText(/^3 of /);
});

test.describe("a part that does not arrive", () => {
  test.use({ allowed: [/(split|chunk)_\w+\.wasm|ERR_FAILED|Failed to fetch/] });

  test.beforeEach(({ page }) => page.route(parts, (route) => route.abort()));

  test("a page behind a link says so and comes when asked again", async ({ gallery, page }) => {
    await gallery.openGrid();
    await gallery.goTo("Folders");
    await expect(page.getByRole("alert")).toContainText("did not arrive");
    await page.unroute(parts);
    await page.getByRole("button", { name: "Try again" }).click();
    await gallery.alive();
    await expect(page.getByRole("heading", { level: 1, name: "Folders" })).toBeVisible();
    await page.getByRole("button", { name: "Add a folder" }).click();
    await expect(page.getByRole("dialog", { name: "Choose a folder" })).toBeVisible();
  });

  test("a page that was opened directly stays as the server made it", async ({ gallery, page }) => {
    await page.goto("/folders");
    await expect(page.getByRole("alert")).toContainText("did not arrive");
    await expect(page.getByRole("heading", { level: 1, name: "Folders" })).toBeVisible();
    await expect(page.locator("html[data-hydrated]")).not.toBeAttached();
    await page.getByRole("link", { name: "Library", exact: true }).click();
    await gallery.alive();
    await expect(gallery.cell(0)).toBeVisible();
  });

  test("the viewer says so, and the grid goes on", async ({ gallery, page }) => {
    await gallery.openGrid();
    await gallery.openPicture(1);
    await expect(gallery.lightbox.getByRole("alert")).toContainText("did not arrive");
    await page.keyboard.press("Escape");
    await expect(gallery.lightbox).toBeHidden();
    await page.unroute(parts);
    await gallery.openPicture(1);
    await expect(gallery.counter()).toHaveText(/^2 of /);
  });

  test("a dialog says so in a message, and opens the next time", async ({ gallery, page }) => {
    await gallery.openGrid();
    await page.keyboard.press("?");
    await expect(page.getByRole("status").getByText("did not arrive")).toBeVisible();
    await page.unroute(parts);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  });
});
