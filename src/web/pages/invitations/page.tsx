import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import { useAccount } from "../../data/account.ts";
import { reloadOrganizations, useOwnInvitations } from "../../data/organizations.ts";
import { reloadSession, type User, useSession } from "../../data/session.ts";
import { t } from "../../i18n/organizations/index.ts";
import { signInPath, signUpPath } from "../../paths.ts";
import { Button } from "../../ui/button.tsx";
import { formatDay } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Card, EntryPage, PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { nameOfRole } from "../organization/roles.ts";
import { forgetToken, takeToken } from "./token.ts";

/** Renders the page of invitations: with the token from a mail, also for a person who must sign in first. */
export default function Invitations() {
  const [token, setToken] = useState(takeToken);
  const user = useSession().data?.user;
  useEffect(() => {
    // A link that is opened in this tab changes only the fragment.
    const update = () => setToken(takeToken());
    addEventListener("hashchange", update);
    return () => removeEventListener("hashchange", update);
  }, []);
  if (!user) return <Welcome isInvited={token !== ""} />;
  const forget = () => {
    forgetToken();
    setToken("");
  };
  return (
    <>
      <PageHead title={t("invitations.title")} lead={t("invitations.lead")} />
      {token && <FromMail key={token} token={token} user={user} onUsed={forget} />}
      <Own />
    </>
  );
}

const PATH = "/app/invitations";

/** Renders the way to the invitation for a person without a session. */
function Welcome({ isInvited }: { isInvited: boolean }) {
  const settings = useAccount("settings").data;
  return (
    <EntryPage
      title={t(isInvited ? "invitations.welcome" : "invitations.title")}
      lead={t(isInvited ? "invitations.welcome_lead" : "invitations.sign_in_lead")}
    >
      <a class="button button-primary button-wide" href={signInPath(PATH)}>
        {t("action.sign_in")}
      </a>
      {settings?.can_sign_up !== false && (
        <a class="button button-secondary button-wide" href={signUpPath(PATH)}>
          {t("action.sign_up")}
        </a>
      )}
    </EntryPage>
  );
}

type Problem = "unusable" | "member";

const PROBLEMS: Partial<Record<ApiError["code"], Problem>> = {
  RESOURCE_NOT_FOUND: "unusable",
  RESOURCE_ALREADY_EXISTS: "member",
};

/** Renders the invitation whose link was opened. It acts on a click: programs that check mails open links as well. */
function FromMail({ token, user, onUsed }: { token: string; user: User; onUsed: () => void }) {
  const { route } = useLocation();
  const [busy, setBusy] = useState<"accept" | "decline">();
  const [problem, setProblem] = useState<Problem>();

  async function answer(choice: "accept" | "decline", send: () => Promise<unknown>) {
    setBusy(choice);
    try {
      await send();
      await reloadOrganizations();
    } catch (thrown) {
      const code = thrown instanceof ApiError ? thrown.code : undefined;
      const known = code && PROBLEMS[code];
      if (known) {
        forgetToken();
        setProblem(known);
      } else toast(t(`error.${code ?? "INTERNAL_SERVER_ERROR"}`));
    }
    setBusy(undefined);
  }
  const accept = () =>
    answer("accept", async () => {
      const { id, name } = await call(api.POST("/invitations/accept", { body: { token } }));
      forgetToken();
      // The email is confirmed now.
      await reloadSession();
      route(`/app/organizations/${id}`, true);
      toast(t("invitations.accepted", { name }));
    });
  const decline = () =>
    answer("decline", async () => {
      await call(api.POST("/invitations/decline", { body: { token } }));
      onUsed();
      toast(t("invitations.declined"));
    });

  if (problem) return <Notice kind="danger">{t(`invitations.${problem}`, { email: user.email })}</Notice>;
  return (
    <Card title={t("invitations.from_mail")} lead={t("invitations.from_mail_lead")}>
      <div class="card-foot">
        <Button isBusy={busy === "decline"} onClick={() => void decline()}>
          {t("invitations.decline")}
        </Button>
        <Button look="primary" isBusy={busy === "accept"} onClick={() => void accept()}>
          {t("invitations.accept")}
        </Button>
      </div>
    </Card>
  );
}

function Own() {
  const query = useOwnInvitations();
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  return (
    <Card title={t("invitations.list")} lead={t("invitations.list_lead")}>
      <Loaded query={query}>
        {(invitations) =>
          invitations.length === 0 ? (
            <div class="empty">
              <Icon name="mail" />
              <p>{t("invitations.empty")}</p>
            </div>
          ) : (
            <ul class="list">
              {invitations.map(({ id, organization, role, expires_at }) => (
                <li key={id}>
                  <div>
                    <div class="item-title">{organization.name}</div>
                    <div class="facts">
                      <span>{nameOfRole(role)}</span>
                      <span>{t("invitations.until", { day: formatDay(expires_at, zone) })}</span>
                    </div>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
