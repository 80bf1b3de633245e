// Watchers know no server but one on their own machine, and no token. This one passes on what they say, with yours:
// SERVER=https://time.example.com TOKEN=ptk_… node watcher-relay.mjs
import { createServer } from "node:http";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const { SERVER, TOKEN, PORT = "5600" } = process.env;
const TRY_AGAIN = [429, 502, 503, 504];

const relay = createServer(async (request, response) => {
  // Pages may ask a browser to come here too. It says so, in Origin or Host; a browser's extension is none of them.
  const { host = "", origin = "" } = request.headers;
  const isOurs = /^(127\.0\.0\.1|localhost):\d+$/.test(host) && /^$|^[a-z-]+-extension:/.test(origin);
  if (!isOurs) return response.writeHead(403).end();
  try {
    const body = asHere(request.url, Buffer.concat(await request.toArray()));
    const send = () =>
      fetch(`${SERVER}/compat/aw${request.url}`, {
        method: request.method,
        headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": request.headers["content-type"] ?? "" },
        ...(body.length > 0 && { body }),
      });
    const answer = await (/\/heartbeat\?/.test(request.url) ? inLine(send) : send());
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") ?? "text/plain" });
    // The machine is this one, and not the server: watchers name their buckets by it.
    if (/\/0\/info$/.test(request.url) && answer.ok)
      response.write(JSON.stringify({ ...(await answer.json()), hostname: hostname() }));
    else for await (const part of answer.body ?? []) response.write(part);
    response.end();
  } catch (error) {
    console.error(error);
    response.writeHead(503).end();
  }
});

// A bucket of "!local" is of this machine too.
function asHere(url, body) {
  if (!/\/buckets\/[^/]+$/.test(url) || body.length === 0) return body;
  const { hostname: host, ...bucket } = JSON.parse(body);
  return Buffer.from(JSON.stringify({ ...bucket, hostname: host === "!local" ? hostname() : host }));
}

// Heartbeats go one after the other, each until the server takes it: most watchers forget one that it couldn't take.
let line = Promise.resolve();
function inLine(send) {
  line = line.then(() => untilTaken(send));
  return line;
}

async function untilTaken(send) {
  for (;;) {
    const answer = await send().catch(({ cause, message }) => console.error(cause?.message ?? message));
    if (answer && !TRY_AGAIN.includes(answer.status)) return answer;
    await answer?.body?.cancel();
    await sleep(1000 * (Number(answer?.headers.get("Retry-After")) || 5));
  }
}

relay.listen(Number(PORT), "127.0.0.1", () => console.log(`Watchers are heard on port ${PORT}.`));
