// Judging: one key for one picture or for all that are selected, shown at once, and taken back.

import { expect, test } from "./fixtures.ts";

test("keys judge the focused picture, and a reload shows it", async ({ gallery, page }) => {
  await gallery.openGrid();
  const cell = gallery.cell(1);
  await gallery.cell(0).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("p");
  await expect(cell).toHaveAccessibleName(/, approved$/);
  await page.keyboard.press("4");
  await page.keyboard.press("f");
  await page.keyboard.press("7");
  await expect(cell).toHaveAccessibleName(/, approved, 4 stars, favourite, yellow label$/);
  await expect(cell.locator(".signs")).toBeVisible();
  await page.keyboard.press("x");
  await expect(cell).toHaveClass(/is-rejected/);
  // Everything is with the server once the last of it is found there.
  await expect(async () => {
    await gallery.open("/?state=rejected&rating=4&is=favourite&label=yellow");
    expect(await gallery.total()).toBe(1);
  }).toPass();
  await gallery.openGrid();
  await expect(cell).toHaveAccessibleName(/, rejected, 4 stars, favourite, yellow label$/);
  // What was left behind when the page was left is told first: until then it is laid over what is shown.
  await page.keyboard.press("Shift");
  await expect(gallery.scrubber).toBeVisible();
  await page.waitForLoadState("networkidle");
  await cell.focus();
  for (const key of ["u", "0", "f", "7"]) await page.keyboard.press(key);
  await expect(cell).not.toHaveAccessibleName(/rejected|star|favourite|label/);
  await expect(cell.locator(".signs")).toHaveCount(0);
});

test("undo goes back step by step, redo forward", async ({ gallery, page }) => {
  await gallery.openGrid();
  const cell = gallery.cell(0);
  await cell.focus();
  for (const key of ["2", "5", "p"]) await page.keyboard.press(key);
  await expect(cell).toHaveAccessibleName(/, approved, 5 stars$/);
  await page.keyboard.press("Control+z");
  await expect(cell).toHaveAccessibleName(/, 5 stars$/);
  await expect(page.getByText("Taken back: Approved 1 picture")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(cell).toHaveAccessibleName(/, 2 stars$/);
  await page.keyboard.press("Control+Shift+z");
  await expect(cell).toHaveAccessibleName(/, 5 stars$/);
  for (let step = 0; step < 2; step++) await page.keyboard.press("Control+z");
  await expect(cell).not.toHaveAccessibleName(/stars?$/);
  await page.keyboard.press("Control+z");
  await expect(page.getByText("Nothing to take back")).toBeVisible();
});

test("everything that is selected is judged in one step, undone from its message", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.cell(0).focus();
  await page.keyboard.press("Control+a");
  await gallery.selected(total);
  await page.keyboard.press("x");
  await expect(gallery.cell(2)).toHaveAccessibleName(/, rejected$/);
  const said = total.toLocaleString("en-GB");
  const message = page.locator(".toast", { hasText: `Rejected ${said} pictures` });
  await message.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(`Taken back: Rejected ${said} pictures`)).toBeVisible();
  await expect(gallery.cell(2)).not.toHaveAccessibleName(/, rejected$/);
  await gallery.open("/?state=rejected");
  await expect(page.getByText(/^0 pictures$|No picture/).first()).toBeVisible();
});

test("the open picture is judged alone, whatever is selected behind it", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  await gallery.openPicture(3);
  await page.keyboard.press("p");
  await expect(gallery.lightbox.getByText("approved", { exact: true })).toBeAttached();
  await page.keyboard.press("ArrowRight");
  await expect(gallery.lightbox.getByText("approved", { exact: true })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(gallery.cell(3)).toHaveAccessibleName(/, approved$/);
  await expect(gallery.cell(0)).not.toHaveAccessibleName(/, approved$/);
  await page.keyboard.press("Control+z");
  await expect(gallery.cell(3)).not.toHaveAccessibleName(/, approved$/);
});

test.describe("without a server", () => {
  test.use({ allowed: [/judge\/set|ERR_FAILED/] });

  test("what is said of pictures waits, and what is said of a whole result is shown as it is", async ({
    gallery,
    page,
  }) => {
    await gallery.openGrid();
    await page.route("**/fn/judge/set", (route) => route.abort());
    await gallery.cell(1).focus();
    await page.keyboard.press("p");
    await expect(page.getByRole("status").getByText("1 waiting")).toBeVisible();
    await expect(gallery.cell(1)).toHaveAccessibleName(/, approved$/);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("x");
    await expect(page.getByText(/needs the server, which cannot be reached/)).toBeVisible();
    await expect(gallery.cell(2)).not.toHaveAccessibleName(/, rejected$/);
    await page.unroute("**/fn/judge/set");
    await expect(page.getByText("1 waiting")).toHaveCount(0, { timeout: 20_000 });
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+z");
    await expect(gallery.cell(1)).not.toHaveAccessibleName(/, approved$/);
  });
});

test("buttons judge the open picture, and the same button takes it back", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.openPicture(6);
  const tools = gallery.lightbox.getByRole("toolbar", { name: "Judge this picture" });
  const approve = tools.getByRole("button", { name: "Approve" });
  await approve.click();
  await expect(approve).toHaveAttribute("aria-pressed", "true");
  await tools.getByRole("button", { name: "3 stars" }).click();
  await tools.getByRole("button", { name: "Favourite" }).click();
  await page.keyboard.press("Escape");
  await expect(gallery.cell(6)).toHaveAccessibleName(/, approved, 3 stars, favourite$/);
  await gallery.openPicture(6);
  await approve.click();
  await tools.getByRole("button", { name: "3 stars" }).click();
  await tools.getByRole("button", { name: "Favourite" }).click();
  await page.keyboard.press("Escape");
  await expect(gallery.cell(6)).not.toHaveAccessibleName(/approved|stars|favourite/);
});

test("the selection bar judges everything that is selected", async ({ gallery, page }) => {
  await gallery.openGrid();
  await gallery.cell(8).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(2);
  await gallery.toolbar.getByRole("button", { name: "Reject" }).click();
  await expect(gallery.cell(8)).toHaveAccessibleName(/, rejected$/);
  await expect(gallery.cell(9)).toHaveAccessibleName(/, rejected$/);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expect(gallery.cell(8)).not.toHaveAccessibleName(/rejected/);
});
