// Long work: started, watched, paused, and what came of it.

import { expect, test } from "./fixtures.ts";

interface Job {
  id: string;
  state: string;
  failed: number;
}

test("work is started, ends by itself and tells what happened", async ({ gallery, page, server }) => {
  await server.quiet();
  await gallery.open("/jobs");
  await page.getByRole("button", { name: "Verify all files" }).click();
  const job = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Verify all files" }) });
  await expect(job.getByRole("status")).toHaveText(/^Done/);
  const facts = job.getByText(/^[\d,]+ of [\d,]+ · /);
  await expect(facts).toBeVisible();
  await job.getByText("What happened").click();
  await expect(job.getByText("Asked for.").first()).toBeVisible();
  await expect(job.getByText("Began.").first()).toBeVisible();
  // What is there stays without scripts and after a reload.
  await page.reload();
  await gallery.alive();
  await expect(job.getByRole("status")).toHaveText(/^Done/);
});

test("the page is reached from the palette, and follows what others ask for", async ({ gallery, page, server }) => {
  await gallery.openGrid();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("jobs");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeVisible();
  const { id } = await server.ask<Job>("jobs/start", { kind: "recipes" });
  const job = page.getByRole("listitem").filter({
    has: page.getByRole("heading", { name: "Read recipes again" }),
  });
  await expect(job.getByRole("status")).toHaveText(/^Done/, { timeout: 30_000 });
  const list = await server.ask<Job[]>("jobs/list", {});
  expect(list.find((one) => one.id === id)?.state).toBe("done");
});

test("an archive that was asked for is fetched again from its job", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.cell(0).click({ modifiers: ["ControlOrMeta"] });
  await gallery.toolbar.getByRole("button", { name: "Download" }).click();
  const dialog = page.getByRole("dialog", { name: /^Download \d/ });
  const first = page.waitForEvent("download", { timeout: 30_000 });
  await dialog.getByRole("button", { name: /^Download \d/ }).click();
  const address = new URL((await first).url()).pathname;
  await gallery.open("/jobs");
  const link = page.getByRole("link", { name: "Download archive" });
  const own = page.locator(`a[href="${address}"]`).and(link);
  const job = page.getByRole("listitem").filter({ has: own });
  await expect(job.getByRole("heading", { name: "Prepare an archive" })).toBeVisible();
  await expect(job.getByRole("status")).toHaveText("Done");
  await expect(job.getByText("It is kept for a day.")).toBeVisible();
  const again = page.waitForEvent("download", { timeout: 30_000 });
  await own.click();
  expect(new URL((await again).url()).pathname).toBe(address);
});
