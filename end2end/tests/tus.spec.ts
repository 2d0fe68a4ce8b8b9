// The server as a client of the protocol tus sees it that others wrote.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type * as Tus from "tus-js-client";

import { expect, test as base } from "./fixtures.ts";
import { Server } from "./server.ts";

const client = createRequire(import.meta.url).resolve("tus-js-client/dist/tus.min.js");

const test = base.extend<{ own: Server }>({
  own: async ({}, use) => {
    const own = await Server.start([]);
    await use(own);
    await own.stop();
  },
  baseURL: async ({ own }, use) => use(own.url),
});

/** One grey pixel, and further bytes that make it as long as wanted. */
const picture = Buffer.concat([
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
    "base64",
  ),
  randomBytes(300_000),
]).toString("base64");

interface Told {
  /** Statuses of all answers, each behind its method. */
  answers: string[];
  image: string | null;
  duplicate: string | null;
  problem: string | null;
  url: string | null;
}

declare global {
  interface Window {
    tus: typeof Tus;
    send: (how: { upTo?: number; url?: string; file?: string }) => Promise<Told>;
    picture: string;
  }
}

test.beforeEach(async ({ gallery, page }) => {
  await gallery.open("/add");
  await page.evaluate(readFileSync(client, "utf8"));
  await page.evaluate((picture) => {
    window.picture = picture;
    window.send = ({ upTo, url, file }) =>
      new Promise((resolve) => {
        const bytes = Uint8Array.from(atob(file ?? window.picture), (letter) => letter.charCodeAt(0));
        const told: Told = { answers: [], image: null, duplicate: null, problem: null, url: null };
        const upload = new window.tus.Upload(new Blob([bytes]), {
          endpoint: "/uploads",
          uploadUrl: url ?? null,
          chunkSize: 100_000,
          retryDelays: null,
          metadata: { filename: "dune.png", about: JSON.stringify({ rating: 4 }) },
          onAfterResponse: (request, response) => {
            told.answers.push(`${request.getMethod()} ${response.getStatus()}`);
            told.image = response.getHeader("Proofsheet-Image") ?? null;
            told.duplicate = response.getHeader("Proofsheet-Duplicate") ?? null;
          },
          onChunkComplete: (_, sent) => {
            if (upTo === undefined || sent < upTo) return;
            void upload.abort().then(() => resolve({ ...told, url: upload.url }));
          },
          onError: (error) => resolve({ ...told, problem: error.message, url: upload.url }),
          onSuccess: () => resolve({ ...told, url: upload.url }),
        });
        upload.start();
      });
  }, picture);
});

test("a file is sent in pieces and becomes a picture of which something is told", async ({ gallery, page }) => {
  const told = await page.evaluate(() => window.send({}));
  expect(told.answers).toEqual(["POST 201", "PATCH 204", "PATCH 204", "PATCH 204", "PATCH 204"]);
  expect(told.problem).toBeNull();
  expect(told.image).toMatch(/^[0-9a-z]{26}$/);
  const again = await page.evaluate(() => window.send({}));
  expect([again.image, again.duplicate]).toEqual([told.image, "true"]);
  await gallery.open("/?rating=4");
  await gallery.expectTotal(1);
});

test.describe("a server that falls", () => {
  test.use({ allowed: [/net::ERR_|EventSource|503/] });

  test("what was interrupted goes on where it was", async ({ gallery, page, own }) => {
    const begun = await page.evaluate(() => window.send({ upTo: 150_000 }));
    expect(begun.url).toContain("/uploads/");
    const told = await page.evaluate((url) => window.send({ url }), begun.url!);
    expect(told.answers[0]).toBe("HEAD 200");
    // Two pieces were there.
    expect(told.answers.slice(1)).toEqual(["PATCH 204", "PATCH 204"]);
    await gallery.open("/");
    await gallery.expectTotal(1);
    // What one has is the same after the server began again.
    await own.fall();
    await own.back();
    const known = await fetch(new URL(begun.url!, own.url), { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
    expect(known.headers.get("upload-offset")).toBe(known.headers.get("upload-length"));
  });
});

test.describe("what the protocol takes back", () => {
  test.use({ allowed: [/404|410|422/] });

  test("is gone: an upload that is ended, and a file that is no picture", async ({ page }) => {
    const begun = await page.evaluate(() => window.send({ upTo: 50_000 }));
    await page.evaluate((url) => window.tus.Upload.terminate(url, { retryDelays: null } as Tus.UploadOptions), begun.url!);
    const gone = await fetch(new URL(begun.url!, page.url()), { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
    expect([404, 410]).toContain(gone.status);
    const refused = await page.evaluate(() => window.send({ file: btoa("no picture at all") }));
    expect(refused.answers).toEqual(["POST 201", "PATCH 422"]);
    expect(refused.problem).toContain("none of PNG");
  });
});
