import { t } from "../../i18n/organizations/index.ts";

/** Renders the field in which members are searched by name. */
export const MemberSearch = ({ q, onSearch }: { q: string; onSearch: (q: string) => void }) => (
  <input
    class="input"
    type="search"
    aria-label={t("members.find")}
    placeholder={t("members.find")}
    value={q}
    onInput={(event) => onSearch(event.currentTarget.value)}
  />
);
