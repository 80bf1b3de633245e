import { type CharacterTest, representativeOf } from "./characters.ts";
import { tooLarge } from "./errors.ts";
import { type Share, STATE_STEPS } from "./share.ts";
import type { Expression, Lookaround, Place } from "./syntax.ts";

/** A state of the machine of an expression. */
type State =
  | { kind: "character"; test: CharacterTest; next: number }
  | { kind: "place"; holds: Place; next: number }
  | { kind: "look"; number: number; isNegative: boolean; next: number }
  | { kind: "fork"; next: number[] }
  | { kind: "end" };

/** Position of a machine between two characters: the states that wait for the next one, and the kind of the previous one. */
interface Position {
  waiting: number[];
  passed: string | undefined;
  /** Steps of characters, by the lookarounds that match here. No character stands for the end. */
  next: Map<number, Map<string, Step>>;
}

interface Step {
  isFound: boolean;
  to: Position;
}

/** A machine, which reads characters and reports each place where a match ends, until its caller has enough. */
export interface Machine {
  /** Returns whether `isEnough` returned true. It is called with each place of a match. `knownAt` has, for each place, the lookarounds that match. */
  read(characters: Iterable<string>, isEnough: (place: number) => boolean, knownAt?: Int32Array): boolean;
}

/**
 * Returns the machine of an expression that needs no backtracking. It follows all ways to match at the same time (Thompson), so that its
 * time grows only with the lengths of text and expression, and no text makes it exponential. It remembers steps, so that most texts take
 * one step for each character. It may read backward, from the end of a text to its start.
 *
 * @throws RegexError
 */
export function machineOf(
  expression: Expression,
  { looks, isBackward, share }: { looks: Lookaround[]; isBackward: boolean; share: Share },
): Machine {
  const states: State[] = [{ kind: "end" }];
  const start = build(expression, 0);
  const roundOfState = new Int32Array(states.length).fill(-1);
  let round = 0;

  /** Adds the states that `part` needs before the state `next`. Returns the first of them. */
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
      // An empty part needs no states, however often it repeats. Nested counts would otherwise cost their product.
      if (first === following) break;
    }
    return first;
  }

  function add(state: State): number {
    share.build();
    return states.push(state) - 1;
  }

  /** Returns the states that wait after the character `read`, and whether a match ends before it. */
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
      if (!state || roundOfState[place] === round) continue;
      roundOfState[place] = round;
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

  /** Returns the step for `read`, and remembers it if there is room. */
  function newStep(position: Position, read: string | undefined, known: number): Step {
    const { found, isFound } = follow(position, read, known);
    const passed = read === undefined ? undefined : representativeOf(read);
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
