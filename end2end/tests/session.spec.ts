// What has come since somebody opened the gallery, with the keys acting on the newest picture.

import { expect } from "./fixtures.ts";
import { test } from "./live.ts";

test("a session waits for its first picture and shows each as it comes", async ({ gallery, page, output }) => {
  await gallery.open("/session");
  await expect(page).toHaveURL(/\/\?added=[^&]+&sort=-added$/);
  await expect(page.getByRole("heading", { name: /^New since .* UTC$/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Waiting for the first picture" })).toBeVisible();
  await expect(page.getByText("Watching 1 folder.")).toBeVisible();
  output.paint();
  await expect(page.getByRole("img", { name: "Newest: new-300.png" })).toBeVisible();
  await gallery.expectTotal(1);
  output.paint();
  await expect(page.getByRole("img", { name: "Newest: new-301.png" })).toBeVisible();
  await gallery.expectTotal(2);
  await expect(page.locator(".new-pill")).toBeHidden();
});

test("keys judge the newest picture, a selection goes first, and undo takes back", async ({ gallery, page, output }) => {
  await gallery.open("/session");
  await expect(page).toHaveURL(/added=/);
  output.paint();
  await expect(page.getByRole("img", { name: "Newest: new-300.png" })).toBeVisible();
  const judge = page.getByRole("region", { name: /^New since/ }).getByRole("toolbar");
  await page.keyboard.press("p");
  await expect(judge.getByRole("button", { name: "Approve" })).toHaveAttribute("aria-pressed", "true");
  output.paint();
  await expect(page.getByRole("img", { name: "Newest: new-301.png" })).toBeVisible();
  await expect(judge.getByRole("button", { name: "Approve" })).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("x");
  await page.keyboard.press("4");
  await expect(gallery.cell(0)).toHaveAccessibleName(/new-301\.png, rejected, 4 stars$/);
  await expect(gallery.cell(1)).toHaveAccessibleName(/new-300\.png, approved$/);
  await page.keyboard.press("Control+z");
  await expect(gallery.cell(0)).toHaveAccessibleName(/new-301\.png, rejected$/);
  await gallery.cell(1).focus();
  await page.keyboard.press("Space");
  await gallery.selected(1);
  await page.keyboard.press("5");
  await expect(gallery.cell(1)).toHaveAccessibleName(/new-300\.png, approved, 5 stars$/);
  await expect(gallery.cell(0)).toHaveAccessibleName(/new-301\.png, rejected$/);
});

test("the buttons judge it too, and it opens", async ({ gallery, page, output }) => {
  await gallery.open("/session");
  await expect(page).toHaveURL(/added=/);
  output.paint();
  const newest = page.getByRole("img", { name: "Newest: new-300.png" });
  await expect(newest).toBeVisible();
  const region = page.getByRole("region", { name: /^New since/ });
  await region.getByRole("button", { name: "Favourite" }).click();
  await expect(gallery.cell(0)).toHaveAccessibleName(/favourite$/);
  await newest.click();
  await expect(gallery.counter()).toHaveText("1 of 1");
  await page.keyboard.press("Escape");
  await expect(newest).toBeVisible();
});

test("the session is the tab's until it begins anew", async ({ gallery, page, output }) => {
  await gallery.openGrid();
  await expect(page.getByRole("button", { name: "Follow new pictures" })).toBeVisible();
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem("proofsheet.session"))).not.toBeNull();
  output.paint();
  await expect(page.locator(".new-pill")).toHaveText("1 new");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("this session");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("img", { name: "Newest: new-300.png" })).toBeVisible();
  const begun = new URL(page.url()).searchParams.get("added");
  await gallery.goTo("This session");
  await expect(page).toHaveURL(/sort=-added$/);
  expect(new URL(page.url()).searchParams.get("added")).toBe(begun);
  // A session begins at a whole second; what came in the second before is not in the next one.
  await expect(async () => {
    await page.getByRole("button", { name: "Begin anew" }).click();
    await expect(page.getByRole("heading", { name: "Waiting for the first picture" })).toBeVisible({ timeout: 500 });
  }).toPass();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a session begins where a link says", async ({ page, output }) => {
    // A session begins at a whole second, in which the last picture of before may have come.
    await expect(async () => {
      await page.goto("/session");
      await page.getByRole("link", { name: "Show what arrives from now on" }).click();
      await expect(page.getByText("Watching 1 folder.")).toBeVisible({ timeout: 500 });
    }).toPass();
    output.paint();
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("img", { name: "Newest: new-300.png" })).toBeVisible({ timeout: 500 });
    }).toPass();
  });
});
