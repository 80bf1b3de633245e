import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stepAt, totpCode } from "../../../src/core/security/totp.ts";
import { type OpenApiDocument, type Operation, operationsOf } from "./document.ts";
import { kindsOf } from "./kinds.ts";
import { withKnown } from "./placeholders.ts";
import type { Actor, FuzzRequest } from "./requests.ts";

const KEPT = 40;
const NEWEST = 5;
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

/** What is sent of a request, with nothing left to fill in. */
export interface FilledRequest {
  target: string;
  headers: Record<string, string>;
  body: FuzzRequest["body"];
}

/** What can be learned from an answer. */
interface Told {
  headers: Headers;
  body: unknown;
}

interface Options {
  /** That of every account. */
  password: string;
  mailDir: string;
}

/**
 * What answers and mails have told, ids, names, secrets, so that requests find something. What is protected is used, but
 * not changed.
 */
export class FuzzKnowledge {
  readonly #options: Options;
  readonly #kinds: Map<string, string>;
  /** By kind, and by who was told and kind; the newest first. */
  readonly #known = new Map<string, string[]>();
  readonly #protected = new Set<string>();
  /** The whole path of what is part of something, by its id. */
  readonly #paths = new Map<string, string>();
  readonly #etags = new Map<string, string>();
  /** Of the authenticator app that an actor set up last. */
  readonly #secrets = new Map<Actor, string>();

  constructor(document: OpenApiDocument, options: Options) {
    this.#options = options;
    this.#kinds = kindsOf(operationsOf(document));
  }

  /** Remembers a value of a kind. */
  remember(kind: string, value: string): void {
    const known = this.#known.get(kind) ?? [];
    if (!known.includes(value)) this.#known.set(kind, [value, ...known].slice(0, KEPT));
  }

  /** Keeps what has `id` from being changed. */
  protect(kind: string, id: string): void {
    this.#protected.add(id);
    this.remember(`protected ${kind}`, id);
  }

  /** Remembers what the answer to a request of `actor` tells. */
  learn({ operation, actor }: FuzzRequest, target: string, { headers, body }: Told): void {
    const [pathname = ""] = target.split("?");
    if (isOfPart(operation)) this.#paths.set(lastOf(pathname), pathname);
    const etag = headers.get("ETag");
    if (etag) this.#etags.set(pathname, etag);
    const [, cursor] = /[?&]cursor=([^&>]+)/.exec(headers.get("Link") ?? "") ?? [];
    if (cursor) this.remember(`${operation.path} cursor`, decodeURIComponent(cursor));
    for (const item of [body].flat())
      if (typeof item === "object" && item !== null) this.#learnFrom(item, operation, actor, pathname);
  }

  #learnFrom(item: object, operation: Operation, actor: Actor, pathname: string): void {
    const kind = this.#kinds.get(operation.operationId);
    if (kind && "id" in item && !this.#protected.has(String(item.id))) {
      this.remember(kind, String(item.id));
      this.remember(`${actor} ${kind}`, String(item.id));
      if (operation.path.includes("{")) this.#paths.set(String(item.id), `${pathname}/${item.id}`);
    }
    if ("refresh_token" in item) this.remember("refresh_token", String(item.refresh_token));
    if ("review_token" in item) this.remember("review_token", String(item.review_token));
    if ("challenge" in item) this.remember("challenge", String(item.challenge));
    if ("url" in item) this.remember("file", String(item.url).split("/").at(-1) ?? "");
    if ("secret" in item) this.#secrets.set(actor, String(item.secret));
    if ("recovery_codes" in item)
      for (const code of [item.recovery_codes].flat()) this.remember("recovery_code", String(code));
  }

  /** `request` with what is known in the place of placeholders. */
  async fill({ operation, actor, target, headers, body }: FuzzRequest): Promise<FilledRequest> {
    const secret = this.#secrets.get(actor);
    const code = secret && (await totpCode(secret, stepAt(Date.now())));
    const find = (kind: string, index: number) =>
      (kind === "code" ? code : this.#find(kind, index, operation, actor)) ?? `fuzz-${index}`;
    const asUsed = (kind: string, index: number) => this.#findUsable(kind, index) ?? find(kind, index);

    // DELETE /roles/{role_id}/permissions/{permission_id} changes a role, and no permission.
    const [, changed] = /\{(\w+)\}/.exec(operation.path) ?? [];
    const filled = withKnown(target, (kind, index) =>
      encodeURIComponent((kind === changed ? find : asUsed)(kind, index)),
    );
    const [, path = "", query = ""] = /^([^?]*)(.*)$/s.exec(filled) ?? [];
    const pathname = (isOfPart(operation) && this.#paths.get(lastOf(path))) || path;
    const known = Object.entries(headers).map(([name, value]) => [
      name,
      withKnown(value, () => this.#etags.get(pathname) ?? "*"),
    ]);
    return {
      target: pathname + query,
      headers: Object.fromEntries(known),
      body: typeof body === "string" ? withKnown(body, asUsed) : body,
    };
  }

  /** Something of a kind that may be changed; more often what `actor` has seen. Some are nothing's. */
  #find(kind: string, index: number, operation: Operation, actor: Actor): string | undefined {
    if (kind === "id")
      return index % 2 ? crypto.randomUUID() : this.#find("entry_id", index, operation, actor);
    if (kind.endsWith("password")) return index % 4 ? this.#options.password : undefined;
    if (kind === "token") return this.#mailedToken(index);
    if (kind === "cursor") return pick(this.#known.get(`${operation.path} cursor`), index);
    if (kind === "email" && index % 2) return `fuzz-${index}@example.com`;
    if (/^(owner|actor|target)_id$/.test(kind)) return this.#find("user_id", index, operation, actor);
    const own = index % 4 === 0 ? undefined : this.#known.get(`${actor} ${kind}`);
    const known = (own ?? this.#known.get(kind) ?? []).filter((id) => !this.#protected.has(id));
    const found = index % 10 === 0 ? undefined : pick(known, index);
    return found ?? (kind.endsWith("_id") ? UNKNOWN_ID : undefined);
  }

  /** Something of a kind that may be used, but not changed. */
  #findUsable(kind: string, index: number): string | undefined {
    return index % 2 ? pick(this.#known.get(`protected ${kind}`), index) : undefined;
  }

  #mailedToken(index: number): string | undefined {
    const newest = readdirSync(this.#options.mailDir).sort().slice(-NEWEST);
    const file = newest[index % newest.length];
    const text = file ? readFileSync(join(this.#options.mailDir, file), "utf8") : "";
    return /#token=(\S+)/.exec(text)?.[1];
  }
}

/** Whether it is about what is part of something else: it has two ids, which must fit. */
const isOfPart = ({ path }: Operation) => path.split("{").length > 2;

const lastOf = (path: string) => path.split("/").at(-1) ?? "";

/** More often one of the newest: the others may be gone. */
const pick = (known: string[] = [], index: number): string | undefined =>
  known[index % (index % 3 ? Math.min(NEWEST, known.length) : known.length)];
