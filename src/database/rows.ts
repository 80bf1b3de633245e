import { invariant } from "../core/errors.ts";

/** Returns the one row of a statement that selects exactly one. */
export const expectOneRow = <Row>([row]: Row[]): Row => invariant(row, "expected exactly one row");
