import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

interface Route {
  targetPort: number;
  delayMs: number;
}

/**
 * Starts a TCP proxy in a thread of its own. It delivers bytes to the database `delayMs` milliseconds late, as a network does: a round trip
 * takes that much longer, and several statements in one write take it only once.
 */
export async function startSlowNetwork(
  targetPort: number,
  delayMs: number,
): Promise<{ port: number; stop(): Promise<void> }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { targetPort, delayMs } });
  const [port] = await once(worker, "message");
  return {
    port,
    async stop() {
      await worker.terminate();
    },
  };
}

if (!isMainThread && parentPort) parentPort.postMessage(await forward(workerData));

/** Forwards connections to a free port of 127.0.0.1, and returns that port. */
async function forward({ targetPort, delayMs }: Route): Promise<number> {
  const server = createServer({ noDelay: true }, (client) => {
    const database = createConnection({ host: "127.0.0.1", port: targetPort, noDelay: true });
    database.pipe(client);
    client.on("data", (bytes) => setTimeout(() => database.write(bytes), delayMs));
    client.on("end", () => setTimeout(() => database.end(), delayMs));
    endTogether(client, database);
    endTogether(database, client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function endTogether(socket: Socket, peer: Socket): void {
  socket.on("error", () => peer.destroy());
  socket.on("close", () => peer.destroySoon());
}
