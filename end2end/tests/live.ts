// A library into which pictures come while a page is open.

import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { test as base } from "./fixtures.ts";
import { Server } from "./server.ts";

/** One grey pixel. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

/** A folder that pictures come into. */
export class Output {
  readonly path = mkdtempSync(join(tmpdir(), "proofsheet-live-"));
  private made = 0;

  /** A new picture, whole from the first moment, as a program that is done leaves it. */
  paint(name = `new-${this.made}.png`): string {
    this.made += 1;
    const bytes = Buffer.concat([pixel, Buffer.from(`picture ${this.made}`)]);
    const hidden = join(this.path, `.${name}`);
    writeFileSync(hidden, bytes);
    renameSync(hidden, join(this.path, name));
    return name;
  }

  /** Pictures of last year. */
  paintOld(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const name = this.paint(`old-${String(index).padStart(3, "0")}.png`);
      const then = new Date(Date.UTC(2025, 0, 1, 0, index));
      utimesSync(join(this.path, name), then, then);
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Every test gets a library of its own, with 300 old pictures. */
export const test = base.extend<{ output: Output; own: Server }>({
  output: async ({}, use) => {
    const output = new Output();
    output.paintOld(300);
    await use(output);
    output.remove();
  },
  own: async ({ output }, use) => {
    const own = await Server.start([output.path]);
    await own.quiet();
    await use(own);
    await own.stop();
  },
  baseURL: async ({ own }, use) => use(own.url),
});
