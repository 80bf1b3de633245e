// Watchers send no token, and only to a server on their own machine. This relay adds your token and forwards their requests:
// SERVER=https://time.example.com TOKEN=ptk_… node watcher-relay.mjs
import { createServer } from "node:http";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const { SERVER, TOKEN, PORT = "5600" } = process.env;
const RETRYABLE = [429, 502, 503, 504];

const relay = createServer(async (request, response) => {
  // Web pages can make a browser send requests here too. Origin or Host shows that; browser extensions are allowed.
  const { host = "", origin = "" } = request.headers;
  const isAllowed = /^(127\.0\.0\.1|localhost):\d+$/.test(host) && /^$|^[a-z-]+-extension:/.test(origin);
  if (!isAllowed) return response.writeHead(403).end();
  try {
    const body = withHostname(request.url, Buffer.concat(await request.toArray()));
    const send = () =>
      fetch(`${SERVER}/compat/aw${request.url}`, {
        method: request.method,
        headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": request.headers["content-type"] ?? "" },
        ...(body.length > 0 && { body }),
      });
    const answer = await (/\/heartbeat\?/.test(request.url) ? enqueue(send) : send());
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") ?? "text/plain" });
    // Watchers name their buckets after the machine, so the answer must name this one instead of the server.
    if (/\/0\/info$/.test(request.url) && answer.ok)
      response.write(JSON.stringify({ ...(await answer.json()), hostname: hostname() }));
    else for await (const part of answer.body ?? []) response.write(part);
    response.end();
  } catch (error) {
    console.error(error);
    response.writeHead(503).end();
  }
});

// The host name "!local" means this machine.
function withHostname(url, body) {
  if (!/\/buckets\/[^/]+$/.test(url) || body.length === 0) return body;
  const { hostname: host, ...bucket } = JSON.parse(body);
  return Buffer.from(JSON.stringify({ ...bucket, hostname: host === "!local" ? hostname() : host }));
}

// Sends heartbeats one after the other, each until the server stores it: most watchers drop heartbeats that fail.
let queue = Promise.resolve();
function enqueue(send) {
  queue = queue.then(() => sendUntilAccepted(send));
  return queue;
}

async function sendUntilAccepted(send) {
  for (;;) {
    const answer = await send().catch(({ cause, message }) => console.error(cause?.message ?? message));
    if (answer && !RETRYABLE.includes(answer.status)) return answer;
    await answer?.body?.cancel();
    await sleep(1000 * (Number(answer?.headers.get("Retry-After")) || 5));
  }
}

relay.listen(Number(PORT), "127.0.0.1", () => console.log(`Listening for watchers on port ${PORT}.`));
