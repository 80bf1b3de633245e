import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startBuiltServer } from "../support/built-server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

interface Delivery {
  user: unknown;
  from: unknown;
  to: unknown;
  content: string;
}

let postgres: PostgresServer;
let databaseUrl: string;
let smtp: SMTPServer;
let port: number;
const deliveries: Delivery[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("mail");
  smtp = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === "pass word" ? done(null, { user: username }) : done(new Error("Invalid password")),
    onData(stream, { user, envelope: { mailFrom, rcptTo } }, done) {
      const to = rcptTo.map(({ address }) => address);
      const from = (mailFrom || undefined)?.address;
      void text(stream).then((content) => {
        deliveries.push({ user, from, to, content });
        done();
      });
    },
  });
  await new Promise<void>((listening) => smtp.listen(0, "0.0.0.0", listening));
  port = (smtp.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await new Promise<void>((closed) => smtp.close(closed));
  await postgres?.stop();
});

const SENDER = { MAIL_FROM: "Ada <ada@tracker.example>", APP_URL: "https://tracker.example" };

const register = (url: string, username: string) =>
  fetch(`${url}/auth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      username,
      email: `${username}@example.com`,
      password: "correct horse battery staple",
    }),
  });

it("sends mails over SMTP, which are sent before the server exits", async () => {
  const SMTP_URL = `smtp://mail%40user:pass%20word@127.0.0.1:${port}`;
  const server = await startBuiltServer(databaseUrl, { ...SENDER, SMTP_URL });
  expect((await register(server.url, "grace")).status).toBe(201);
  expect(await server.stop()).toBe(0);
  const [delivery] = deliveries;
  expect(delivery).toMatchObject({
    user: "mail@user",
    from: "ada@tracker.example",
    to: ["grace@example.com"],
  });
  expect(delivery?.content).toMatch(
    /^From: Ada <ada@tracker\.example>\r\nTo: grace@example\.com\r\nSubject: \S/m,
  );
  expect(delivery?.content.replaceAll("=\r\n", "")).toContain("https://tracker.example/verify-email#token=");
});

it("sends neither a mail nor the password without TLS to a server on another address in production", async () => {
  const before = deliveries.length;
  // An address that reaches this machine, but is not loopback.
  const SMTP_URL = `smtp://mail:pass%20word@0.0.0.0:${port}`;
  const server = await startBuiltServer(databaseUrl, { ...SENDER, SMTP_URL });
  expect((await register(server.url, "heinz")).status).toBe(201);
  const failure = await server.logged("Deferred work failed");
  expect(failure.cause).toMatch(/STARTTLS/);
  expect(JSON.stringify(failure)).not.toMatch(/pass.word/);
  expect(await server.stop()).toBe(0);
  expect(deliveries).toHaveLength(before);
});
