import { z } from "@hono/zod-openapi";
import { instant, uuid } from "../../../../http/schema-parts.ts";
import { emptyList, nullableText } from "./parts.ts";

/** A heartbeat as a client sends it. Unknown fields are ignored; a field that is null or of another type counts as unknown. */
export const SentHeartbeat = z
  .looseObject({
    entity: z
      .string()
      .openapi({ description: "A file, an application, a domain or a URL", example: "/src/app.ts" }),
    time: z.union([z.number(), z.string()]).openapi({
      description: "Seconds since 1970; at most one hour in the future",
      example: 1795860000.25,
    }),
    type: z.string().nullish().openapi({ example: "file" }),
    category: z.string().nullish().openapi({ example: "coding" }),
    project: z.string().nullish().openapi({ example: "tracker" }),
    branch: z.string().nullish().openapi({ example: "main" }),
    language: z.string().nullish().openapi({ example: "TypeScript" }),
    is_write: z.boolean().nullish(),
    user_agent: z.string().nullish().openapi({ description: "Default: the header `User-Agent`" }),
    machine: z.string().nullish().openapi({ description: "Default: the header `X-Machine-Name`" }),
  })
  .openapi("SentHeartbeat");

/** The heartbeats of a request. They are validated one by one, so that an invalid heartbeat does not affect the others. */
export const SentHeartbeats = z.array(z.unknown()).openapi("SentHeartbeats", {
  type: "array",
  items: { $ref: "#/components/schemas/SentHeartbeat" },
});

export const SentObject = z.record(z.string(), z.unknown());

const heartbeatFields = { entity: z.string(), type: z.string(), time: z.number() };

export const TakenHeartbeat = z
  .object({ data: z.object({ id: uuid(), ...heartbeatFields }) })
  .openapi("TakenHeartbeat");

/** A queued heartbeat. It gets its id when it is stored. */
export const WaitingHeartbeat = z.object({ data: z.object(heartbeatFields) }).openapi("WaitingHeartbeat");

const RefusedHeartbeat = z.object({
  errors: z
    .record(z.string(), z.array(z.string()))
    .openapi({ example: { time: ["must be at most one hour in the future"] } }),
});

export const TakenHeartbeats = z
  .object({
    responses: z
      .array(
        z.union([
          z.tuple([TakenHeartbeat, z.literal(201)]),
          z.tuple([WaitingHeartbeat, z.literal(202)]),
          z.tuple([RefusedHeartbeat, z.literal(400)]),
        ]),
      )
      .openapi({
        type: "array",
        items: { type: "array", items: {} },
        description: "For each heartbeat, in order: its result and its status, as if it were sent alone",
        example: [
          [
            {
              data: {
                id: "66174dd7-077e-8994-8ca2-a15c65ebb7ce",
                entity: "/src/app.ts",
                type: "file",
                time: 1795860000.25,
              },
            },
            201,
          ],
        ],
      }),
  })
  .openapi("TakenHeartbeats");

export const Heartbeats = z
  .object({
    data: z.array(
      z.looseObject({
        id: uuid(),
        time: z.number(),
        entity: z.string(),
        type: z.string(),
        category: nullableText,
        project: nullableText,
        branch: nullableText,
        language: nullableText,
        is_write: z.boolean(),
        lines: z.int().nullable(),
        lineno: z.int().nullable(),
        cursorpos: z.int().nullable(),
        machine: nullableText,
        editor: nullableText,
        operating_system: nullableText,
        user_agent_id: uuid()
          .nullable()
          .openapi({ description: "The most recent program of `user_agents` with this editor and system" }),
        user_id: z.guid(),
        machine_name_id: nullableText,
        created_at: instant,
      }),
    ),
    start: instant,
    end: instant,
    timezone: z.string(),
  })
  .openapi("Heartbeats");

export const NoExperts = z.object({ data: emptyList }).openapi("NoFileExperts");

export const Ignored = z.object({ data: z.null() }).openapi("IgnoredReport");
