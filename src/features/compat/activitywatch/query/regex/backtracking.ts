import type { CharacterTest } from "./characters.ts";
import { tooMuchWork } from "./errors.ts";
import type { Share } from "./share.ts";
import type { Expression, Place } from "./syntax.ts";

/** A state on the way to a match. */
type State =
  | { kind: "character"; test: CharacterTest; isBackward: boolean; next: number }
  | { kind: "place"; holds: Place; next: number }
  | { kind: "fork"; next: number[] }
  /** Saves the current place of the text. */
  | { kind: "save"; slot: number; next: number }
  /** Repeats a loop, or leaves it if its last pass read nothing. */
  | { kind: "loop"; slot: number; again: number; next: number }
  | { kind: "reference"; group: number; ignoreCase: boolean; isBackward: boolean; next: number }
  | { kind: "condition"; group: number; next: [yes: number, no: number] }
  | { kind: "inner"; first: number; mode: "look" | "negative" | "atomic"; next: number }
  | { kind: "innerEnd" }
  | { kind: "end" };

/** Work that is left when a path fails: try another path, restore a slot, or leave an inner expression that has failed. */
type Pending =
  | { kind: "path"; state: number; place: number }
  | { kind: "slot"; slot: number; value: number }
  | { kind: "inner"; state: number; place: number; outer: number };

const MAX_PENDING = 50_000;
/** Steps of leaving a state and of beginning at a place; and slots that one step clears. */
const WAY_STEPS = 2;
const BEGIN_STEPS = 10;
const SLOTS_PER_STEP = 50;
const UNSET = -1;

/**
 * Returns a test for an expression in which a part depends on the match of another part. It tries one path after the other, and pays for
 * each step. It keeps the untried paths in a list, and does not recurse.
 *
 * @throws RegexError
 */
export function backtrackingTestOf(
  whole: Expression,
  groups: number,
  share: Share,
): (characters: string[]) => boolean {
  const states: State[] = [{ kind: "end" }];
  /** Number of slots: two for the ends of each group, and one for each loop. */
  let slots = 2 * (groups + 1);
  const innerEnd = add({ kind: "innerEnd" });
  const start = build(whole, 0, false);

  function add(state: State): number {
    share.build();
    return states.push(state) - 1;
  }

  /** Adds the states that `part` needs before the state `next`. Returns the first of them. */
  function build(part: Expression, next: number, isBackward: boolean): number {
    switch (part.kind) {
      case "character":
      case "reference":
        return add({ ...part, isBackward, next });
      case "place":
        return add({ ...part, next });
      case "sequence":
        return isBackward
          ? part.parts.reduce((following, one) => build(one, following, isBackward), next)
          : part.parts.reduceRight((following, one) => build(one, following, isBackward), next);
      case "choice":
        return add({ kind: "fork", next: part.parts.map((one) => build(one, next, isBackward)) });
      case "condition": {
        const [yes, no] = part.parts;
        return add({
          ...part,
          next: [build(yes, next, isBackward), build(no, next, isBackward)],
        });
      }
      case "group": {
        const [first, last] = [2 * part.number + Number(isBackward), 2 * part.number + Number(!isBackward)];
        const inner = build(part.part, add({ kind: "save", slot: last, next }), isBackward);
        return add({ kind: "save", slot: first, next: inner });
      }
      case "atomic":
        return add({ kind: "inner", mode: "atomic", first: build(part.part, innerEnd, isBackward), next });
      case "look": {
        const first = build(part.look.part, innerEnd, !part.look.isAhead);
        return add({ kind: "inner", mode: part.isNegative ? "negative" : "look", first, next });
      }
      case "repeat":
        return buildRepeat(part, next, isBackward);
    }
  }

  function buildRepeat(
    { part, min, max, isLazy }: Extract<Expression, { kind: "repeat" }>,
    next: number,
    isBackward: boolean,
  ): number {
    const fork = (more: number) => add({ kind: "fork", next: isLazy ? [next, more] : [more, next] });
    let first = next;
    if (max === Number.POSITIVE_INFINITY) {
      const slot = slots++;
      const loop: State = { kind: "loop", slot, again: 0, next };
      const inner = build(part, add(loop), isBackward);
      first = fork(add({ kind: "save", slot, next: inner }));
      loop.again = first;
    } else for (let more = min; more < max; more++) first = fork(build(part, first, isBackward));
    for (let nth = 0; nth < min; nth++) {
      const following = first;
      first = build(part, following, isBackward);
      // An empty part needs no states, however often it repeats. Nested counts would otherwise cost their product.
      if (first === following) break;
    }
    return first;
  }

  const saved = new Int32Array(slots);
  return (characters) => {
    share.spend(slots / SLOTS_PER_STEP);
    // Each path that fails clears the slots that it has filled.
    saved.fill(UNSET);
    for (let begin = 0; begin <= characters.length; begin++) {
      share.spend(BEGIN_STEPS);
      if (isMatch(states, { start, begin, characters, saved, share })) return true;
    }
    return false;
  };
}

/** Returns whether a match begins at the place `begin`. */
function isMatch(
  states: State[],
  {
    start,
    begin,
    characters,
    saved,
    share,
  }: { start: number; begin: number; characters: string[]; saved: Int32Array; share: Share },
): boolean {
  const pending: Pending[] = [];
  /** Index in `pending` of the innermost expression that is being tried. */
  let inner = UNSET;
  let at = start;
  let place = begin;

  function push(one: Pending): void {
    if (pending.length >= MAX_PENDING) throw tooMuchWork();
    pending.push(one);
  }

  function save(slot: number, value: number): void {
    push({ kind: "slot", slot, value: saved[slot] ?? UNSET });
    saved[slot] = value;
  }

  /** Goes back to the last untried path. Returns false if no path is left. */
  function goBack(): boolean {
    for (let last = pending.pop(); last; last = pending.pop()) {
      share.spend(1);
      if (last.kind === "slot") saved[last.slot] = last.value;
      else {
        place = last.place;
        if (last.kind === "path") {
          at = last.state;
          return true;
        }
        inner = last.outer;
        const state = states[last.state];
        if (state?.kind === "inner" && state.mode === "negative") {
          at = state.next;
          return true;
        }
      }
    }
    return false;
  }

  /** Continues after an inner expression that matched, and drops other paths through it. Returns false if no path is left. */
  function leaveInner(): boolean {
    const began = pending[inner];
    const state = began?.kind === "inner" ? states[began.state] : undefined;
    if (began?.kind !== "inner" || state?.kind !== "inner") return false;
    share.spend(pending.length - inner);
    const found = pending.splice(inner);
    if (state.mode === "negative") {
      // A negative lookaround that matches ends the path. Its slots are restored.
      for (const one of found.toReversed()) if (one.kind === "slot") saved[one.slot] = one.value;
      inner = began.outer;
      return goBack();
    }
    pending.push(...found.filter(({ kind }) => kind === "slot"));
    inner = began.outer;
    at = state.next;
    if (state.mode === "look") place = began.place;
    return true;
  }

  /** Reads the text of a group again. Returns whether the text occurs at the current place. */
  function readAgain({ group, ignoreCase, isBackward }: Extract<State, { kind: "reference" }>): boolean {
    const [from = UNSET, to = UNSET] = [saved[2 * group], saved[2 * group + 1]];
    if (from === UNSET || to === UNSET) return false;
    const length = to - from;
    const first = isBackward ? place - length : place;
    if (first < 0 || first + length > characters.length) return false;
    share.spend(length);
    for (let nth = 0; nth < length; nth++)
      if (!isSame(characters[from + nth], characters[first + nth], ignoreCase)) return false;
    place = isBackward ? first : first + length;
    return true;
  }

  /** Continues from a state. Returns false if the path fails there. */
  function step(state: State): boolean {
    switch (state.kind) {
      case "character": {
        const character = characters[state.isBackward ? place - 1 : place];
        if (character === undefined || !state.test(character)) return false;
        place += state.isBackward ? -1 : 1;
        break;
      }
      case "place":
        if (!state.holds(characters[place - 1], characters[place])) return false;
        break;
      case "fork":
        for (let nth = state.next.length - 1; nth > 0; nth--)
          push({ kind: "path", state: state.next[nth] ?? UNSET, place });
        at = state.next[0] ?? UNSET;
        return true;
      case "save":
        save(state.slot, place);
        break;
      case "loop":
        at = saved[state.slot] === place ? state.next : state.again;
        return true;
      case "reference":
        if (!readAgain(state)) return false;
        break;
      case "condition":
        at = state.next[(saved[2 * state.group + 1] ?? UNSET) === UNSET ? 1 : 0];
        return true;
      case "inner":
        push({ kind: "inner", state: at, place, outer: inner });
        inner = pending.length - 1;
        at = state.first;
        return true;
      default:
        return leaveInner();
    }
    at = state.next;
    return true;
  }

  for (;;) {
    share.spend(WAY_STEPS);
    const state = states[at];
    if (!state || state.kind === "end") return state !== undefined;
    if (!step(state) && !goBack()) return false;
  }
}

const isSame = (one: string | undefined, other: string | undefined, ignoreCase: boolean) =>
  one === other ||
  (ignoreCase &&
    (one?.toLowerCase() === other?.toLowerCase() || one?.toUpperCase() === other?.toUpperCase()));
