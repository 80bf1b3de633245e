import { keepPreviousData } from "@tanstack/preact-query";
import { queries, useEarlyQuery } from "../data/client.ts";
import type { Kind, ListQuery, Source, Thing } from "./sources.ts";

const PAGE = 100;

/** A list, and whether there are more records than it shows. */
export interface List<Item> {
  items: Item[];
  hasMore: boolean;
}

type Listing<Item extends Thing> = Pick<Source<Item>, "kind" | "list">;
type Filter = Partial<Omit<ListQuery, "limit" | "skip">>;

/** Returns the first pages of a list. Until another filter has its answer, the former list stays. */
export const useThings = <Item extends Thing>({ kind, list }: Listing<Item>, filter: Filter, pages = 1) =>
  useEarlyQuery({
    queryKey: [kind, "list", filter, pages],
    queryFn: async (): Promise<List<Item>> => {
      const loaded = await Promise.all(
        Array.from({ length: pages }, (_, page) =>
          list({ sort: "name", ...filter, limit: PAGE, skip: page * PAGE }),
        ),
      );
      return { items: loaded.flat(), hasMore: loaded.at(-1)?.length === PAGE };
    },
    placeholderData: keepPreviousData,
  });

/** Loads again what depends on records of a kind. */
export const reloadThings = async (...kinds: Kind[]): Promise<void> => {
  await Promise.all(kinds.map((kind) => queries.invalidateQueries({ queryKey: [kind] })));
};
