// A program that talks like ComfyUI, as far as the gallery listens: `/ws` and `/history`.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

/** What a greeting's key is answered with; see RFC 6455. */
const GREETING = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export class ComfyUi {
  private readonly listeners = new Set<Duplex>();
  private readonly connections = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on("connection", (socket) => {
      this.connections.add(socket);
      socket.on("error", () => {});
    });
    server.on("request", (_, answer) => answer.end("{}"));
    server.on("upgrade", (request, socket) => {
      const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${GREETING}`).digest("base64");
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
          `sec-websocket-accept: ${accept}\r\n\r\n`,
      );
      this.listeners.add(socket);
      socket.on("close", () => this.listeners.delete(socket));
      socket.resume();
      this.queue(0, socket);
    });
  }

  /** One on a free port of this machine. */
  static async start(): Promise<ComfyUi> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ComfyUi(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** So many pictures are being made or wait. */
  queue(left: number, to?: Duplex): void {
    this.say({ type: "status", data: { status: { exec_info: { queue_remaining: left } } } }, to);
  }

  /** The picture is so far. */
  step(value: number, max: number): void {
    this.say({ type: "progress", data: { value, max } });
  }

  /** Ends, connections and all. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    for (const connection of this.connections) connection.destroy();
    await once(this.server, "close");
  }

  private say(message: object, to?: Duplex): void {
    const text = Buffer.from(JSON.stringify(message));
    if (text.length > 125) throw new Error("a longer message needs a longer head");
    const frame = Buffer.concat([Buffer.from([0x81, text.length]), text]);
    for (const listener of to ? [to] : this.listeners) listener.write(frame);
  }
}
