import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stepAt, totpCode } from "../../../src/core/security/totp.ts";
import { type OpenApiDocument, type Operation, operationsOf } from "./document.ts";
import { kindsOf } from "./kinds.ts";
import { fillPlaceholders } from "./placeholders.ts";
import type { Actor, FuzzRequest } from "./requests.ts";

/** Number of values kept of each kind. */
const MAX_KEPT = 40;
/** Number of the newest values, which are chosen more often. */
const NEWEST = 5;
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

/** A request without placeholders. */
export interface FilledRequest {
  target: string;
  headers: Record<string, string>;
  body: FuzzRequest["body"];
}

/** Response from which values are learned. */
interface Answer {
  headers: Headers;
  body: unknown;
}

interface Options {
  /** Password of every account. */
  password: string;
  mailDir: string;
}

/**
 * Ids, names and secrets from responses and mails, so that requests refer to existing records. Protected records are used, but not
 * changed.
 */
export class FuzzKnowledge {
  readonly #options: Options;
  readonly #kinds: Map<string, string>;
  /** Values by kind, and by actor and kind; newest first. */
  readonly #known = new Map<string, string[]>();
  readonly #protected = new Set<string>();
  /** Complete paths of nested records, by id. */
  readonly #paths = new Map<string, string>();
  readonly #etags = new Map<string, string>();
  /** Secret of the authenticator app that an actor enrolled last. */
  readonly #secrets = new Map<Actor, string>();

  constructor(document: OpenApiDocument, options: Options) {
    this.#options = options;
    this.#kinds = kindsOf(operationsOf(document));
  }

  /** Remembers a value of a kind. */
  remember(kind: string, value: string): void {
    const known = this.#known.get(kind) ?? [];
    if (!known.includes(value)) this.#known.set(kind, [value, ...known].slice(0, MAX_KEPT));
  }

  /** Protects the record with `id` from changes. */
  protect(kind: string, id: string): void {
    this.#protected.add(id);
    this.remember(`protected ${kind}`, id);
  }

  /** Remembers the values in the response to a request. */
  learn({ operation, actor }: FuzzRequest, target: string, { headers, body }: Answer): void {
    const [pathname = ""] = target.split("?");
    if (isNested(operation)) this.#paths.set(lastSegment(pathname), pathname);
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

  /** Returns the request with known values in place of its placeholders. */
  async fill({ operation, actor, target, headers, body }: FuzzRequest): Promise<FilledRequest> {
    const secret = this.#secrets.get(actor);
    const code = secret && (await totpCode(secret, stepAt(Date.now())));
    const find = (kind: string, index: number) =>
      (kind === "code" ? code : this.#find(kind, index, operation, actor)) ?? `fuzz-${index}`;
    const findUsable = (kind: string, index: number) => this.#findProtected(kind, index) ?? find(kind, index);

    // DELETE /roles/{role_id}/permissions/{permission_id} changes the role, not the permission.
    const [, changed] = /\{(\w+)\}/.exec(operation.path) ?? [];
    const filled = fillPlaceholders(target, (kind, index) =>
      encodeURIComponent((kind === changed ? find : findUsable)(kind, index)),
    );
    const [, path = "", query = ""] = /^([^?]*)(.*)$/s.exec(filled) ?? [];
    const pathname = (isNested(operation) && this.#paths.get(lastSegment(path))) || path;
    const known = Object.entries(headers).map(([name, value]) => [
      name,
      fillPlaceholders(value, () => this.#etags.get(pathname) ?? "*"),
    ]);
    return {
      target: pathname + query,
      headers: Object.fromEntries(known),
      body: typeof body === "string" ? fillPlaceholders(body, findUsable) : body,
    };
  }

  /** Returns a value of a kind that may be changed, more often one from a response to `actor`; sometimes one that does not exist. */
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

  /** Returns a protected value of a kind, for every second index. */
  #findProtected(kind: string, index: number): string | undefined {
    return index % 2 ? pick(this.#known.get(`protected ${kind}`), index) : undefined;
  }

  #mailedToken(index: number): string | undefined {
    const newest = readdirSync(this.#options.mailDir).sort().slice(-NEWEST);
    const file = newest[index % newest.length];
    const text = file ? readFileSync(join(this.#options.mailDir, file), "utf8") : "";
    return /#token=(\S+)/.exec(text)?.[1];
  }
}

/** Returns whether an operation is about a nested record: it has two ids, which must belong together. */
const isNested = ({ path }: Operation) => path.split("{").length > 2;

const lastSegment = (path: string) => path.split("/").at(-1) ?? "";

/** Returns a known value, more often one of the newest, because older records may be deleted. */
const pick = (known: string[] = [], index: number): string | undefined =>
  known[index % (index % 3 ? Math.min(NEWEST, known.length) : known.length)];
