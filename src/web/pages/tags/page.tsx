import { ListPage } from "../../things/list-page.tsx";
import { TAGS } from "../../things/sources.ts";
import "../../styles/pages/things.css";

/** Renders the page of the tags. */
export default function Tags() {
  return (
    <ListPage source={TAGS} fields={{}} icon="tag" views={["active", "deleted"]}>
      {({ name }) => (
        <div class="thing">
          <div class="item-title">{name}</div>
        </div>
      )}
    </ListPage>
  );
}
