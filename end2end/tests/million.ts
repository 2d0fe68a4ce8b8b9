// A million pictures out of a small library: the page is told so, and gets the same cards again and again.

import type { Page, Route } from "@playwright/test";

import { GalleryPage } from "./gallery.ts";

export const MILLION = 1_000_000;

interface Answer {
  head: { total: number | null };
}

interface Asked {
  result: string;
  window: { offset: number; len: number };
}

/**
 * Opens a result in which the page finds a million pictures. The first page comes with the document, so
 * it is a later question whose answer is changed: taking a filter away.
 */
export async function openMillion(gallery: GalleryPage): Promise<void> {
  const { page } = gallery;
  await gallery.openGrid("/?has=prompt");
  let real = 0;
  await page.route("**/fn/search/first_page", async (route) => {
    const answer = await route.fetch();
    const first = (await answer.json()) as Answer;
    real = first.head.total ?? 0;
    first.head.total = MILLION;
    await route.fulfill({ response: answer, json: first });
  });
  await page.route("**/fn/search/window", (route) => repeated(route, real));
  await gallery.chips.getByRole("link", { name: /^Remove / }).click();
  await gallery.expectTotal(MILLION);
}

/** Answers with the cards of another place, of which there are some. */
async function repeated(route: Route, real: number): Promise<void> {
  const asked = route.request().postDataJSON() as Asked;
  const { offset, len } = asked.window;
  const there = { ...asked, window: { offset: offset % Math.max(1, real - len), len } };
  const answer = await route.fetch({ postData: there });
  await route.fulfill({ response: answer, json: { ...(await answer.json()), offset } });
}

/** The windows that the page asks for from now on, by their first position. */
export function windowsAsked(page: Page): number[] {
  const offsets: number[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/fn/search/window")) return;
    offsets.push((request.postDataJSON() as Asked).window.offset);
  });
  return offsets;
}
