// Paints the library that all tests look at, once, and removes it at the end.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { binary } from "./server.ts";

export default function paint(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "proofsheet-library-"));
  const count = process.env.SCREENSHOTS === "1" ? "360" : "180";
  execFileSync(binary(), ["demo", folder, "--count", count, "--seed", "16"], { stdio: "pipe" });
  age(folder);
  process.env.PROOFSHEET_TEST_LIBRARY = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Nothing in it was written just now: a file that is cut short is waited for as long as it may still grow. */
function age(folder: string): void {
  const hour = new Date(Date.now() - 3_600_000);
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, String(name));
    const facts = statSync(path);
    if (facts.isFile() && facts.mtime > hour) utimesSync(path, hour, hour);
  }
}

/** The painted library. */
export function library(): string {
  const folder = process.env.PROOFSHEET_TEST_LIBRARY;
  if (!folder) throw new Error("the demo library was not painted");
  return folder;
}
