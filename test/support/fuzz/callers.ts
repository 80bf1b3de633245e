import { setTimeout as sleep } from "node:timers/promises";
import type { System } from "../system.ts";
import type { Operation } from "./document.ts";
import type { FuzzKnowledge } from "./knowledge.ts";
import type { Actor } from "./requests.ts";

/** Number of looks for a mail, which is sent after the response, and the time between two. */
const MAIL_ATTEMPTS = 100;
const MAIL_MS = 50;

interface Account {
  username: string;
  id: string;
  /** Headers that authenticate the account. */
  credentials: Record<string, string>;
}

/** Returns whether an operation may end the session or account that calls it, or lists such sessions. */
const isForSpareAccounts = ({ method, path }: Operation) =>
  path === "/auth/sessions" || (method !== "GET" && /^\/auth\/(?!users|tokens|register|login)/.test(path));

interface Options {
  system: System;
  password: string;
  /** Username of the initial superuser. */
  superuser: string;
  knowledge: FuzzKnowledge;
}

/**
 * Callers of a fuzzer. Operations that may end the caller's own session use spare accounts, which other callers may change as well. A
 * caller whose credentials are rejected gets another session, or is replaced by a new account.
 */
export class FuzzCallers {
  readonly #options: Options;
  readonly #accounts = new Map<string, Promise<Account>>();
  #createdCount = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Returns the headers with which `actor` calls the operation. */
  async credentialsOf(actor: Actor, operation?: Operation): Promise<Record<string, string>> {
    if (actor === "anonymous") return {};
    return (await this.#accountOf(actor, operation)).credentials;
  }

  /** Replaces the credentials of a caller that was rejected because of them. */
  replaceCredentials(actor: Actor, operation: Operation): void {
    if (actor === "anonymous") return;
    const renewed = this.#accountOf(actor, operation).then(({ username }) =>
      this.#renew(actor, username, operation),
    );
    // The next call of `credentialsOf` gets the error.
    renewed.catch(() => undefined);
    this.#accounts.set(nameOf(actor, operation), renewed);
  }

  #accountOf(actor: Actor, operation: Operation | undefined): Promise<Account> {
    const name = nameOf(actor, operation);
    const account = this.#accounts.get(name) ?? this.#create(actor, operation);
    this.#accounts.set(name, account);
    return account;
  }

  async #renew(actor: Actor, username: string, operation: Operation): Promise<Account> {
    const account = await this.#signIn(actor, username);
    return account ?? this.#create(actor, operation);
  }

  async #create(actor: Actor, operation: Operation | undefined): Promise<Account> {
    const isSpare = operation !== undefined && isForSpareAccounts(operation);
    const isRoot = !isSpare && (actor === "superuser" || actor === "program");
    const username = isRoot ? this.#options.superuser : await this.#register(actor);
    const account = await this.#signIn(actor, username);
    if (!account)
      throw new Error(`${username} can't sign in.\n${this.#options.system.output().slice(-5_000)}`);
    if (actor === "administrator") await this.#makeAdministrator(account.id);
    const { knowledge } = this.#options;
    if (isSpare) knowledge.remember("username", username);
    else {
      knowledge.protect("user_id", account.id);
      knowledge.introduce(actor, { id: account.id, email: emailOf(username) });
      if (actor === "superuser") await this.#verifyEmail(account);
    }
    return account;
  }

  async #register(actor: Actor): Promise<string> {
    const username = `${actor}-${++this.#createdCount}`;
    const email = emailOf(username);
    await this.#send("POST", "/auth/register", { username, email, password: this.#options.password });
    this.#options.knowledge.remember("email", email);
    return username;
  }

  /** Signs in; returns undefined if the account can no longer sign in. */
  async #signIn(actor: Actor, username: string): Promise<Account | undefined> {
    const answer = await this.#send("POST", "/auth/login", { username, password: this.#options.password });
    if (answer.status !== 200) return undefined;
    const { access_token, refresh_token, user } = (await answer.json()) as {
      access_token: string;
      refresh_token: string;
      user: { id: string };
    };
    if (username !== this.#options.superuser)
      this.#options.knowledge.remember("refresh_token", refresh_token);
    const bearer = { Authorization: `Bearer ${access_token}` };
    if (actor === "browser") {
      const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
      return {
        username,
        id: user.id,
        credentials: { Cookie: cookies.join("; "), "Sec-Fetch-Site": "same-origin" },
      };
    }
    return {
      username,
      id: user.id,
      credentials: actor === "program" ? await this.#createToken(bearer) : bearer,
    };
  }

  async #createToken(bearer: Record<string, string>): Promise<Record<string, string>> {
    const body = { name: `fuzz ${++this.#createdCount}`, scopes: ["*"] };
    const answer = await this.#send("POST", "/auth/tokens", body, bearer);
    const { token } = (await answer.json()) as { token: string };
    return { Authorization: `Bearer ${token}` };
  }

  /** Verifies the email of an account, which inviting others requires. */
  async #verifyEmail({ username, credentials }: Account): Promise<void> {
    await this.#send("POST", "/auth/email/verification", undefined, credentials);
    for (let attempt = 0; attempt < MAIL_ATTEMPTS; attempt++) {
      const token = this.#options.knowledge.newestToken(emailOf(username), "POST /auth/email/verify");
      const answer = token ? await this.#send("POST", "/auth/email/verify", { token }) : undefined;
      if (answer?.ok) return;
      await sleep(MAIL_MS);
    }
    throw new Error(`${username} got no mail to verify the email.`);
  }

  async #makeAdministrator(id: string): Promise<void> {
    const superuser = await this.credentialsOf("superuser");
    const role = await this.#send("GET", "/roles/name/admin", undefined, superuser);
    const { id: roleId } = (await role.json()) as { id: string };
    const { status } = await this.#send("POST", `/auth/users/${id}/roles`, { role_ids: [roleId] }, superuser);
    if (status !== 200) throw new Error(`Assigning the role of an administrator failed: ${status}`);
  }

  #send(
    method: string,
    path: string,
    body?: object,
    credentials?: Record<string, string>,
  ): Promise<Response> {
    return fetch(this.#options.system.url + path, {
      method,
      headers: { ...(body && { "Content-Type": "application/json" }), ...credentials },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

const emailOf = (username: string) => `${username}@example.com`;

const nameOf = (actor: Actor, operation: Operation | undefined) =>
  operation && isForSpareAccounts(operation) ? `spare ${actor}` : actor;
