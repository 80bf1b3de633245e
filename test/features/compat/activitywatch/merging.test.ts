import { sql } from "drizzle-orm";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let owner: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
  owner = await api.signUp();
});

/** A heartbeat. All times are in milliseconds. */
interface Beat {
  at: number;
  lasts: number;
  says: string;
  pulse: number;
}

interface Kept {
  at: number;
  end: number;
  says: string;
}

const isExtendedBy = (event: Kept, beat: Beat) =>
  event.says === beat.says && event.at <= beat.at && beat.at <= event.end + beat.pulse;

/** Merges by the published rule: the last event that was received decides. */
function asPublished(beats: readonly Beat[]): Kept[] {
  const kept: Kept[] = [];
  for (const beat of beats) {
    const last = kept.at(-1);
    if (last && isExtendedBy(last, beat)) last.end = Math.max(last.end, beat.at + beat.lasts);
    else kept.push({ at: beat.at, end: beat.at + beat.lasts, says: beat.says });
  }
  return kept;
}

/** Merges heartbeats in any order: the newest event that starts no later decides; of events with equal starts, the last received. */
function inAnyOrder(beats: readonly Beat[]): Kept[] {
  const kept: Kept[] = [];
  for (const beat of beats) {
    let before: Kept | undefined;
    for (const event of kept) if (event.at <= beat.at && (!before || event.at >= before.at)) before = event;
    if (before && isExtendedBy(before, beat)) before.end = Math.max(before.end, beat.at + beat.lasts);
    else kept.push({ at: beat.at, end: beat.at + beat.lasts, says: beat.says });
  }
  return kept;
}

/** Returns the events that the system stores for streams, each in a bucket of its own. */
async function keptOf(streams: readonly (readonly Beat[])[]): Promise<Kept[][]> {
  const prefix = crypto.randomUUID();
  const bucketOf = (nth: number) => `${prefix}-${nth}`;
  const beats = streams.flatMap((stream, nth) =>
    stream.map(({ at, lasts, says, pulse }) => ({
      bucket: bucketOf(nth),
      at: new Date(at).toISOString(),
      seconds: lasts / 1000,
      data: { says },
      pulse: pulse / 1000,
    })),
  );
  // A user has at most a thousand buckets.
  await api.db.execute(sql`delete from activity_buckets where user_id = ${owner.id}`);
  await api.db.execute(sql`
    insert into activity_buckets (user_id, id, type, client, hostname)
    select ${owner.id}, ${prefix} || '-' || n, 't', 'c', 'h' from generate_series(0, ${streams.length - 1}::int) as n`);
  await api.db.execute(sql`
    select merge_heartbeat(${owner.id}, bucket, "at", seconds, data, pulse)
      from rows from (jsonb_to_recordset(${JSON.stringify(beats)}::jsonb)
        as (bucket text, "at" timestamptz, seconds float8, data jsonb, pulse float8))
        with ordinality as beats (bucket, "at", seconds, data, pulse, place)
     order by place`);
  const { rows } = await api.db.execute<{ bucket: string; at: string; end: string; says: string }>(sql`
    select bucket.id as bucket, extract(epoch from started_at) * 1000 as at, extract(epoch from ended_at) * 1000 as end,
           event.data->>'says' as says
      from activity_events event join activity_buckets bucket on bucket.key = bucket_key
     where bucket.id like ${`${prefix}-%`} order by event.id`);
  const byBucket = Map.groupBy(rows, ({ bucket }) => bucket);
  return streams.map((_, nth) =>
    (byBucket.get(bucketOf(nth)) ?? []).map(({ at, end, says }) => ({
      at: Number(at),
      end: Number(end),
      says,
    })),
  );
}

const START = Date.UTC(2026, 0, 1);

/** Heartbeats of a watcher whose clock never goes back. */
const inOrder = fc
  .array(
    fc.record({
      after: fc.constantFrom(0, 1, 500, 1000, 1000, 5000, 5001, 60_000),
      lasts: fc.constantFrom(0, 0, 1, 1000, 6000),
      says: fc.constantFrom("a", "a", "b", "c"),
      pulse: fc.constantFrom(0, 1000, 5000, 10_000),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((steps) => {
    let at = START;
    return steps.map(({ after, ...beat }): Beat => {
      at += after;
      return { at, ...beat };
    });
  });

/** Such heartbeats as they may arrive: duplicated, shuffled, or after the clock was set. */
const outOfOrder = fc
  .record({
    beats: inOrder,
    order: fc.infiniteStream(fc.nat()),
    twice: fc.infiniteStream(fc.boolean()),
    step: fc.constantFrom(0, -3000, 7000, -86_400_000),
    disturbance: fc.constantFrom("shuffled", "duplicated", "stepped"),
  })
  .map(({ beats, order, twice, step, disturbance }) => {
    const next = <Item>(stream: fc.Stream<Item>) => stream.next().value as Item;
    if (disturbance === "stepped")
      return beats.map((beat, nth) => (nth < beats.length / 2 ? beat : { ...beat, at: beat.at + step }));
    const all = beats.flatMap((beat) => (next(twice) ? [beat, beat] : [beat]));
    if (disturbance === "duplicated") return all;
    return all
      .map((beat) => ({ beat, place: next(order) }))
      .sort((one, other) => one.place - other.place)
      .map(({ beat }) => beat);
  });

/** Compares the system with `oracle` on 1,000 streams, a hundred at a time. */
const expectAgreement = (streams: fc.Arbitrary<Beat[]>, oracle: typeof asPublished) =>
  fc.assert(
    fc.asyncProperty(fc.array(streams, { minLength: 100, maxLength: 100 }), async (batch) => {
      expect(await keptOf(batch)).toEqual(batch.map((stream) => oracle(stream)));
    }),
    { numRuns: 10, endOnFailure: true },
  );

describe("merging of 1,000 streams", () => {
  it("follows the published rule if they come in order", () => expectAgreement(inOrder, asPublished));

  it("follows the rule for any order if they are shuffled, duplicated or from a clock that was set [BUCKET-5]", () =>
    expectAgreement(outOfOrder, inAnyOrder));

  it("changes nothing if each heartbeat is immediately sent again", () =>
    expectAgreement(
      inOrder.map((beats) => beats.flatMap((beat) => [beat, beat, beat])),
      (beats) => asPublished(beats.filter((_, nth) => nth % 3 === 0)),
    ));

  it("changes nothing if streams without overlap are sent again from their start", () => {
    const oneAtATime = inOrder.map((beats) =>
      beats.map((beat, nth) => ({ ...beat, at: beat.at + nth, lasts: 0 })),
    );
    return expectAgreement(
      oneAtATime.map((beats) => [...beats, ...beats]),
      (beats) => asPublished(beats.slice(beats.length / 2)),
    );
  });
});
