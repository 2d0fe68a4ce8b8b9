// The server under test: a real process on a fresh data folder and a free port.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { expect } from "@playwright/test";

export const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

export function binary(): string {
  return process.env.PROOFSHEET_BINARY ?? join(repository, "target/release/proofsheet");
}

interface Progress {
  phase: "idle" | "reading" | "finishing";
  waiting: number;
  problems: number;
  total: number;
}

export class Server {
  private constructor(
    readonly url: string,
    readonly data: string,
    private process: ChildProcess,
  ) {}

  /** Starts a server and waits until it is ready; with further words for its command line. */
  static async start(libraries: string[] = [], words: string[] = []): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), "proofsheet-data-"));
    const [url, child] = await Server.run("127.0.0.1:0", data, libraries, words);
    return new Server(url, data, child);
  }

  private static async run(
    listen: string,
    data: string,
    libraries: string[],
    words: string[] = [],
  ): Promise<[string, ChildProcess]> {
    const folders = libraries.flatMap((folder) => ["--library", folder]);
    const own = ["--listen", listen, "--data-dir", data, "--ballast", "0", "--picker", "/"];
    const child = spawn(binary(), ["serve", ...own, ...folders, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    child.stderr.on("data", (text: Buffer) => said.push(text.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on("line", (line) => {
        said.push(line);
        const [, found] = /^ +open +(http:\/\/\S+)/.exec(line) ?? [];
        if (found) resolve(found.replace(/\/$/, ""));
      });
      child.once("exit", (code) => {
        reject(new Error(`the server ended with ${code}:\n${said.join("\n")}`));
      });
    });
    await expect
      .poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 })
      .toBe(200);
    return [url, child];
  }

  /** Ends the process; nothing answers until it is back. */
  async away(): Promise<void> {
    this.process.kill("SIGTERM");
    await once(this.process, "exit");
  }

  /** Ends the process in the middle of whatever it does. */
  async fall(): Promise<void> {
    this.process.kill("SIGKILL");
    await once(this.process, "exit");
  }

  /** Starts it again on the same address and the same data. */
  async back(): Promise<void> {
    [, this.process] = await Server.run(new URL(this.url).host, this.data, []);
  }

  /** Asks a server function, as the page does. */
  async ask<T>(endpoint: string, body: object = {}): Promise<T> {
    const answer = await fetch(`${this.url}/fn/${endpoint}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", origin: this.url },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${endpoint}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Waits until everything is read and every thumbnail is drawn. */
  async quiet(): Promise<Progress> {
    let progress: Progress | undefined;
    await expect
      .poll(
        async () => {
          progress = await this.ask<Progress>("roots/progress");
          return progress.phase === "idle" && progress.total > 0 && progress.waiting === 0;
        },
        { timeout: 120_000, intervals: [200] },
      )
      .toBe(true);
    return progress as Progress;
  }

  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.process;
    if (signalCode) throw new Error(`the server was ended by ${signalCode}`);
    if (exitCode === null) {
      this.process.kill("SIGTERM");
      await once(this.process, "exit");
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}
