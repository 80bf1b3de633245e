import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "vitest";
import { expectDocumented, operationAt } from "../documented.ts";
import type { OpenApiDocument } from "./document.ts";

/** Matches a UUID of RFC 9562: with a version and a variant (4), or the Nil (5.9) or Max UUID (5.10), which bulk results repeat. */
const UUID =
  /^([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|0{8}(-0{4}){3}-0{12}|f{8}(-f{4}){3}-f{12})$/i;

/** Password hashes, connection strings and stack traces, which no response may contain. */
const FORBIDDEN = /\$argon2|postgres(ql)?:\/\/|\n\s+at \S+/;

/** Words of SQL, its driver and JavaScript, paths, and hashes, which no error may contain, since errors don't repeat the input. */
const FORBIDDEN_IN_ERRORS =
  /\b(select|insert into|update \w+ set|delete from|relation|constraint|syntax error|column|sqlstate|violates|pglite|postgres|neon|drizzle|argon2|zod|\w+Error:|undefined|NaN)\b|\.[mc]?[jt]s\b|\/(src|node_modules|work|tmp|home)\/|[0-9a-f]{64}/i;

/** Response with its body. */
export interface ReadAnswer {
  response: Response;
  text: string;
  /** Parsed JSON. */
  body: unknown;
}

/** Returns the request id to expect in an error. On AuthZEN's routes, the header repeats the client's own id instead. */
const assignedId = (target: string, headers: Headers) =>
  /^(\/api\/v1)?\/access\//.test(target) ? expect.stringMatching(UUID) : headers.get("X-Request-Id");

/** Returns a function that checks a response against the served OpenAPI document, and that it leaks no internals. */
export function answerChecks(document: OpenApiDocument, secrets: string[]) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats(ajv);
  ajv.addFormat("uuid", UUID);
  ajv.addSchema({ $id: "openapi", ...document });
  const validators = new Map<string, ValidateFunction>();

  /** Returns the validator for the schema at a path in the document. */
  function validatorOf(steps: string[]): ValidateFunction {
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1")));
    const reference = `openapi#/${pointer.join("/")}`;
    const validator = validators.get(reference) ?? ajv.compile({ $ref: reference });
    validators.set(reference, validator);
    return validator;
  }

  /** Throws the first problem of the response. */
  return function checkAnswer(method: string, target: string, answer: ReadAnswer): void {
    const { response, text, body } = answer;
    const { status, headers } = response;
    expect(status, "status").toBeLessThan(500);
    expect(headers.get("X-Request-Id"), "X-Request-Id").toBeTruthy();
    expect(headers.get("X-Content-Type-Options"), "X-Content-Type-Options").toBe("nosniff");
    expect(text.slice(0, 100_000)).not.toMatch(FORBIDDEN);
    for (const secret of secrets) expect(text).not.toContain(secret);
    if (status >= 400) {
      expect(text).not.toMatch(FORBIDDEN_IN_ERRORS);
      if (method !== "HEAD") expect(body).toMatchObject({ request_id: assignedId(target, headers) });
    }
    expectDocumented(method, target, { status, headers, text, body });
    const operation = operationAt(method, target);
    if (!operation || body === undefined || method === "HEAD") return;
    const steps = ["paths", operation.path, method.toLowerCase(), "responses", String(status)];
    const validate = validatorOf([...steps, "content", "application/json", "schema"]);
    validate(body);
    expect(validate.errors ?? [], "the response against the schema in /openapi.json").toEqual([]);
  };
}
