import { type CharacterTest, kindOf } from "./characters.ts";
import { tooLarge } from "./errors.ts";
import { type Share, STATE_STEPS } from "./share.ts";
import type { Expression, Look, Place } from "./syntax.ts";

/** A step of the machine that an expression becomes. */
type State =
  | { kind: "character"; test: CharacterTest; next: number }
  | { kind: "place"; holds: Place; next: number }
  | { kind: "look"; number: number; isNegative: boolean; next: number }
  | { kind: "fork"; next: number[] }
  | { kind: "end" };

/** Where a machine is between two characters: the states that wait for the next one, and what kind the one before was of. */
interface Position {
  waiting: number[];
  passed: string | undefined;
  /** Where characters lead, by what is known of the place; no character stands for the end. */
  next: Map<number, Map<string, Step>>;
}

interface Step {
  isFound: boolean;
  to: Position;
}

/** Reads characters, and says of places whether a match ends there, until it is told that this is enough. */
export interface Machine {
  /** `knownAt` has which looks of the expression find something at a place; `isEnough` is told of each place with a match. */
  read(characters: Iterable<string>, isEnough: (place: number) => boolean, knownAt?: Int32Array): boolean;
}

/**
 * The machine of an expression that needs no trying: every way to match is followed at once (Thompson), so that the time grows with
 * the lengths of text and expression alone, and no text makes it try again and again. Where characters lead is remembered, so that most
 * texts take one step for each of their characters. It may read backward, from the end of a text to its start.
 *
 * @throws RegexError
 */
export function machineOf(
  expression: Expression,
  { looks, isBackward, share }: { looks: Look[]; isBackward: boolean; share: Share },
): Machine {
  const states: State[] = [{ kind: "end" }];
  const start = build(expression, 0);
  const seenAt = new Int32Array(states.length).fill(-1);
  let round = 0;

  /** Adds the states that `part` needs before the state `next`. The first of them. */
  function build(part: Expression, next: number): number {
    switch (part.kind) {
      case "character":
      case "place":
        return add({ ...part, next });
      case "look":
        return add({ ...part, number: looks.indexOf(part.look), next });
      case "sequence":
        return isBackward
          ? part.parts.reduce((following, one) => build(one, following), next)
          : part.parts.reduceRight((following, one) => build(one, following), next);
      case "choice":
        return add({ kind: "fork", next: part.parts.map((one) => build(one, next)) });
      case "group":
        return build(part.part, next);
      case "repeat":
        return buildRepeat(part, next);
      default:
        throw tooLarge();
    }
  }

  function buildRepeat({ part, min, max }: Extract<Expression, { kind: "repeat" }>, next: number): number {
    let first = next;
    if (max === Number.POSITIVE_INFINITY) {
      const ways: number[] = [next];
      first = add({ kind: "fork", next: ways });
      ways.push(build(part, first));
    } else
      for (let more = min; more < max; more++)
        first = add({ kind: "fork", next: [build(part, first), next] });
    for (let nth = 0; nth < min; nth++) {
      const following = first;
      first = build(part, following);
      // What takes no state is empty, and as often as not: counts within counts would cost their product.
      if (first === following) break;
    }
    return first;
  }

  function add(state: State): number {
    share.build();
    return states.push(state) - 1;
  }

  /** The states that wait after the character `read`, and whether a match ends before it. */
  function follow({ waiting, passed }: Position, read: string | undefined, known: number) {
    share.spend(STATE_STEPS * (1 + waiting.length));
    round++;
    const [before, after] = isBackward ? [read, passed] : [passed, read];
    // A match may begin anywhere.
    const open = [...waiting, start];
    const found: number[] = [];
    let isFound = false;
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const state = states[place];
      if (!state || seenAt[place] === round) continue;
      seenAt[place] = round;
      share.spend(STATE_STEPS);
      if (state.kind === "end") isFound = true;
      else if (state.kind === "fork") {
        share.spend(STATE_STEPS * state.next.length);
        open.push(...state.next);
      } else if (state.kind === "place") {
        if (state.holds(before, after)) open.push(state.next);
      } else if (state.kind === "look") {
        if (((known >> state.number) & 1) !== Number(state.isNegative)) open.push(state.next);
      } else if (read !== undefined && state.test(read)) found.push(state.next);
    }
    return { found, isFound };
  }

  const positions = new Map<string, Position>();
  const first: Position = { waiting: [], passed: undefined, next: new Map() };

  /** Where `read` leads, which is remembered if there is room. */
  function newStep(position: Position, read: string | undefined, known: number): Step {
    const { found, isFound } = follow(position, read, known);
    const passed = read === undefined ? undefined : kindOf(read);
    share.spend(2 * found.length);
    const name = `${passed}${found.sort((one, other) => one - other).join()}`;
    const to = positions.get(name) ?? { waiting: found, passed, next: new Map() };
    const step = { isFound, to };
    if (share.canRemember(positions.has(name) ? 1 : 1 + found.length)) {
      const steps = position.next.get(known) ?? new Map<string, Step>();
      position.next.set(known, steps.set(read ?? END, step));
      positions.set(name, to);
    }
    return step;
  }

  return {
    read(characters, isEnough, knownAt) {
      let position = first;
      let place = 0;
      for (const character of characters) {
        const known = knownAt?.[place] ?? 0;
        const step = position.next.get(known)?.get(character) ?? newStep(position, character, known);
        if (step.isFound && isEnough(place)) return true;
        position = step.to;
        place++;
      }
      const known = knownAt?.[place] ?? 0;
      const step = position.next.get(known)?.get(END) ?? newStep(position, undefined, known);
      return step.isFound && isEnough(place);
    },
  };
}

/** No character. */
const END = "";
