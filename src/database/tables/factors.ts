import { bigint, boolean, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";
import { users } from "./users.ts";

const ofUser = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** Authenticator apps (RFC 6238): one for each user. An app counts once a code of it has confirmed it. */
export const totpFactors = pgTable("totp_factors", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  createdAt: instant("created_at").notNull().defaultNow(),
  /** Shared secret, encrypted with a key that is not in the database. */
  sealedSecret: text("sealed_secret").notNull(),
  /** Null until the enrollment is confirmed. */
  confirmedAt: instant("confirmed_at"),
  /** Time step of the last accepted code: codes of this or an earlier step are refused. */
  lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
});

/** Recovery codes, each valid for one sign-in, for users who lost their other factors. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    id: id(),
    userId: ofUser(),
    codeHash: text("code_hash").notNull(),
    usedAt: instant("used_at"),
  },
  (codes) => [index("recovery_codes_by_user").on(codes.userId)],
);

/** Public keys of authenticators (WebAuthn). */
export const passkeys = pgTable(
  "passkeys",
  {
    id: id(),
    createdAt: instant("created_at").notNull().defaultNow(),
    userId: ofUser(),
    name: text("name").notNull(),
    /** Chosen by the authenticator; base64url. */
    credentialId: text("credential_id").notNull().unique("passkeys_credential_key"),
    /** COSE key in base64url. */
    publicKey: text("public_key").notNull(),
    /** Signature counter, if the authenticator has one: a lower number indicates a copy. */
    signCount: bigint("sign_count", { mode: "number" }).notNull(),
    transports: text("transports").array().notNull(),
    isBackedUp: boolean("is_backed_up").notNull(),
    lastUsedAt: instant("last_used_at"),
  },
  (passkeys) => [index("passkeys_by_user").on(passkeys.userId)],
);
