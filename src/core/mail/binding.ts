import type { Message } from "./send.ts";

interface Sender {
  mailer: SendEmail;
  /** `ada@example.com`, or `Ada <ada@example.com>`. */
  from: string;
}

/** Sends a mail with Cloudflare's binding `send_email`, which writes and encodes the headers. */
export async function sendByBinding({ mailer, from }: Sender, { to, subject, text }: Message): Promise<void> {
  const [, name, email] = /^(.*?) *<(.+)>$/.exec(from) ?? [];
  await mailer.send({ from: email === undefined ? from : { name: name ?? "", email }, to, subject, text });
}

/** Returns whether a Worker's binding can send mail. */
export const isMailer = (binding: unknown): binding is SendEmail =>
  typeof binding === "object" && binding !== null && "send" in binding && typeof binding.send === "function";
