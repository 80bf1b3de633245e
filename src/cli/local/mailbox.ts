import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { CliError } from "../output.ts";
import { createSecret } from "./local-secret.ts";
import { json, serveLocally } from "./local-server.ts";

/** Mail provider of a local system, which saves each message as a file and sends none. */
export interface Mailbox {
  directory: string;
  /** Settings with which a Worker sends to this mailbox. */
  settings: { MAIL_API_URL: string; MAIL_API_KEY: string };
  close(): Promise<void>;
}

interface MailboxOptions {
  /** Directory of the files, created if missing; undefined for a temporary one, which `close` removes. */
  directory: string | undefined;
  onMail(mail: { file: string; subject: string }): void;
}

const BODY_BYTES_MAX = 1024 * 1024;

const header = z.string().regex(/^\P{Cc}*$/u);
const Mail = z.object({ from: header, to: z.array(header).min(1), subject: header, text: z.string() });
type Mail = z.output<typeof Mail>;

/**
 * Starts an HTTP server on 127.0.0.1 that accepts the requests of src/core/mail/http-provider.ts, and writes each message to a file in
 * `directory` that a person can read and a mail program can open. Only the owner can read it, since it contains tokens.
 *
 * @throws CliError if the directory can't be used
 */
export async function openMailbox({ directory: wanted, onMail }: MailboxOptions): Promise<Mailbox> {
  const directory = await makeDirectory(wanted);
  const key = createSecret();
  const answer = async (request: Request) => {
    const mail = await readMail(request, key);
    if (mail instanceof Response) return mail;
    const id = crypto.randomUUID();
    const file = join(directory, fileName(mail, id));
    await writeFile(file, format(mail), { mode: 0o600, flag: "wx" });
    onMail({ file, subject: mail.subject });
    return json(200, { id });
  };
  const failed = () => json(500, { message: "The message can't be saved." });
  const { url, close } = await serveLocally((request) => answer(request).catch(failed), {
    port: 0,
    bodyBytesMax: BODY_BYTES_MAX,
  });
  return {
    directory,
    settings: { MAIL_API_URL: `${url}/emails`, MAIL_API_KEY: key },
    async close() {
      await close();
      if (wanted === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeDirectory(wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), "productivity-tracker-mail-"));
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    return wanted;
  } catch (cause) {
    throw new CliError(`${wanted} can't be used for mail: ${cause}`, { cause });
  }
}

/** Returns the message in a request, or the response that rejects it. */
async function readMail(request: Request, key: string): Promise<Mail | Response> {
  if (request.method !== "POST" || new URL(request.url).pathname !== "/emails") {
    return json(404, { message: "Send POST requests to /emails." });
  }
  if (request.headers.get("Authorization") !== `Bearer ${key}`) return json(401, { message: "Invalid key." });
  const mail = Mail.safeParse(await request.json().catch(() => undefined));
  return mail.success ? mail.data : json(422, { message: z.prettifyError(mail.error) });
}

/** Returns a file name that sorts by time. It leaves out the address, since the name is logged. */
function fileName({ subject }: Mail, id: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-").replace("Z", "");
  const about = subject
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60);
  return `${time}_${about}_${id.slice(0, 8)}.eml`;
}

/** Formats a message by RFC 5322, in UTF-8 as RFC 6532 allows. */
const format = ({ from, to, subject, text }: Mail) => `From: ${from}
To: ${to.join(", ")}
Subject: ${subject}
Date: ${new Date().toUTCString().replace("GMT", "+0000")}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${text}`;
