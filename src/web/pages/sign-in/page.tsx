import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import type { Schemas } from "../../api/types.ts";
import { acceptsPasskeys, useAccount } from "../../data/account.ts";
import { abortCeremony, askForPasskey, hasAutofill, whyNoPasskeys } from "../../data/ceremonies.ts";
import { enterSession, useSession } from "../../data/session.ts";
import { t } from "../../i18n/sign-in/index.ts";
import { pathAfterSignIn, signUpPath } from "../../paths.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { EntryPage } from "../../ui/page.tsx";
import { firstPath } from "../preferences/data.ts";
import { SecondFactor } from "./second-factor.tsx";

type Challenge = Schemas["SecondFactorRequired"];

/** Options for a passkey are valid for five minutes. */
const RENEW_MS = 4 * 60_000;

/** Renders the page to sign in: password, passkey, and the second factor. */
export default function SignIn() {
  const { query, route } = useLocation();
  const { data } = useSession();
  const [challenge, setChallenge] = useState<Challenge>();
  const isSignedIn = Boolean(data?.user);
  useEffect(() => {
    if (isSignedIn) void enterApp();
  }, [isSignedIn]);
  const enterApp = async () => route(query.next ? pathAfterSignIn(query.next) : await firstPath(), true);
  const enter = async () => {
    abortCeremony();
    await enterSession();
  };
  if (challenge)
    return <SecondFactor challenge={challenge} onSignedIn={enter} onBack={() => setChallenge(undefined)} />;
  return <Credentials onSignedIn={enter} onChallenge={setChallenge} />;
}

function Credentials({
  onSignedIn,
  onChallenge,
}: {
  onSignedIn: () => Promise<void>;
  onChallenge: (challenge: Challenge) => void;
}) {
  const [error, setError] = useState<ApiError>();
  const { query } = useLocation();
  const settings = useAccount("settings").data;
  const offer = useOfferedPasskey(onSignedIn, setError);
  const noPasskeys = whyNoPasskeys(settings?.can_use_passkeys);

  async function signIn({ username = "", password = "" }: Values) {
    setError(undefined);
    const answer = await call(
      api.POST("/auth/login", { body: { username, password, token_delivery: "cookie" } }),
    );
    if ("challenge" in answer) onChallenge(answer);
    else await onSignedIn();
  }

  async function usePasskey() {
    setError(undefined);
    try {
      const credential = await askForPasskey(await call(api.POST("/auth/login/passkey/options")));
      if (!credential) return offer();
      await signInWith(credential);
      await onSignedIn();
    } catch (thrown) {
      setError(toApiError(thrown));
    }
  }

  return (
    <EntryPage
      title={t("sign_in.title")}
      foot={
        settings?.can_sign_up !== false && (
          <>
            {t("sign_in.no_account")}{" "}
            <a href={query.next ? signUpPath(query.next) : "/app/sign-up"}>{t("action.sign_up")}</a>
          </>
        )
      }
    >
      {error && <ErrorNotice error={error} />}
      <Form onSubmit={signIn}>
        <TextField
          name="username"
          label={t("field.username_or_email")}
          autocomplete="username webauthn"
          autocapitalize="off"
          spellcheck={false}
          isFirst
          required
        />
        <PasswordField name="password" label={t("field.password")} autocomplete="current-password" />
        <Submit isWide>{t("action.sign_in")}</Submit>
      </Form>
      {noPasskeys ? (
        <p class="small muted">{t(`passkeys.no_${noPasskeys}`)}</p>
      ) : (
        <>
          <div class="divider">{t("sign_in.or")}</div>
          <Button isWide onClick={() => void usePasskey()}>
            {t("sign_in.passkey")}
          </Button>
        </>
      )}
      {settings?.can_send_mail !== false && (
        <p>
          <a href="/app/forgot-password">{t("sign_in.forgot")}</a>
        </p>
      )}
    </EntryPage>
  );
}

const signInWith = (credential: Schemas["PasskeyAssertion"]) =>
  call(api.POST("/auth/login/passkey", { body: { credential, token_delivery: "cookie" } }));

/**
 * Offers passkeys in the autofill of the username, and renews the options before they expire. Returns the function that offers them again
 * after another ceremony.
 */
function useOfferedPasskey(
  onSignedIn: () => Promise<void>,
  onError: (error: ApiError) => void,
): () => Promise<void> {
  const [state] = useState({ timer: 0, isGone: false });

  async function offer(): Promise<void> {
    clearTimeout(state.timer);
    if (!(await hasAutofill()) || !(await acceptsPasskeys()) || state.isGone) return;
    try {
      const options = await call(api.POST("/auth/login/passkey/options"));
      if (state.isGone) return;
      state.timer = window.setTimeout(() => void offer(), RENEW_MS);
      const credential = await askForPasskey(options, "conditional");
      if (!credential) return;
      await signInWith(credential);
      await onSignedIn();
    } catch (thrown) {
      // Without the server, the button tells; the offer is not what was asked for.
      if (thrown instanceof ApiError && thrown.code === "OFFLINE") return;
      onError(toApiError(thrown));
    }
  }

  useEffect(() => {
    void offer();
    return () => {
      state.isGone = true;
      clearTimeout(state.timer);
      abortCeremony();
    };
  }, []);
  return offer;
}
