import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stepAt, totpCode } from "../../../src/core/security/totp.ts";
import { type OpenApiDocument, type Operation, operationsOf } from "./document.ts";
import { kindsOf } from "./kinds.ts";
import { fillPlaceholders, lastIndexIn } from "./placeholders.ts";
import type { Actor, FuzzRequest } from "./requests.ts";

/** Number of values kept of each kind. */
const MAX_KEPT = 40;
/** Number of the newest values, which are chosen more often. */
const NEWEST = 5;
/** Number of the newest mails in which a token is searched. */
const MAILS_READ = 60;
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

/** Account of a caller. */
interface Self {
  id: string;
  email: string;
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
  /** Paths of nested records by the path of their collection, both as in the document. */
  readonly #nested: Map<string, string>;
  readonly #self = new Map<Actor, Self>();
  /** Usernames by the ids of the accounts. */
  readonly #usernames = new Map<string, string>();
  readonly #etags = new Map<string, string>();
  /** Secret of the authenticator app that an actor enrolled last. */
  readonly #secrets = new Map<Actor, string>();

  constructor(document: OpenApiDocument, options: Options) {
    this.#options = options;
    const operations = operationsOf(document);
    this.#kinds = kindsOf(operations);
    const nested = operations.filter(isNested).map(({ path }) => nestedPathOf(path));
    this.#nested = new Map(nested.map((path) => [collectionOf(path), path]));
  }

  /** Remembers the account with which an actor calls operations. */
  introduce(actor: Actor, self: Self): void {
    this.#self.set(actor, self);
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
    if (isNested(operation)) this.#learnPath(operation, pathname);
    else if (operation.method === "DELETE") this.#learnDeletion(operation, lastSegment(pathname));
    const etag = headers.get("ETag");
    if (etag) this.#etags.set(pathname, etag);
    const [, cursor] = /[?&]cursor=([^&>]+)/.exec(headers.get("Link") ?? "") ?? [];
    if (cursor) this.remember(`${operation.path} cursor`, decodeURIComponent(cursor));
    for (const item of [body].flat())
      if (typeof item === "object" && item !== null) this.#learnFrom(item, operation, actor, pathname);
  }

  /** Remembers the path of a nested record, whose ids belong together, or forgets it with the record. */
  #learnPath({ method, path }: Operation, pathname: string): void {
    const nested = nestedPathOf(path);
    const known = pathname.split("/").slice(0, nested.split("/").length).join("/");
    if (method === "DELETE" && path === nested) this.#forget(nested, known);
    else this.remember(nested, known);
  }

  /** Forgets the id of a deleted record, except for operations on deleted records. */
  #learnDeletion({ path }: Operation, id: string): void {
    const [, kind] = /\{(\w+)\}$/.exec(path) ?? [];
    if (!kind) return;
    for (const known of this.#known.keys()) if (known.endsWith(kind)) this.#forget(known, id);
    this.remember(`deleted ${kind}`, id);
  }

  /** Forgets the path of a nested record that is absent for a superuser. */
  learnAbsence({ operation, actor }: FuzzRequest, target: string): void {
    if (actor !== "superuser" || !isNested(operation)) return;
    const nested = nestedPathOf(operation.path);
    this.#forget(
      nested,
      (target.split("?")[0] ?? "").split("/").slice(0, nested.split("/").length).join("/"),
    );
  }

  #forget(kind: string, value: string): void {
    const known = this.#known.get(kind) ?? [];
    this.#known.set(
      kind,
      known.filter((one) => one !== value),
    );
  }

  #learnFrom(item: object, operation: Operation, actor: Actor, pathname: string): void {
    const kind = this.#kinds.get(operation.operationId);
    if ("username" in item && "id" in item) this.#usernames.set(String(item.id), String(item.username));
    if (kind && "is_builtin" in item && item.is_builtin && "id" in item)
      this.remember(`built-in ${kind}`, String(item.id));
    else if (kind && "id" in item && !this.#protected.has(String(item.id))) {
      this.remember(kind, String(item.id));
      this.remember(`${actor} ${kind}`, String(item.id));
      this.remember(`${resourceOf(operation)} ${kind}`, String(item.id));
    }
    const nested = this.#nested.get(operation.path);
    const id = "id" in item ? item.id : "user_id" in item ? item.user_id : undefined;
    if (nested && id !== undefined) this.remember(nested, `${pathname}/${id}`);
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
    const findUsable = (kind: string, index: number) =>
      this.#findOfResource(kind, index, operation, actor) ??
      this.#findProtected(kind, index) ??
      find(kind, index);

    // DELETE /roles/{role_id}/permissions/{permission_id} changes the role, not the permission.
    const [, changed] = /\{(\w+)\}/.exec(operation.path) ?? [];
    const filled = fillPlaceholders(target, (kind, index) =>
      encodeURIComponent((kind === changed ? find : findUsable)(kind, index)),
    );
    const [, path = "", query = ""] = /^([^?]*)(.*)$/s.exec(filled) ?? [];
    const pathname = isNested(operation)
      ? this.#withKnownIds(path, operation, lastIndexIn(target.split("?")[0] ?? ""))
      : path;
    const known = Object.entries(headers).map(([name, value]) => [
      name,
      fillPlaceholders(value, () => this.#etags.get(pathname) ?? "*"),
    ]);
    return {
      target: pathname + query,
      headers: Object.fromEntries(known),
      body:
        typeof body === "string"
          ? fillPlaceholders(
              body,
              (kind, index) => this.#findNamed(kind, index, pathname) ?? findUsable(kind, index),
            )
          : body,
    };
  }

  /** Returns the path with ids that belong together, for most indexes. A path without placeholders stays as it is. */
  #withKnownIds(path: string, operation: Operation, index: number | undefined): string {
    const nested = nestedPathOf(operation.path);
    const known = this.#known.get(nested) ?? [];
    // A POST adds a record whose ids don't belong together yet.
    const isAddition = operation.method === "POST" && operation.path === nested;
    if (index === undefined || known.length === 0 || isAddition) return path;
    const segments = path.split("/");
    const end = nested.split("/").length;
    const sameId = known.find((one) => lastSegment(one) === segments[end - 1]);
    const found = index % 3 === 0 ? sameId : pick(known, index);
    return found === undefined ? path : [found, ...segments.slice(end)].join("/");
  }

  /** Returns a value of a kind that may be changed, more often one from a response to `actor`; sometimes one that does not exist. */
  #find(kind: string, index: number, operation: Operation, actor: Actor): string | undefined {
    if (kind === "id")
      return index % 2 ? crypto.randomUUID() : this.#find("entry_id", index, operation, actor);
    if (kind.endsWith("password")) return index % 4 ? this.#options.password : undefined;
    if (kind === "token") return this.#mailedToken(index, operation, actor);
    if (kind === "cursor") return pick(this.#known.get(`${operation.path} cursor`), index);
    if (kind === "email" && index % 2)
      return resourceOf(operation) === "/organizations"
        ? this.#self.get("user")?.email
        : `fuzz-${index}@example.com`;
    if (/^(owner|actor|target)_id$/.test(kind)) return this.#find("user_id", index, operation, actor);
    const deleted =
      isOnDeleted(operation) && index % 4 ? pick(this.#known.get(`deleted ${kind}`), index) : undefined;
    if (deleted !== undefined) return deleted;
    const own = index % 4 === 0 ? undefined : this.#known.get(`${actor} ${kind}`);
    const known = (own ?? this.#known.get(kind) ?? []).filter((id) => !this.#protected.has(id));
    const found = index % 10 === 0 ? undefined : pick(known, index);
    return found ?? (kind.endsWith("_id") ? UNKNOWN_ID : undefined);
  }

  /** Returns the username of the account in a path, which some operations require to be repeated. */
  #findNamed(kind: string, index: number, pathname: string): string | undefined {
    if (kind !== "username" || index % 4 === 0) return undefined;
    return pathname
      .split("/")
      .map((id) => this.#usernames.get(id))
      .find((name) => name !== undefined);
  }

  /** Returns a value that belongs to the resource or the caller of an operation: resources have roles of their own, for example. */
  #findOfResource(kind: string, index: number, operation: Operation, actor: Actor): string | undefined {
    if (index % 4 === 0) return undefined;
    if (kind === "user_id" && index % 4 === 1) return this.#self.get(actor)?.id;
    if (kind === "role_id" && resourceOf(operation) === "/organizations" && index % 2)
      return pick(this.#known.get(`built-in ${kind}`), index);
    return pick(this.#known.get(`${resourceOf(operation)} ${kind}`), index);
  }

  /** Returns a protected value of a kind, for every second index. */
  #findProtected(kind: string, index: number): string | undefined {
    return index % 2 ? pick(this.#known.get(`protected ${kind}`), index) : undefined;
  }

  /** Returns a token from a mail; for most indexes from one to the caller, for the operation or one beside it. */
  #mailedToken(index: number, { method, path, isPublic }: Operation, actor: Actor): string | undefined {
    const address = isPublic ? undefined : this.#self.get(actor)?.email;
    const fitting = index % 4 ? this.#mails(`${method} ${collectionOf(path)}/`, address) : [];
    return tokenIn(pick(fitting.length > 0 ? fitting : this.#mails().slice(0, NEWEST), index));
  }

  /** Returns the token in the newest mail to `address` that names an operation. */
  newestToken(address: string, operation: string): string | undefined {
    return tokenIn(this.#mails(operation, address)[0]);
  }

  /** Returns the newest mails with tokens for an operation and to an address, or to all. */
  #mails(operation = "", address?: string): string[] {
    return readdirSync(this.#options.mailDir)
      .sort()
      .slice(-MAILS_READ)
      .reverse()
      .map((file) => readFileSync(join(this.#options.mailDir, file), "utf8"))
      .filter((text) => text.includes(operation) && (!address || text.includes(`\nTo: ${address}\n`)));
  }
}

/** Returns whether an operation is about a nested record: it has two ids, which must belong together. */
const isNested = ({ path }: Operation) => path.split("{").length > 2;

/** Returns whether an operation is about a deleted record. */
const isOnDeleted = ({ operationId }: Operation) => /^(restore|erase)/.test(operationId);

/** Returns the path of an operation up to its last id. */
const nestedPathOf = (path: string) => path.slice(0, path.lastIndexOf("}") + 1);

const collectionOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

/** Returns the first segment of an operation's path, such as `/organizations`. */
const resourceOf = ({ path }: Operation) => /^\/[^/]*/.exec(path)?.[0] ?? path;

const tokenIn = (mail = ""): string | undefined => /#token=(\S+)/.exec(mail)?.[1];

const lastSegment = (path: string) => path.split("/").at(-1) ?? "";

/** Returns a known value, more often one of the newest, because older records may be deleted. */
const pick = (known: string[] = [], index: number): string | undefined =>
  known[index % (index % 3 ? Math.min(NEWEST, known.length) : known.length)];
