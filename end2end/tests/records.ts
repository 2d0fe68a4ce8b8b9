// Tells a server of pictures that lie elsewhere, as another program does.

import type { Server } from "./server.ts";

/** Posts records; every one of them has to be taken. */
export async function tell(server: Server, records: unknown[]): Promise<void> {
  const answer = await fetch(`${server.url}/records`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: JSON.stringify(records),
  });
  const told = (await answer.json()) as { outcome: string; message: string }[];
  const refused = told.filter((one) => one.outcome === "refused");
  if (answer.status !== 200 || refused.length > 0) throw new Error(JSON.stringify(told));
}
