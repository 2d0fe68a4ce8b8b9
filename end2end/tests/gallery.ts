// The gallery's page in the words of its users.

import { expect, type Locator, type Page } from "@playwright/test";

export class GalleryPage {
  readonly grid: Locator;
  readonly list: Locator;
  readonly search: Locator;
  readonly filters: Locator;
  readonly chips: Locator;
  readonly scrubber: Locator;
  readonly toolbar: Locator;
  readonly lightbox: Locator;

  constructor(readonly page: Page) {
    this.grid = page.getByRole("grid", { name: "Pictures" });
    this.list = page.getByRole("table", { name: "Pictures" });
    this.search = page.getByRole("combobox", { name: /^Search/ });
    this.filters = page.getByRole("complementary", { name: "Filters" });
    this.chips = page.getByRole("navigation", { name: "Active filters" });
    this.scrubber = page.getByRole("slider", { name: "Place in the result" });
    this.toolbar = page.getByRole("toolbar", { name: "Selection" });
    this.lightbox = page.getByRole("dialog", { name: "Open picture" });
  }

  /** Opens an address and waits until the browser's half has taken over. */
  async open(address = "/"): Promise<void> {
    await this.page.goto(address);
    await this.alive();
  }

  async alive(): Promise<void> {
    await expect(this.page.locator("html[data-hydrated]")).toBeAttached({ timeout: 20_000 });
  }

  /** Follows a link of the panel that lies folded below the others. */
  async goTo(name: string): Promise<void> {
    await this.filters.getByText("More", { exact: true }).click();
    await this.filters.getByRole("link", { name, exact: true }).click();
  }

  /** Opens a result and waits for its first picture. */
  async openGrid(address = "/"): Promise<void> {
    await this.open(address);
    await expect(this.cell(0)).toHaveAccessibleName(/^(Image|Video) 1 of [\d,]+, (?!loading)/);
  }

  /** Opens a result as a list and waits for its first row. */
  async openList(address = "/?view=list"): Promise<void> {
    await this.open(address);
    await expect(this.line(0).getByRole("link", { name: /\.\w+$/ })).toBeVisible();
  }

  /** The row of the list at a position of the result. */
  line(position: number): Locator {
    return this.page.locator(`tr[data-p="${position}"]`);
  }

  /** The cell at a position of the result. */
  cell(position: number): Locator {
    return this.page.locator(`[role=gridcell][data-p="${position}"]`);
  }

  /** Turns the wheel over the grid, so many pixels at a time, until the last picture is in view. */
  async wheelToTheEnd(total: number, step: number): Promise<void> {
    const box = await this.grid.boundingBox();
    if (!box) throw new Error("the grid has no box");
    await this.page.mouse.move(box.x + 200, box.y + 200);
    await expect(async () => {
      await this.page.mouse.wheel(0, step);
      await expect(this.cell(total - 1)).toBeInViewport({ timeout: 200 });
    }).toPass();
  }

  /** The exact size of the result, as the bar says it. */
  async total(): Promise<number> {
    const count = this.page.locator(".top-bar-count");
    await expect(count).toHaveText(/^[\d,]+ pictures?$/);
    return number(await count.innerText());
  }

  async expectTotal(total: number): Promise<void> {
    await expect.poll(() => this.total()).toBe(total);
  }

  /** Waits until the result has another size than before, and gives the new one. */
  async otherTotal(before: number): Promise<number> {
    await expect.poll(() => this.total()).not.toBe(before);
    return this.total();
  }

  /** Holds back cards that are asked for, as over a slow network, until what it gives is called. */
  async holdCards(): Promise<() => void> {
    let release = (): void => {};
    const held = new Promise<void>((done) => (release = done));
    await this.page.route("**/fn/search/window", async (route) => {
      await held;
      await route.continue();
    });
    return () => release();
  }

  columns(): Promise<number> {
    return this.grid.getAttribute("aria-colcount").then(Number);
  }

  /** A tick box of the filter panel, with the value and the count of its row. */
  async row(field: string, index = 0): Promise<{ box: Locator; value: string; count: number }> {
    const row = this.filters.locator(`label.facet-row:has(input[name="any.${field}"])`).nth(index);
    const value = (await row.locator("input").getAttribute("value")) ?? "";
    const text = await row.innerText();
    // Counts change the order of the rows; the box is the one of this value from here on.
    const box = this.filters.locator(`input[name="any.${field}"][value="${value}"]`);
    return { box, value, count: number(text.split("\n").at(-1) ?? "") };
  }

  async selected(count: number): Promise<void> {
    const said = count.toLocaleString("en-GB");
    await expect(this.toolbar.getByText(`${said} selected`)).toBeVisible();
  }

  /** Opens the picture at a position with the keyboard. */
  async openPicture(position: number): Promise<void> {
    await this.cell(position).focus();
    await this.page.keyboard.press("Enter");
    await expect(this.lightbox).toBeVisible();
  }

  counter(): Locator {
    return this.lightbox.locator(".lightbox-counter");
  }
}

/** `48,113 pictures` as a number. */
export function number(text: string): number {
  return Number(text.replace(/[^\d]/g, ""));
}
