import { useQuery } from "@tanstack/preact-query";
import { api, call } from "../../api/client.ts";
import { queries } from "../../data/client.ts";
import { useMay } from "../../data/organizations.ts";
import { scopeOf } from "../../data/scope.ts";
import { sessionUserId } from "../../data/session.ts";
import { t as named } from "../../i18n/organizations/index.ts";
import { t } from "../../i18n/things/index.ts";
import { nameOf } from "../../scope/person.ts";
import type { Project } from "../../things/sources.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { AddPerson } from "../organization/add-person.tsx";
import { changePlace, RowAction } from "../organization/group.tsx";

type Path = { path: { project_id: string; user_id: string } };

const keyOf = (projectId: string) => ["projects", "members", projectId];

/** Returns the members of a project of an organization, which callers who may not change the project can't read. */
const useProjectMembers = ({ id, ...project }: Project) =>
  useQuery(
    {
      queryKey: keyOf(id),
      queryFn: () =>
        call(api.GET("/projects/{project_id}/members", { params: { path: { project_id: id } } })),
      enabled: scopeOf(project) !== null,
    },
    queries,
  );

/** Returns whether the user manages a project of an organization, which may give more than the user's role. */
export function useIsManager(project: Project): boolean {
  const { data } = useProjectMembers(project);
  return data?.some(({ user_id, is_manager }) => is_manager && user_id === sessionUserId()) ?? false;
}

/** Renders the members of a project of an organization, for users who may change it. */
export function People({ project, isManager }: { project: Project; isManager: boolean }) {
  const scope = scopeOf(project);
  const members = useProjectMembers(project);
  const may = useMay(scope);
  // Managers read all time on the project, so only members who read it name them.
  const mayName = isManager || (may("time_entries:read_any") && may("reports:read_any"));
  if (scope === null) return null;
  const pathOf = (user_id: string): Path => ({ path: { project_id: project.id, user_id } });
  const reload = () => queries.invalidateQueries({ queryKey: keyOf(project.id) });
  async function set(userId: string, is_manager: boolean) {
    await call(
      api.PUT("/projects/{project_id}/members/{user_id}", { params: pathOf(userId), body: { is_manager } }),
    );
    await reload();
  }
  async function remove(userId: string) {
    await call(api.DELETE("/projects/{project_id}/members/{user_id}", { params: pathOf(userId) }));
    await reload();
  }
  return (
    <Card
      title={named("members.title")}
      lead={t(project.visibility === "members" ? "project.people_only" : "project.people_lead")}
    >
      <Loaded query={members}>
        {(people) => (
          <>
            <ul class="list">
              {people.length === 0 && <li class="muted">{t("project.people_empty")}</li>}
              {people.map((person) => (
                <li key={person.user_id}>
                  <div class="item-title">
                    {nameOf(person)}
                    {person.is_manager && <span class="badge">{t("project.manages")}</span>}
                  </div>
                  <div class="row">
                    {(person.is_manager || mayName) && (
                      <RowAction
                        label={t(person.is_manager ? "project.drop_manager" : "project.make_manager")}
                        about={t(
                          person.is_manager ? "project.drop_manager_one" : "project.make_manager_one",
                          {
                            name: nameOf(person),
                          },
                        )}
                        onClick={() => void changePlace(() => set(person.user_id, !person.is_manager))}
                      />
                    )}
                    <RowAction
                      label={named("members.remove")}
                      about={named("members.remove_one", { name: nameOf(person) })}
                      onClick={() => void changePlace(() => remove(person.user_id))}
                    />
                  </div>
                </li>
              ))}
            </ul>
            <AddPerson
              organizationId={scope}
              label={named("teams.add")}
              present={people.map(({ user_id: id }) => ({ id }))}
              onAdd={(userId) => set(userId, false)}
              className="card-body stack"
            />
          </>
        )}
      </Loaded>
    </Card>
  );
}
