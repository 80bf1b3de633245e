// Watchers know no server but one on their own machine, and no token. This one passes on what they say, with yours:
// SERVER=https://time.example.com TOKEN=ptk_… node watcher-relay.mjs
import { createServer } from "node:http";

const { SERVER, TOKEN, PORT = "5600" } = process.env;

const relay = createServer(async (request, response) => {
  // Pages may ask a browser to come here too. It says so, in Origin or Host; a browser's extension is none of them.
  const { host = "", origin = "" } = request.headers;
  const isOurs = /^(127\.0\.0\.1|localhost):\d+$/.test(host) && /^$|^[a-z-]+-extension:/.test(origin);
  if (!isOurs) return response.writeHead(403).end();
  try {
    const body = Buffer.concat(await request.toArray());
    const answer = await fetch(`${SERVER}/compat/aw${request.url}`, {
      method: request.method,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": request.headers["content-type"] ?? "" },
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") ?? "text/plain" });
    for await (const part of answer.body ?? []) response.write(part);
    response.end();
  } catch (error) {
    console.error(error);
    response.writeHead(503).end();
  }
});

relay.listen(Number(PORT), "127.0.0.1", () => console.log(`Watchers are heard on port ${PORT}.`));
