import type { MailOptions, Options } from "nodemailer/lib/smtp-transport/index.js";
import { isLoopback } from "./addresses.ts";

/** A mail server, as SMTP_URL names it. */
export interface SmtpServer {
  host: string;
  port: number;
  /** True for TLS from the first byte. Otherwise the connection starts in plain text. */
  isTls: boolean;
  user: string;
  password: string;
}

const DEFAULT_PORTS = { "smtp:": 587, "smtps:": 465 };
const TIMEOUT_MS = 10_000;

/** Returns the server that `text` names, as smtp://user:password@host:587 or smtps://…; undefined for other text. */
export function parseSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "smtp:" && url.protocol !== "smtps:") || !url.hostname) return undefined;
  if (!["", "/"].includes(url.pathname) || url.search || url.hash) return undefined;
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(url.port) || DEFAULT_PORTS[url.protocol],
      isTls: url.protocol === "smtps:",
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
  } catch {
    return undefined;
  }
}

/**
 * Returns the counterpart of Cloudflare's binding `send_email` that sends composed mails over SMTP. In production, a mail and the password
 * are sent only over TLS with a valid certificate, unless the mail server is on this machine (RFC 8314 3).
 */
export function createMailer(server: SmtpServer, { isProduction }: { isProduction: boolean }) {
  const options = transportOptions(server, isProduction);
  return {
    async send({
      from,
      to,
      subject,
      text,
    }: { from: string | EmailAddress } & Record<"to" | "subject" | "text", string>) {
      const { createTransport } = await import("nodemailer");
      const { name, email } = typeof from === "string" ? { name: "", email: from } : from;
      // Objects in place of texts, in which nodemailer would look for several addresses.
      const mail: MailOptions = {
        from: { name, address: email },
        to: { name: "", address: to },
        subject,
        text,
        disableFileAccess: true,
        disableUrlAccess: true,
      };
      await createTransport(options).sendMail(mail);
    },
  };
}

function transportOptions({ host, port, isTls, user, password }: SmtpServer, isProduction: boolean): Options {
  const isLocal = isLoopback(host);
  return {
    host,
    port,
    secure: isTls,
    requireTLS: isProduction && !isLocal,
    ignoreTLS: isLocal && !isTls,
    ...(user && { auth: { user, pass: password } }),
    tls: { minVersion: "TLSv1.2" },
    dnsTimeout: TIMEOUT_MS,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  };
}
