import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Mailbox, openMailbox } from "../../src/cli/local/mailbox.ts";
import { sendMail } from "../../src/core/mail/send.ts";

const MESSAGE = {
  to: "ada@example.com",
  subject: "Grüße, Ada: it’s done",
  text: "A line.\n\n#token=secret\n",
};

let root: string;
let reported: { file: string; subject: string }[];
let mailboxes: Mailbox[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mailbox-"));
  reported = [];
  mailboxes = [];
});
afterEach(async () => {
  for (const { close } of mailboxes) await close();
  await rm(root, { recursive: true, force: true });
});

async function open(directory: string | undefined = join(root, "data/mail")): Promise<Mailbox> {
  const mailbox = await openMailbox({ directory, onMail: (mail) => reported.push(mail) });
  mailboxes.push(mailbox);
  return mailbox;
}

const send = ({ settings }: Mailbox) =>
  sendMail({ ...settings, MAIL_FROM: "Ada <no-reply@localhost>", LOG_LEVEL: "error" }, MESSAGE);

const post = ({ settings }: Mailbox, body: string, headers: HeadersInit = {}) =>
  fetch(settings.MAIL_API_URL, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${settings.MAIL_API_KEY}`,
      "Content-Type": "application/json",
      ...headers,
    },
    body,
  });

describe("a local mailbox", () => {
  it("saves a message as a file that only the owner can read, and reports its path", async () => {
    await send(await open());
    const [mail, ...others] = reported;
    expect(others).toEqual([]);
    expect(mail?.subject).toBe(MESSAGE.subject);
    const file = mail?.file ?? "";
    expect(file).toMatch(
      /\/data\/mail\/20\d\d-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}_gr-e-ada-it-s-done_[\da-f]{8}\.eml$/,
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, "data/mail"))).mode & 0o777).toBe(0o700);
    const [headers, ...text] = (await readFile(file, "utf8")).split("\n\n");
    expect(headers?.split("\n")).toEqual([
      "From: Ada <no-reply@localhost>",
      "To: ada@example.com",
      `Subject: ${MESSAGE.subject}`,
      expect.stringMatching(/^Date: \w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d \+0000$/),
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: 8bit",
    ]);
    expect(text.join("\n\n")).toBe(MESSAGE.text);
  });

  it("saves each of many simultaneous messages", async () => {
    const mailbox = await open();
    await Promise.all(Array.from({ length: 20 }, () => send(mailbox)));
    expect(await readdir(mailbox.directory)).toHaveLength(20);
  });

  it("removes its files when it is closed, if nothing is to be kept", async () => {
    const mailbox = await openMailbox({ directory: undefined, onMail: (mail) => reported.push(mail) });
    await send(mailbox);
    await access(reported[0]?.file ?? "");
    await mailbox.close();
    await expect(access(mailbox.directory)).rejects.toThrow("ENOENT");
  });

  it("rejects requests without the key, other requests, and forged headers", async () => {
    const mailbox = await open();
    const mail = { from: "a@b.c", to: ["ada@example.com"], subject: "Hello", text: "Hello" };
    const rejected = [
      post(mailbox, JSON.stringify(mail), { Authorization: "Bearer guessed" }),
      post(mailbox, "{"),
      post(mailbox, JSON.stringify({ ...mail, to: [] })),
      post(mailbox, JSON.stringify({ ...mail, subject: "Hello\nBcc: eve@example.com" })),
      fetch(mailbox.settings.MAIL_API_URL),
      fetch(new URL("/else", mailbox.settings.MAIL_API_URL), { method: "POST" }),
    ];
    const statuses = (await Promise.all(rejected)).map(({ status }) => status);
    expect(statuses).toEqual([401, 422, 422, 422, 404, 404]);
    expect(await readdir(mailbox.directory)).toEqual([]);
    expect(reported).toEqual([]);
  });

  it("reports that it can't save a message", async () => {
    const mailbox = await open();
    await rm(mailbox.directory, { recursive: true });
    await expect(send(mailbox)).rejects.toThrow("did not accept a mail");
  });

  it("fails to open if a file is in the way", async () => {
    await writeFile(join(root, "data"), "");
    await expect(open(join(root, "data/mail"))).rejects.toThrow("data/mail can't be used for mail");
  });
});
