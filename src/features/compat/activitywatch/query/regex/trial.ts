import type { CharacterTest } from "./characters.ts";
import { tooMuchWork } from "./errors.ts";
import type { Share } from "./share.ts";
import type { Expression, Place } from "./syntax.ts";

/** A step on the way to a match. */
type State =
  | { kind: "character"; test: CharacterTest; isBackward: boolean; next: number }
  | { kind: "place"; holds: Place; next: number }
  | { kind: "fork"; next: number[] }
  /** Keeps where the text is. */
  | { kind: "keep"; slot: number; next: number }
  /** Goes on as a loop, or past it where the loop has read nothing. */
  | { kind: "loop"; slot: number; again: number; next: number }
  | { kind: "reference"; group: number; ignoreCase: boolean; isBackward: boolean; next: number }
  | { kind: "condition"; group: number; next: [yes: number, no: number] }
  | { kind: "inner"; first: number; mode: "look" | "negative" | "atomic"; next: number }
  | { kind: "innerEnd" }
  | { kind: "end" };

/** What is done where a way ends: another way is tried, a slot gets its old value back, or an inner expression has failed. */
type Pending =
  | { kind: "way"; state: number; place: number }
  | { kind: "slot"; slot: number; value: number }
  | { kind: "inner"; state: number; place: number; outer: number };

const MAX_PENDING = 50_000;
/** What it takes to go on from a state, to begin at a place, and what slots take to be emptied. */
const WAY_STEPS = 2;
const BEGIN_STEPS = 10;
const SLOTS_PER_STEP = 50;
const NONE = -1;

/**
 * A test for an expression of which a part depends on what another one has found: it tries one way after the other, each step of
 * which is paid for, and remembers where others begin in a list and not by calling itself.
 *
 * @throws RegexError
 */
export function trialOf(whole: Expression, groups: number, share: Share): (characters: string[]) => boolean {
  const states: State[] = [{ kind: "end" }];
  /** Two slots for the ends of each group, and one for each loop. */
  let slots = 2 * (groups + 1);
  const innerEnd = add({ kind: "innerEnd" });
  const start = build(whole, 0, false);

  function add(state: State): number {
    share.build();
    return states.push(state) - 1;
  }

  /** Adds the states that `part` needs before the state `next`. The first of them. */
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
        const inner = build(part.part, add({ kind: "keep", slot: last, next }), isBackward);
        return add({ kind: "keep", slot: first, next: inner });
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
      first = fork(add({ kind: "keep", slot, next: inner }));
      loop.again = first;
    } else for (let more = min; more < max; more++) first = fork(build(part, first, isBackward));
    for (let nth = 0; nth < min; nth++) {
      const following = first;
      first = build(part, following, isBackward);
      // What takes no state is empty, and as often as not: counts within counts would cost their product.
      if (first === following) break;
    }
    return first;
  }

  const kept = new Int32Array(slots);
  return (characters) => {
    share.spend(slots / SLOTS_PER_STEP);
    // Each way that failed has emptied the slots that it filled.
    kept.fill(NONE);
    for (let begin = 0; begin <= characters.length; begin++) {
      share.spend(BEGIN_STEPS);
      if (isMatch(states, { start, begin, characters, kept, share })) return true;
    }
    return false;
  };
}

/** Whether a match begins at the place `begin`. */
function isMatch(
  states: State[],
  {
    start,
    begin,
    characters,
    kept,
    share,
  }: { start: number; begin: number; characters: string[]; kept: Int32Array; share: Share },
): boolean {
  const pending: Pending[] = [];
  /** Where in `pending` the innermost expression began that is being tried. */
  let inner = NONE;
  let at = start;
  let place = begin;

  function push(one: Pending): void {
    if (pending.length >= MAX_PENDING) throw tooMuchWork();
    pending.push(one);
  }

  function keep(slot: number, value: number): void {
    push({ kind: "slot", slot, value: kept[slot] ?? NONE });
    kept[slot] = value;
  }

  /** Goes back to where another way begins. Whether there is one. */
  function goBack(): boolean {
    for (let last = pending.pop(); last; last = pending.pop()) {
      share.spend(1);
      if (last.kind === "slot") kept[last.slot] = last.value;
      else {
        place = last.place;
        if (last.kind === "way") {
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

  /** Goes on after an inner expression that was found: no other way through it is tried any more. Whether it goes on. */
  function leaveInner(): boolean {
    const began = pending[inner];
    const state = began?.kind === "inner" ? states[began.state] : undefined;
    if (began?.kind !== "inner" || state?.kind !== "inner") return false;
    share.spend(pending.length - inner);
    const found = pending.splice(inner);
    if (state.mode === "negative") {
      // What it kept is forgotten, and the way ends here.
      for (const one of found.toReversed()) if (one.kind === "slot") kept[one.slot] = one.value;
      inner = began.outer;
      return goBack();
    }
    pending.push(...found.filter(({ kind }) => kind === "slot"));
    inner = began.outer;
    at = state.next;
    if (state.mode === "look") place = began.place;
    return true;
  }

  /** Whether what a group has found comes next; then it is read. */
  function readAgain({ group, ignoreCase, isBackward }: Extract<State, { kind: "reference" }>): boolean {
    const [from = NONE, to = NONE] = [kept[2 * group], kept[2 * group + 1]];
    if (from === NONE || to === NONE) return false;
    const length = to - from;
    const first = isBackward ? place - length : place;
    if (first < 0 || first + length > characters.length) return false;
    share.spend(length);
    for (let nth = 0; nth < length; nth++)
      if (!isSame(characters[from + nth], characters[first + nth], ignoreCase)) return false;
    place = isBackward ? first : first + length;
    return true;
  }

  /** Goes on from a state. Whether it can. */
  function goOn(state: State): boolean {
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
          push({ kind: "way", state: state.next[nth] ?? NONE, place });
        at = state.next[0] ?? NONE;
        return true;
      case "keep":
        keep(state.slot, place);
        break;
      case "loop":
        at = kept[state.slot] === place ? state.next : state.again;
        return true;
      case "reference":
        if (!readAgain(state)) return false;
        break;
      case "condition":
        at = state.next[(kept[2 * state.group + 1] ?? NONE) === NONE ? 1 : 0];
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
    if (!goOn(state) && !goBack()) return false;
  }
}

const isSame = (one: string | undefined, other: string | undefined, ignoreCase: boolean) =>
  one === other ||
  (ignoreCase &&
    (one?.toLowerCase() === other?.toLowerCase() || one?.toUpperCase() === other?.toUpperCase()));
