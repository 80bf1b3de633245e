import type { Settings } from "../config.ts";
import { log } from "../logger.ts";
import { sendByBinding } from "./binding.ts";
import { sendByHttp } from "./http-provider.ts";

/** A plain-text mail to one recipient. */
export interface Message {
  to: string;
  subject: string;
  text: string;
}

export type MailSettings = Pick<
  Settings,
  "LOG_LEVEL" | "MAILER" | "MAIL_API_URL" | "MAIL_API_KEY" | "MAIL_FROM"
>;

/** Returns whether the settings configure a way to send mail. */
export const canSendMail = ({ MAILER, MAIL_API_URL, MAIL_API_KEY, MAIL_FROM }: MailSettings): boolean =>
  MAIL_FROM !== undefined &&
  ((MAIL_API_URL !== undefined && MAIL_API_KEY !== undefined) || MAILER !== undefined);

/**
 * Sends a mail with the HTTP provider in the settings, or else with Cloudflare's binding. If neither is configured, the mail is dropped
 * and a warning is logged once.
 *
 * @throws Error if the mail is not accepted, or if a header contains a control character, which could inject another header
 */
export async function sendMail(settings: MailSettings, message: Message): Promise<void> {
  const { MAILER, MAIL_API_URL, MAIL_API_KEY, MAIL_FROM } = settings;
  if (/\p{Cc}/u.test(message.to + message.subject)) throw new Error("A mail header must be a single line.");
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
