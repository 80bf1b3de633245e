import { useState } from "preact/hooks";
import type { Schemas } from "../../api/types.ts";
import { chooseLanguage, LANGUAGES } from "../../i18n/index.ts";
import { t } from "../../i18n/preferences/index.ts";
import { openPalette } from "../../palette/open.ts";
import { Button } from "../../ui/button.tsx";
import { toApiError } from "../../ui/errors.ts";
import { Checkbox, SelectField } from "../../ui/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { THEMES } from "../../ui/theme.ts";
import { toast } from "../../ui/toast.tsx";
import { FIRST_PAGE_NAMES, type Preferences, savePreferences, usePreferences } from "./data.ts";

type Save = (changes: Schemas["UpdatePreferences"]) => void;

/** Renders the page of the preferences, which are saved as soon as one is chosen. */
export default function PreferencesPage() {
  const query = usePreferences();
  // After a refusal, new fields show what is saved.
  const [refusals, setRefusals] = useState(0);
  return (
    <>
      <PageHead title={t("menu.preferences")} lead={t("preferences.lead")} />
      <Loaded query={query} rows={4}>
        {({ data }) => (
          <Fields key={refusals} preferences={data} onRefused={() => setRefusals(refusals + 1)} />
        )}
      </Loaded>
    </>
  );
}

function Fields({ preferences, onRefused }: { preferences: Preferences; onRefused: () => void }) {
  const save: Save = (changes) =>
    void savePreferences(changes).then(
      () => {
        toast(t("saved"));
        if (changes.language === null) chooseLanguage(null);
      },
      (thrown: unknown) => {
        toast(t(`error.${toApiError(thrown).code}`));
        onRefused();
      },
    );
  return (
    <>
      <Look preferences={preferences} save={save} />
      <Use preferences={preferences} save={save} />
    </>
  );
}

interface CardProps {
  preferences: Preferences;
  save: Save;
}

function Look({ preferences: { language, theme, hour_cycle: clock }, save }: CardProps) {
  return (
    <Card title={t("preferences.look")} lead={t("preferences.look_lead")}>
      <div class="card-body pair">
        <SelectField
          name="language"
          label={t("preferences.language")}
          value={language?.split("-")[0] ?? ""}
          options={[["", t("preferences.language_browser")], ...Object.entries(LANGUAGES)]}
          onChange={(code) => save({ language: code || null })}
        />
        <SelectField
          name="theme"
          label={t("preferences.theme")}
          value={theme}
          options={THEMES.map((name) => [name, t(`theme.${name}`)] as const)}
          onChange={(name) => save({ theme: THEMES.find((known) => known === name) ?? "system" })}
        />
        <SelectField
          name="hour_cycle"
          label={t("preferences.clock")}
          value={clock ?? ""}
          options={[
            ["", t("preferences.clock_language")],
            ["h12", t("preferences.clock_h12")],
            ["h23", t("preferences.clock_h23")],
          ]}
          onChange={(chosen) => save({ hour_cycle: chosen || null })}
        />
      </div>
    </Card>
  );
}

function Use({ preferences, save }: CardProps) {
  return (
    <Card
      title={t("preferences.use")}
      lead={t("preferences.use_lead")}
      action={<Button onClick={() => openPalette("help")}>{t("preferences.show_keys")}</Button>}
    >
      <div class="card-body form">
        <SelectField
          name="first_page"
          label={t("preferences.first_page")}
          hint={t("preferences.first_page_hint")}
          value={preferences.first_page}
          options={FIRST_PAGE_NAMES.map((name) => [name, t(`preferences.page_${name}`)] as const)}
          onChange={(chosen) =>
            save({ first_page: FIRST_PAGE_NAMES.find((name) => name === chosen) ?? "today" })
          }
        />
        <Checkbox
          name="has_single_key_shortcuts"
          label={t("preferences.keys")}
          hint={t("preferences.keys_hint")}
          isTicked={preferences.has_single_key_shortcuts}
          onChange={(isTicked) => save({ has_single_key_shortcuts: isTicked })}
        />
      </div>
    </Card>
  );
}
