import { ListPage } from "../../things/list-page.tsx";
import { CLIENTS } from "../../things/sources.ts";
import "../../styles/pages/things.css";

/** Renders the page of the clients. */
export default function Clients() {
  return (
    <ListPage source={CLIENTS} fields={{}} icon="client" views={["active", "archived", "deleted"]}>
      {({ name }) => (
        <div class="thing">
          <div class="item-title">{name}</div>
        </div>
      )}
    </ListPage>
  );
}
