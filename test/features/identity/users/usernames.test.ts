import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  await api.signUp("paypal");
});

let emails = 0;
const register = async (username: string) => {
  const email = `name-${emails++}@example.com`;
  return api.call("POST", "/auth/register", { body: { username, email, password: PASSWORD } });
};

describe("a username", () => {
  it.each([
    ["a Hangul filler", "paypal\u3164"],
    ["a half-width Hangul filler", "paypal\uffa0"],
    ["a variation selector", "paypal\ufe0f"],
    ["a variation selector of another plane", "paypal\u{e0100}"],
    ["a grapheme joiner", "pay\u034fpal"],
    ["a zero-width space", "pay\u200bpal"],
    ["a zero-width joiner", "pay\u200dpal"],
    ["a soft hyphen", "pay\u00adpal"],
    ["a right-to-left mark", "pay\u200fpal"],
    ["a Khmer inherent vowel", "paypal\u17b4"],
    ["Cyrillic letters among Latin ones", "p\u0430yp\u0430l"],
    ["Greek letters among Latin ones", "payp\u03b1l"],
    ["Greek letters among Latin ones, one with an accent", "p\u00e1yp\u03b1l"],
    ["a Latin alpha in a Greek name", "\u03b2\u0251\u03b3"],
    ["Cyrillic and Greek letters", "\u043f\u03b1\u043f"],
    ["fillers only", "\u3164\u3164\u3164"],
    ["no letter and no digit", "..."],
    ["60 combining marks", `ada${"\u0301".repeat(60)}`],
    ["three combining marks in a row", "ada\u0328\u0327\u0323"],
    ["three combining marks, one of them composed", "ada\u0301\u0302\u0303"],
    ["two spaces in a row", "ada  lovelace"],
    ["an emoji", "ada\u{1f600}"],
    ["two kinds of digits", "ada1\u0661"],
    ["digits of two kinds in one script", "\u0633\u0644\u0627\u0645\u0661\u06f2"],
    ["digits of ASCII and of another kind", "\u0633\u0644\u0627\u06451\u0662"],
    ["a stretched Arabic letter", "\u0643\u062a\u0640\u0627\u0628"],
    ["a stretched N'Ko letter", "\u07ca\u07fa\u07cb\u07cc"],
    ["parts of Hangul syllables", "\u1100\u1103\u1105"],
    ["a Hangul tone mark", "\ud55c\uad6d\u302e\uc5b4"],
    ["a vertical repeat mark", "\u3042\u3033\u3035"],
    ["an enclosing circle", "ada\u20dd"],
    ["a mark at the start", "\u0301ada"],
    ["a Hebrew name that ends in a full stop", "\u05d3\u05d5\u05d3."],
  ])("is rejected with %s", async (_, username) => {
    const { status, body } = await register(username);
    expect(body).toMatchObject({ error: "VALIDATION_ERROR", details: [{ field: "body.username" }] });
    expect(status).toBe(422);
  });

  it.each([
    "Zoë",
    "Łukasz.Żak",
    "Jürgen-Özil_1",
    "Nguyễn Văn",
    "Дмитрий Ильич",
    "Ελένη",
    "\u00c9λένη",
    "Արմեն",
    "דוד בן",
    "محمد1",
    "राजेश",
    "สมชาย",
    "김철수",
    "山田たろう",
    "ラーメン屋",
    "李小龙",
    "ᏣᎳᎩ",
    "ကြွေ့ညို",
    "བསྒྲུབས",
    "น้ำฝน",
    "שָׁלוֹם",
    "ada 2",
    "007",
  ])("is accepted, and signs in: %s", async (username) => {
    const { status, text } = await register(username);
    expect([status, text]).toEqual([201, expect.any(String)]);
    expect((await api.signIn(username)).access).toEqual(expect.any(String));
    expect((await api.signIn(username.normalize("NFD"))).access).toEqual(expect.any(String));
  });

  it("equals its full-width form", async () => {
    expect((await register("ｐａｙｐａｌ")).body.error).toBe("USERNAME_ALREADY_EXISTS");
    expect((await api.signIn("ｐａｙｐａｌ")).access).toEqual(expect.any(String));
    expect((await register("Ｇｒａｃｅ")).body).toMatchObject({ username: "Grace" });
  });

  it.each([
    ["\u{1d4d0}\u{1d4d1}\u{1d4d2}", "ABC"],
    ["\ufb01nn", "finn"],
    ["lulu\u00b2", "lulu2"],
    ["louis\u2163", "louisIV"],
  ])("is stored without compatibility characters: %s", async (username, kept) => {
    expect((await register(username)).body).toMatchObject({ username: kept });
  });

  it.each([
    ["Cyrillic letters that look Latin", "coco", "\u0441\u043e\u0441\u043e"],
    ["Cyrillic capitals that look Latin", "BEE", "\u0412\u0415\u0415"],
    ["Greek letters that look Latin", "vov", "\u03bd\u03bf\u03bd"],
    ["a Latin capital with an accent in a Greek name", "\u0388\u03b3\u03b4", "\u00c9\u03b3\u03b4"],
    ["Armenian letters that look Latin", "huh", "\u0570\u057d\u0570"],
    ["a Cyrillic bar", "lol", "\u04cf\u043e\u04cf"],
    ["a Cyrillic bar in capitals", "lell", "\u04c0\u0415\u04c0\u04c0"],
    ["another Latin letter", "dada", "d\u0251d\u0251"],
    ["a letter without its dot", "mini", "m\u0131n\u0131"],
    ["two letters that look like one", "morn\u00e9", "mom\u00e9"],
    ["another case of letters with accents", "\u00c4rger", "\u00e4RGER"],
    ["a final sigma", "\u03c3\u03bf\u03c6\u03bf\u03c2", "\u03c3\u03bf\u03c6\u03bf\u03c3"],
  ])("is rejected if it looks like an existing name: %s", async (_, first, second) => {
    expect((await register(first)).status).toBe(201);
    expect(await register(second)).toMatchObject({ status: 409, body: { error: "USERNAME_ALREADY_EXISTS" } });
  });

  it("is accepted if it and the name that it resembles are both ASCII", async () => {
    for (const name of ["modern", "modem", "corn", "com", "0scar", "Oscar", "ill1", "il1l"]) {
      expect([name, (await register(name)).status]).toEqual([name, 201]);
    }
  });

  it("follows the same rules in all operations", async () => {
    const admin = await api.signUpHolding("superuser");
    const user = await api.signUp();
    for (const username of ["p\u0430ypal", "paypa\u0131"]) {
      const body = { username, email: `name-${emails++}@example.com` };
      const answers = [
        await api.call("POST", "/auth/users", { token: admin.access, body }),
        await api.call("PUT", "/auth/me", { token: user.access, body: { username } }),
        await api.call("PUT", `/auth/users/${user.id}`, { token: admin.access, body: { username } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual(
        username === "p\u0430ypal" ? [422, 422, 422] : [201, 409, 409],
      );
    }
  });

  it("accepts another spelling by its owner", async () => {
    const user = await api.signUp();
    const rename = (username: string) =>
      api.call("PUT", "/auth/me", { token: user.access, body: { username } });
    for (const username of ["Renée", "RENÉE", "Renee"]) {
      expect((await rename(username)).body).toMatchObject({ username });
    }
  });

  it("is accepted once under concurrent registrations of names that look alike", async () => {
    const names = ["\u0441\u0430\u0441\u0430\u043e", "cacao", "c\u0251c\u0251o", "cac\u0251o"];
    const answers = await Promise.all(names.map(register));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it("is checked again when its account is restored", async () => {
    const admin = await api.signUpHolding("superuser");
    const { body } = await register("\u0440\u0435\u0440\u0435");
    expect((await api.call("DELETE", `/auth/users/${body.id}`, { token: admin.access })).status).toBe(204);
    expect((await register("pepe")).status).toBe(201);
    const restored = await api.call("POST", `/auth/users/${body.id}/restore`, { token: admin.access });
    expect(restored).toMatchObject({ status: 409, body: { error: "USERNAME_ALREADY_EXISTS" } });
  });
});

describe("a username from before these rules", () => {
  const OLD = ["old\u3164name", "old n\u0430me", "ｏｌｄ", "-.-"];

  it.each(OLD)("signs in, and stays when other fields change: %j", async (username) => {
    const user = await api.signUp();
    await api.db.execute(sql`update users set username = ${username} where id = ${user.id}`);
    const { access } = await api.signIn(username);
    const change = (body: object) => api.call("PUT", "/auth/me", { token: access, body });
    expect(await change({ first_name: "Ada" })).toMatchObject({ status: 200, body: { username } });
    expect(await change({ first_name: "Ida", username })).toMatchObject({ status: 200, body: { username } });
    expect((await change({ username: `${username}\u3164` })).status).toBe(422);
    const admin = await api.signUpHolding("superuser");
    const byAdmin = await api.call("PUT", `/auth/users/${user.id}`, {
      token: admin.access,
      body: { username, last_name: "L" },
    });
    expect(byAdmin).toMatchObject({ status: 200, body: { username, last_name: "L" } });
  });

  it("differs from another account's new name that equals it in full width", async () => {
    const [old, plain] = [await api.signUp(), await api.signUp()];
    await api.db.execute(sql`update users set username = 'ｎｏｒａ' where id = ${old.id}`);
    await api.db.execute(sql`alter table users disable trigger keep_usernames_apart`);
    await api.db.execute(sql`update users set username = 'nora' where id = ${plain.id}`);
    await api.db.execute(sql`alter table users enable trigger keep_usernames_apart`);
    const idOf = async (username: string) => {
      const body = { username, password: PASSWORD };
      const answer = await api.call<{ user: { id: string } }>("POST", "/auth/login", { body });
      return answer.body.user.id;
    };
    expect([await idOf("ｎｏｒａ"), await idOf("nora")]).toEqual([old.id, plain.id]);
  });
});
