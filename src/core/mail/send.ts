import type { Settings } from "../config.ts";
import { log } from "../logger.ts";
import { sendByBinding } from "./binding.ts";
import { sendByHttp } from "./http-provider.ts";

/** A mail to one person, as plain text. */
export interface Message {
  to: string;
  subject: string;
  text: string;
}

export type MailSettings = Pick<
  Settings,
  "LOG_LEVEL" | "MAILER" | "MAIL_API_URL" | "MAIL_API_KEY" | "MAIL_FROM"
>;

/** Whether the settings name a way to send mail. */
export const canSendMail = ({ MAILER, MAIL_API_URL, MAIL_API_KEY, MAIL_FROM }: MailSettings): boolean =>
  MAIL_FROM !== undefined &&
  ((MAIL_API_URL !== undefined && MAIL_API_KEY !== undefined) || MAILER !== undefined);

/**
 * Hands a mail over to whatever the settings name: an HTTP provider, or else Cloudflare's binding. Where they name
 * nothing it is dropped, and the log says so once.
 *
 * @throws Error if it is not taken, or if a line break would let one header become two
 */
export async function sendMail(settings: MailSettings, message: Message): Promise<void> {
  const { MAILER, MAIL_API_URL, MAIL_API_KEY, MAIL_FROM } = settings;
  if (/\p{Cc}/u.test(message.to + message.subject)) throw new Error("A header of a mail is a single line.");
  if (MAIL_API_URL && MAIL_API_KEY && MAIL_FROM) {
    await sendByHttp({ url: MAIL_API_URL, key: MAIL_API_KEY, from: MAIL_FROM }, message);
  } else if (MAILER && MAIL_FROM) {
    await sendByBinding({ mailer: MAILER, from: MAIL_FROM }, message);
  } else {
    warnOnce(settings);
  }
}

let isWarned = false;

function warnOnce(settings: MailSettings): void {
  if (isWarned) return;
  isWarned = true;
  log(settings, "warn", "mail", "No mail is sent: neither MAIL_API_URL nor the binding MAILER is set");
}
