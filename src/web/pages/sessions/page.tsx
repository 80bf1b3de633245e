import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadAccount, useAccount } from "../../data/account.ts";
import { signOut, useSession } from "../../data/session.ts";
import { t } from "../../i18n/sessions/index.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { formatMoment, formatRelative } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";

type Session = Schemas["Session"];

/** Renders the page of the places where the user is signed in. */
export default function Sessions() {
  const query = useAccount("sessions");
  const [ending, setEnding] = useState<Session | "others">();
  const others = query.data?.filter(({ is_current }) => !is_current) ?? [];
  return (
    <>
      <PageHead title={t("menu.sessions")} lead={t("sessions.lead")} />
      <Card
        title={t("sessions.list")}
        lead={query.data && t("sessions.count", { count: query.data.length })}
        action={
          others.length > 0 && (
            <Button look="danger-quiet" onClick={() => setEnding("others")}>
              {t("sessions.end_others")}
            </Button>
          )
        }
      >
        <Loaded query={query}>
          {(sessions) => (
            <ul class="list">
              {[...sessions.filter(({ is_current }) => is_current), ...others].map((session) => (
                <Row key={session.id} session={session} onEnd={() => setEnding(session)} />
              ))}
            </ul>
          )}
        </Loaded>
      </Card>
      {ending && <End session={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function Row({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const device = session.device ?? t("sessions.unknown_device");
  return (
    <li>
      <div>
        <div class="item-title">
          {device}
          {session.is_current && (
            <span class="badge" data-kind="accent">
              {t("sessions.this")}
            </span>
          )}
        </div>
        <div class="facts">
          {session.address && <span>{session.address}</span>}
          <span>{t("sessions.seen", { when: formatRelative(session.last_seen_at) })}</span>
          <span>{t("sessions.since", { when: formatMoment(session.created_at, zone) })}</span>
        </div>
      </div>
      {session.is_current ? (
        <Button look="quiet" onClick={() => void signOut()}>
          {t("menu.sign_out")}
        </Button>
      ) : (
        <Button look="quiet" aria-label={t("sessions.end_one", { device })} onClick={onEnd}>
          {t("sessions.end")}
        </Button>
      )}
    </li>
  );
}

function End({ session, onClose }: { session: Session | "others"; onClose: () => void }) {
  async function end() {
    if (session === "others") await call(api.DELETE("/auth/sessions"));
    else
      await call(api.DELETE("/auth/sessions/{session_id}", { params: { path: { session_id: session.id } } }));
    await reloadAccount("sessions");
    toast(t("sessions.ended"));
  }
  const device = session === "others" ? "" : (session.device ?? t("sessions.unknown_device"));
  return (
    <ConfirmDialog
      title={session === "others" ? t("sessions.end_others") : t("sessions.end_one", { device })}
      action={t("sessions.end")}
      onConfirm={end}
      onClose={onClose}
    >
      <p>{session === "others" ? t("sessions.end_others_lead") : t("sessions.end_lead")}</p>
    </ConfirmDialog>
  );
}
