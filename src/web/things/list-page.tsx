import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useMay } from "../data/organizations.ts";
import { inScope, useScope } from "../data/scope.ts";
import { t } from "../i18n/things/index.ts";
import { Button } from "../ui/button.tsx";
import type { IconName } from "../ui/icon.tsx";
import { Icon } from "../ui/icon.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { PageHead } from "../ui/page.tsx";
import { useAddress } from "./address.ts";
import { useThings } from "./data.ts";
import { CreateDialog, type Fields } from "./edit.tsx";
import { Empty } from "./empty.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { Row } from "./row.tsx";
import type { CommonChanges, Source, Thing } from "./sources.ts";
import { VIEWS, type View } from "./views.ts";

interface ListPageProps<Item extends Thing, New extends { name: string }, Changes extends CommonChanges> {
  source: Source<Item, New, Changes>;
  fields: Fields<Item, New>;
  icon: IconName;
  /** The parts of the list, of which the first is shown without a choice. */
  views: readonly [View, ...View[]];
  /** Renders a record in its row. */
  children: (item: Item, view: View) => ComponentChildren;
}

/** Renders the page of a list, with its filter in the address. */
export function ListPage<Item extends Thing, New extends { name: string }, Changes extends CommonChanges>({
  source,
  fields,
  icon,
  views,
  children,
}: ListPageProps<Item, New, Changes>) {
  const { kind } = source;
  const { query, change } = useAddress();
  const view = views.find((name) => name === query.show) ?? views[0];
  const typed = query.q ?? "";
  const q = typed.trim();
  const [pages, setPages] = useState(1);
  const [edited, setEdited] = useState("");
  const scope = useScope();
  const mayCreate = useMay(scope)(`${kind}:create`);
  const things = useThings(source, { ...VIEWS[view], ...(q && { q }), ...inScope(scope) }, pages);
  const isCreating = query.new !== undefined && mayCreate;
  return (
    <>
      <div class="page-top">
        <PageHead title={t(`menu.${kind}`)} lead={t(`${kind}.lead`)} />
        {mayCreate && (
          <Button look="primary" onClick={() => change({ new: "1" })}>
            <Icon name="plus" />
            {t(`${kind}.create`)}
          </Button>
        )}
      </div>
      <section class="card" aria-label={t(`menu.${kind}`)}>
        <FilterBar kind={kind} views={views} view={view} q={typed} onChange={change} />
        <Loaded query={things} rows={4}>
          {({ items, hasMore }) =>
            items.length === 0 ? (
              <Empty kind={kind} icon={icon} view={view} q={q} mayCreate={mayCreate} onChange={change} />
            ) : (
              <>
                <ul class="list things">
                  {items.map((item) => (
                    <Row
                      key={item.id}
                      source={source}
                      fields={fields}
                      item={item}
                      view={view}
                      isEdited={item.id === edited}
                      onEdit={setEdited}
                    >
                      {children(item, view)}
                    </Row>
                  ))}
                </ul>
                {hasMore && (
                  <div class="card-foot">
                    <Button onClick={() => setPages(pages + 1)}>{t("things.more")}</Button>
                  </div>
                )}
              </>
            )
          }
        </Loaded>
      </section>
      {isCreating && (
        <CreateDialog
          source={source}
          fields={fields}
          initial={inScope(scope) as Partial<New>}
          onClose={() => change({ new: "" })}
        />
      )}
    </>
  );
}
