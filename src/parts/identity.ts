import { auth } from "../features/identity/auth/routes.ts";
import { email } from "../features/identity/email/routes.ts";
import { emailChange } from "../features/identity/email-change/routes.ts";
import { factors } from "../features/identity/factors/routes.ts";
import { secondFactor } from "../features/identity/factors/sign-in/routes.ts";
import { passkeys } from "../features/identity/passkeys/routes.ts";
import { passkeySignIn } from "../features/identity/passkeys/sign-in/routes.ts";
import { passwords } from "../features/identity/passwords/routes.ts";
import { preferences } from "../features/identity/preferences/routes.ts";
import { sessions, userSessions } from "../features/identity/sessions/routes.ts";
import { tokens } from "../features/identity/tokens/routes.ts";
import { users } from "../features/identity/users/routes.ts";
import { erasure } from "../features/platform/erasure/routes.ts";
import { personalData } from "../features/platform/personal-data/routes.ts";
import { sessionState } from "../features/platform/session/routes.ts";
import { createRouter } from "../http/router.ts";

/** Routes under `/auth`. */
export const identity = createRouter()
  .route("/auth", auth)
  .route("/auth/session", sessionState)
  .route("/auth/login/second-factor", secondFactor)
  .route("/auth/login/passkey", passkeySignIn)
  .route("/auth/sessions", sessions)
  .route("/auth/tokens", tokens)
  .route("/auth/email", email)
  .route("/auth/email", emailChange)
  .route("/auth/password", passwords)
  .route("/auth/passkeys", passkeys)
  .route("/auth/me/preferences", preferences)
  .route("/auth/me/data", personalData)
  .route("/auth", factors)
  .route("/auth/users", users)
  .route("/auth/users", userSessions)
  .route("/auth/users", erasure);
