// What a page asks for, and whether it still waits for something.

import { expect, type Page, type Request } from "@playwright/test";

export class Traffic {
  /** Everything that was asked, in order. */
  readonly asked: Request[] = [];
  /** What was given up before it was answered. */
  readonly cancelled = new Set<Request>();
  private readonly open = new Set<Request>();

  constructor(page: Page) {
    page.on("request", (request) => {
      this.asked.push(request);
      // The stream of events never ends.
      if (path(request) !== "/events") this.open.add(request);
    });
    page.on("requestfinished", (request) => this.open.delete(request));
    page.on("requestfailed", (request) => {
      this.open.delete(request);
      if (request.failure()?.errorText === "net::ERR_ABORTED") this.cancelled.add(request);
    });
  }

  /** Waits until everything that was asked is answered. */
  async quiet(): Promise<void> {
    let seen = -1;
    await expect
      .poll(() => {
        // One answer may be why the next question is asked.
        const rests = this.open.size === 0 && this.asked.length === seen;
        seen = this.asked.length;
        return rests;
      }, { intervals: [200] })
      .toBe(true);
  }

  /** Forgets what was asked so far. */
  forget(): void {
    this.asked.length = 0;
  }

  /** The questions to the server's functions, the regular look at its progress left out. */
  questions(): string[] {
    return this.asked.map(path).filter((path) => path.startsWith("/fn/") && path !== "/fn/roots/progress");
  }

  /** The thumbnails and originals. */
  pictures(): string[] {
    return this.asked.map(path).filter((path) => path.startsWith("/media/"));
  }
}

export function path(request: Request): string {
  return new URL(request.url()).pathname;
}
