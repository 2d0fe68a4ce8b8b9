// Into and out of other tools.

import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures.ts";

test("decisions of another tool are seen first, come in once, and are taken back", async ({
  gallery,
  page,
  server,
}) => {
  const query = {
    words: [], filters: [], sort: { first: { key: "date", descending: true }, then: [] },
    view: "grid", image: null, at: null, unknown: [],
  };
  const found = await server.ask<{ page: { cards: { name: string }[] } }>("search/first_page", { query, len: 3 });
  const [first, second] = found.page.cards.map((card) => card.name);
  const decisions = JSON.stringify({ [first ?? ""]: true, [second ?? ""]: false, "not-here.png": true });
  const choose = (): Promise<void> =>
    page.getByLabel("A file of decisions or executions").setInputFiles({
      name: "approvals.json",
      mimeType: "application/json",
      buffer: Buffer.from(decisions),
    });
  await gallery.open("/exchange");
  await choose();
  await expect(page.getByText("2 of 3 lines found in the library.")).toBeVisible();
  await expect(page.getByText("not-here.png")).toBeVisible();
  await page.getByRole("button", { name: "Make 2 changes" }).click();
  await expect(page.getByRole("link", { name: /History can take any of it back/ })).toBeVisible();
  await page.reload();
  await gallery.alive();
  await choose();
  await expect(page.getByText("Everything in it is so already.")).toBeVisible();
  await page.goto("/history");
  await gallery.alive();
  await page.getByRole("button", { name: /^Take back/ }).first().click();
  await expect(page.getByText(/^Taken back:/).first()).toBeVisible();
});

test.describe("what is refused", () => {
  // The browser reports every answer that is not a success.
  test.use({ allowed: [/422/] });

  test("what cannot be read is told, and nothing happens", async ({ gallery, page }) => {
    await gallery.open("/exchange");
    await page.getByLabel("A file of decisions or executions").setInputFiles({
      name: "a.json",
      mimeType: "application/json",
      buffer: Buffer.from("{ nonsense"),
    });
    await expect(page.getByRole("alert")).toContainText("Nothing was changed");
  });
});

test("a table holds the pictures of the filter, also without scripts", async ({ gallery, page }) => {
  await gallery.openGrid("/?has=prompt");
  const total = await gallery.total();
  await gallery.goTo("In and out");
  const link = page.getByRole("link", { name: /CSV/ });
  await expect(link).toHaveAttribute("href", /pictures\.csv\?has=prompt/);
  const coming = page.waitForEvent("download");
  await link.click();
  const path = await (await coming).path();
  const lines = readFileSync(path, "utf8").split("\n").filter((line) => /^[0-9a-z]{26},/.test(line));
  expect(lines).toHaveLength(total);
});

test("a log of executions gives parameters that filter, and XMP files bring everything back", async ({
  gallery,
  page,
}) => {
  await gallery.open("/exchange?sort=name");
  const names = await page.evaluate(async () => {
    const answer = await fetch("/exchange/pictures.json?sort=name");
    const rows = (await answer.json()) as { file: string }[];
    return rows.slice(0, 2).map((row) => row.file);
  });
  const choose = (name: string, buffer: Buffer): Promise<void> =>
    page.getByLabel("A file of decisions or executions").setInputFiles({
      name,
      mimeType: "application/octet-stream",
      buffer,
    });
  const log = `file,execution_id,status,mood\n${names[0]},run-77,completed,blue\n${names[1]},run-78,failed,red\n`;
  await choose("log.csv", Buffer.from(log));
  await expect(page.getByText("Read as a log of executions.")).toBeVisible();
  await expect(page.getByText(/1 row is .*passed over/)).toBeVisible();
  await page.getByRole("button", { name: "Make 2 changes" }).click();
  await expect(page.getByRole("link", { name: /History can take any of it back/ })).toBeVisible();
  await page.goto("/exchange?param.log.execution=run-77");
  await gallery.alive();
  const link = page.getByRole("link", { name: /XMP files in a ZIP/ });
  await expect(link).toHaveAttribute("href", /sidecars\.zip\?param\.log\.execution=run-77/);
  const coming = page.waitForEvent("download");
  await link.click();
  const archive = readFileSync(await (await coming).path());
  expect(archive.subarray(0, 2).toString()).toBe("PK");
  await choose("sidecars.zip", archive);
  await expect(page.getByText("1 of 1 line found in the library.")).toBeVisible();
  await expect(page.getByText("Everything in it is so already.")).toBeVisible();
  // Nothing is written beside pictures before a folder allows it.
  await page.getByRole("button", { name: "Write XMP files beside these pictures" }).click();
  await expect(page.getByText("Would write 0 files.")).toBeVisible();
  await expect(page.getByText(/1 picture lies in folders that do not allow it/)).toBeVisible();
  await page.getByRole("button", { name: "Look at the XMP files beside these pictures" }).click();
  await expect(page.getByText("0 of 0 lines found in the library.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Followed logs" })).toBeVisible();
});
