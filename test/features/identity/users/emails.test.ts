import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi({ REGISTER_MAX_PER_ADDRESS: "10000" });
  root = await api.signUpHolding("superuser");
});

const unique = () => crypto.randomUUID().slice(0, 8);
const register = (email: string) =>
  api.call<{ id: string; email: string; details: { field: string; message: string; type: string }[] }>(
    "POST",
    "/auth/register",
    { body: { email, username: `user-${crypto.randomUUID()}`, password: PASSWORD } },
  );
const signIn = (username: string) =>
  api.call("POST", "/auth/login", { body: { username, password: PASSWORD } });

describe("an email", () => {
  it.each([
    ["a top-level domain of A-labels", "ada@xn--e1afmkfd.xn--p1ai", "ada@xn--e1afmkfd.xn--p1ai"],
    ["a domain in Cyrillic", "ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai"],
    ["a domain in capitals", "ada@BÜCHER.Example", "ada@xn--bcher-kva.example"],
    ["a domain in NFD", "ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"],
    ["ideographic dots", "ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"],
    ["a sharp s", "ada@straße.example", "ada@xn--strae-oqa.example"],
    ["every atext", "a!#$%&'*+/=?^_`{|}~-z@example.com", "a!#$%&'*+/=?^_`{|}~-z@example.com"],
    ["one atom that is a symbol", "/@example.com", "/@example.com"],
    ["dots between atoms", "a.b.c=d@mail.example.co.uk", "a.b.c=d@mail.example.co.uk"],
    ["capitals and surrounding blanks", "  ADA@EXAMPLE.COM ", "ada@example.com"],
    ["a domain that begins with a digit", "ada@3com.example", "ada@3com.example"],
    ["64 characters before the @", `${"x".repeat(64)}@example.com`, `${"x".repeat(64)}@example.com`],
  ])("accepts %s", async (_, typed, kept) => {
    const local = `${unique()}.`;
    const email = typed.trimStart().startsWith("xxxx")
      ? local + typed.slice(local.length)
      : typed.replace(/\S/, `${local}$&`);
    const expected = typed.startsWith("xxxx") ? local + kept.slice(local.length) : local + kept;
    const made = await register(email);
    expect(made).toMatchObject({ status: 201, body: { email: expected } });
    expect((await register(expected)).status).toBe(409);
    for (const identifier of [email, expected, expected.toUpperCase()]) {
      expect((await signIn(identifier)).status, identifier).toBe(200);
    }
  });

  it("accepts quotes around a dot-atom as the address without them", async () => {
    const email = `a.${unique()}@example.com`;
    const quoted = `"${email.replace("@", '"@')}`;
    expect(await register(quoted)).toMatchObject({ status: 201, body: { email } });
    expect((await register(email)).status).toBe(409);
    for (const identifier of [email, quoted]) expect((await signIn(identifier)).status, identifier).toBe(200);
  });

  it.each([
    ["no @", "ada.example.com", /^Invalid email address$/],
    ["nothing before the @", "@example.com", /^Invalid email address$/],
    ["two dots together", "a..b@example.com", /single dots/],
    ["a dot first", ".a@example.com", /single dots/],
    ["a dot last", "a.@example.com", /single dots/],
    ["a blank", "a b@example.com", /single dots/],
    ["quotes", '"a b"@example.com', /single dots/],
    ["quotes around nothing", '""@example.com', /single dots/],
    ["a quote within quotes", '"a"b"@example.com', /single dots/],
    ["one quote", 'a"@example.com', /single dots/],
    ["a comment", "a(b)@example.com", /single dots/],
    ["two @", "a@b@example.com", /single dots/],
    ["non-ASCII letters", "jürgen@example.com", /ASCII letters/],
    ["the sign of Kelvin", "\u212Aate@example.com", /ASCII letters/],
    ["an angle bracket", "Ada <ada@example.com>", /not a domain|single dots/],
    ["65 characters before the @", `${"x".repeat(65)}@example.com`, /more than 64 characters/],
    [
      "255 characters",
      `${"x".repeat(60)}@${`${"y".repeat(60)}.`.repeat(3)}${"z".repeat(11)}.com`,
      /more than 254|not a domain/,
    ],
    ["a label of 64", `a@${"y".repeat(64)}.com`, /not a domain/],
    ["one label", "ada@localhost", /not a domain/],
    ["an address in numbers", "ada@127.0.0.1", /not a domain/],
    ["an address in brackets", "ada@[127.0.0.1]", /not a domain/],
    ["an address in octal", "ada@0177.1", /not a domain/],
    ["a port", "ada@example.com:25", /not a domain/],
    ["a path", "ada@example.com/x", /not a domain/],
    ["an escape", "ada@ex%61mple.com", /not a domain/],
    ["an underscore in its domain", "ada@a_b.example", /not a domain/],
    ["a hyphen at an end of a label", "ada@-a.example", /not a domain/],
    ["a dot at the end", "ada@example.com.", /not a domain/],
    ["a top-level domain in digits", "ada@example.123", /not a domain/],
    ["a line break", "ada@example.com\nBcc: x@example.com", /not a domain|single dots/],
  ])("rejects %s", async (_, email, message) => {
    const { status, body } = await register(email);
    expect(status).toBe(422);
    expect(body.details).toEqual([
      { field: "body.email", message: expect.stringMatching(message), type: "invalid_format" },
    ]);
  });

  describe("with a non-ASCII domain", () => {
    const word = unique();
    const kept = `finder-${word}@xn--bcher-kva.${word}.example`;
    let user: Awaited<ReturnType<typeof register>>["body"];
    beforeAll(async () => {
      user = (await register(`finder-${word}@Bücher.${word}.example`)).body;
    });

    it.each([
      ["in Unicode", `bücher.${word}.example`],
      ["in A-labels", `xn--bcher-kva.${word}`],
      ["in capitals", `BÜCHER.${word.toUpperCase()}.EXAMPLE`],
      ["in A-labels in capitals", `XN--BCHER-KVA.${word}`],
      ["in NFD", `bu\u0308cher.${word}.example`],
      ["in full width", `ｂücher.${word}`],
      ["with ideographic dots", `bücher。${word}。example`],
      ["with its local part", `finder-${word}@bücher`],
      ["with the whole address in capitals", `FINDER-${word}@BÜCHER.${word}.example`],
      ["by the start of its domain", `@bücher.${word}`],
      ["by a part of its local part", `inder-${word}@`],
    ])("is found %s", async (_, q) => {
      const path = `/auth/users?q=${encodeURIComponent(q)}`;
      const found = await api.call<{ email: string }[]>("GET", path, { token: root.access });
      expect(found.body.map(({ email }) => email)).toEqual([kept]);
    });

    it.each([
      `bücher.${word}.exämple`,
      `bucher.${word}`,
      `@bücher@${word}`,
      "１２３",
      "ü:80",
      "@",
      "ü".repeat(254),
    ])("is not found by %s, unless it contains that text", async (q) => {
      const path = `/auth/users?q=${encodeURIComponent(q)}&limit=100`;
      const found = await api.call<{ email: string }[]>("GET", path, { token: root.access });
      expect(found.status).toBe(200);
      expect(found.body.some(({ email }) => email === kept)).toBe(q === "@");
    });

    it.each([
      ["in Unicode", `finder-${word}@bücher.${word}.example`],
      ["in A-labels in capitals", kept.toUpperCase()],
      ["in NFD", `Finder-${word}@bu\u0308cher.${word}.example`],
    ])("identifies an AuthZEN subject %s once it is verified", async (_, id) => {
      await api.db.execute(sql`update users set email_verified_at = now() where id = ${user.id}`);
      const body = {
        subject: { type: "user", id },
        action: { name: "read" },
        resource: { type: "tasks", id: "*" },
      };
      const decided = await api.call("POST", "/access/v1/evaluation", { token: root.access, body });
      expect(decided).toMatchObject({ status: 200, body: { decision: true } });
    });

    it("identifies no AuthZEN subject with letters that only look like ASCII", async () => {
      await api.db.execute(sql`update users set email_verified_at = now() where id = ${user.id}`);
      const body = {
        subject: { type: "user", id: `ｆinder-${word}@bücher.${word}.example` },
        action: { name: "read" },
        resource: { type: "tasks", id: "*" },
      };
      const decided = await api.call("POST", "/access/v1/evaluation", { token: root.access, body });
      expect(decided).toMatchObject({ status: 200, body: { decision: false } });
    });
  });

  it("follows one rule in all operations", async () => {
    const word = unique();
    const typed = `a/${word}@Пример.РФ`;
    const kept = `a/${word}@xn--e1afmkfd.xn--p1ai`;
    const invited = await api.call<{ id: string; email: string }>("POST", "/auth/users", {
      token: root.access,
      body: { email: typed, username: `user-${word}` },
    });
    expect(invited).toMatchObject({ status: 201, body: { email: kept } });
    expect(await api.mailedToken(kept)).not.toBe("");
    const taken = { email: kept.toUpperCase() };
    expect((await api.call("PUT", "/auth/me", { token: root.access, body: taken })).status).toBe(409);
    const other = await register(`${word}.other@example.com`);
    const path = `/auth/users/${other.body.id}`;
    expect((await api.call("PUT", path, { token: root.access, body: { email: typed } })).status).toBe(409);
    const before = (await api.mailsTo(kept)).length;
    await api.call("POST", "/auth/password/forgot", { body: { email: typed } });
    await expect.poll(async () => (await api.mailsTo(kept)).length).toBe(before + 1);
  });
});
