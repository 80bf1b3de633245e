import { describe, expect, it } from "vitest";
import { isCommonPassword } from "../../../src/core/security/common-passwords.ts";
import { passwordProblem } from "../../../src/core/security/password-rules.ts";

const NO_NAMES = {};

describe("passwordProblem: length in Unicode characters", () => {
  it.each([
    ["7 letters", "kzqwvxj"],
    ["7 keys, 14 UTF-16 units", "🔑🔐🗝️🔒🔓🔏".replace("\ufe0f", "")],
    ["4 letters that are 8 when decomposed", "éàüñ".normalize("NFD")],
    ["nothing", ""],
  ])("rejects %s [PASSWORD-2]", (_, password) => {
    expect(passwordProblem(password, NO_NAMES)).toBe("Use at least 8 characters.");
  });

  it.each([
    ["8 letters", "kzqwvxjp"],
    ["8 keys", "🔑🔐🔒🔓🔏🔑🔐🔒"],
    ["8 accented letters, decomposed", "éàüñçöøå".normalize("NFD")],
    ["64 spaces", " ".repeat(64)],
    ["128 letters", "kz".repeat(64)],
    ["128 keys, 256 UTF-16 units", "🔑".repeat(128)],
    ["128 accented letters, decomposed", "é".repeat(128).normalize("NFD")],
  ])("accepts %s", (_, password) => {
    expect(passwordProblem(password, NO_NAMES)).toBeUndefined();
  });

  it.each([
    ["129 letters", `${"kz".repeat(64)}k`],
    ["129 keys", "🔑".repeat(129)],
    ["a million letters", "k".repeat(1_000_000)],
  ])("rejects %s instead of truncating it", (_, password) => {
    expect(passwordProblem(password, NO_NAMES)).toBe("Use at most 128 characters.");
  });
});

describe("passwordProblem: characters", () => {
  it.each([
    "allsmallletters",
    "ALLCAPITALLETTERS",
    "8401957362840",
    "!(#*$&^!)@",
    "съешь ещё этих булок",
    "\t\n\u{1f980}\u200b kzqw",
  ])("requires no mixture of characters: %j [PASSWORD-4]", (password) => {
    expect(passwordProblem(password, NO_NAMES)).toBeUndefined();
  });

  it.each(["kzqwvx\0jp", "kzqwvxjp\0", "kzqwvx\ud83djp", "kzqwvx\udd11jp", "\udd11\ud83dkzqwvxjp"])(
    "refuses NUL and half surrogate pairs: %j",
    (password) => {
      expect(passwordProblem(password, NO_NAMES)).toMatch(
        /^This password contains an unsupported character\./,
      );
    },
  );
});

describe("passwordProblem: common passwords", () => {
  it.each([
    "password",
    "PASSWORD",
    "PassWord",
    "12345678",
    "trustno1",
    "iloveyou",
    "qwertyuiop",
    "1qaz2wsx",
    "!qaz2wsx",
  ])("rejects %s [PASSWORD-3]", (password) => {
    expect(passwordProblem(password, NO_NAMES)).toMatch(/most common/);
  });

  it.each(["password kzqw", "xpassword", "passwordx", "1234567890kzqwvxj"])("accepts %s", (password) => {
    expect(passwordProblem(password, NO_NAMES)).toBeUndefined();
  });

  it("matches words, not their storage format", () => {
    for (const stored of ["0!qaz2wsx", "", " ", "\n", "1000000000o"])
      expect(isCommonPassword(stored)).toBe(false);
  });
});

describe("passwordProblem: names of the account", () => {
  const alice = { email: "Alice.Jönsson@Example.com", username: "Alice_Jönsson" };

  it.each([
    ["alice_jönsson", "username"],
    ["ALICE_JÖNSSON", "username"],
    ["Alice_Jönsson".normalize("NFD"), "username"],
    ["alice.jönsson@example.com", "email address"],
    ["ALICE.JÖNSSON@EXAMPLE.COM", "email address"],
    ["alice.jönsson", "first part of the email address"],
    ["alice.jönsson".normalize("NFD"), "first part of the email address"],
  ])("rejects %s [PASSWORD-7]", (password, name) => {
    expect(passwordProblem(password, alice)).toBe(
      `The ${name} cannot be the password. Choose another password.`,
    );
  });

  it.each([
    ["Alice_Jönsson1", "username"],
    ["4l1ce.j0nsson".replace("0", "ö"), "username"],
    ["!!A.L.I.C.E-jön$$on 2026!!", "username"],
    ["alice.jönsson@", "username"],
    ["alice.jönsson@example.com1", "email address"],
  ])("rejects %s, a decorated name", (password, name) => {
    expect(passwordProblem(password, alice)).toBe(
      `The ${name} cannot be the password. Choose another password.`,
    );
  });

  it.each(["example.com", "jönsson kzqw", "alice jönsson's", "xalice_jönsson"])("accepts %s", (password) => {
    expect(passwordProblem(password, alice)).toBeUndefined();
  });

  it("accepts passwords that share only a letter or two with a short name", () => {
    expect(passwordProblem("8302!96a", { email: "a@example.com", username: "ab9" })).toBeUndefined();
    expect(passwordProblem("83029617", { email: "12@example.com", username: "4711" })).toBeUndefined();
  });

  it("recognizes decomposed names", () => {
    const decomposed = { email: alice.email.normalize("NFD"), username: alice.username.normalize("NFD") };
    expect(passwordProblem("alice_jönsson", decomposed)).toMatch(/^The username/);
    expect(passwordProblem("alice.jönsson@example.com", decomposed)).toMatch(/^The email address/);
    expect(passwordProblem("alice.jönsson", decomposed)).toMatch(/^The first part/);
  });

  it("accepts accounts without a username and an email", () => {
    expect(passwordProblem("kzqwvxjp", { email: undefined, username: undefined })).toBeUndefined();
    expect(passwordProblem("kzqwvxjp", { email: "no-at-sign", username: "" })).toBeUndefined();
  });

  it("splits an email at its last @", () => {
    expect(passwordProblem('"kz@qwvx"', { email: '"kz@qwvx"@example.com' })).toMatch(/first part/);
  });
});

describe("passwordProblem: the name of the service", () => {
  const product = "Productivity Tracker";

  it.each([
    "Productivity Tracker",
    "productivitytracker",
    "Pr0duct1v1ty-Tr4ck3r!",
    "productivity2026",
    "P.R.O.D.U.C.T.I.V.I.T.Y",
    "7racker#1",
    "123tracker!",
  ])("rejects %s [PASSWORD-1]", (password) => {
    expect(passwordProblem(password, { product })).toBe(
      "The name of this service cannot be the password. Choose another password.",
    );
  });

  it.each(["tracker of kzqw", "untracked1", "my productivity", "ytivitcudorp"])("accepts %s", (password) => {
    expect(passwordProblem(password, { product })).toBeUndefined();
  });
});
