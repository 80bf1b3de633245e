/**
 * Test files that start a whole system, and that TARGET=server doesn't run on dist/server.js, with the reason. docs/self-hosting.md lists
 * the differences between the server and the Worker.
 */
export const NOT_ON_SERVER: Record<string, string> = {
  "docs.test.ts": "its examples start with npm start",
  "invitation-races.test.ts": "races in the database, of which races.test.ts runs on the server",
  "kills.test.ts":
    "its crashes take minutes, and faults.test.ts and wakatime.test.ts crash the database of the server",
  "load.test.ts": "memory of the isolate's own hashes, which the server has in threads of Node",
  "long-history.test.ts": "the cost of statements, which are the same",
  "organization-races.test.ts": "races in the database, of which races.test.ts runs on the server",
  "queue.test.ts": "Cloudflare's queues, which only wrangler has",
  "readme.test.ts": "the README's tour, which starts with npm start",
  "runtime-role.test.ts":
    "the two roles of the Worker; test/deploy/image.test.ts and test/server/commands.test.ts have the server's",
  "two-workers.test.ts": "two instances of the Worker; test/server/start.test.ts starts two servers",
};
