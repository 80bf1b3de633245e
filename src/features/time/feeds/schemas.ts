import { z } from "@hono/zod-openapi";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

export const CalendarFeed = z
  .object({
    id: uuid(),
    name: z.string().openapi({ example: "Work, on my phone" }),
    created_at: instant,
    last_read_at: nullableInstant.openapi({
      description: "Accurate to the hour; null until the feed is first read",
    }),
  })
  .openapi("CalendarFeed");

export const CreatedCalendarFeed = z
  .object({
    ...CalendarFeed.shape,
    url: z.string().openapi({
      description:
        "URL for a calendar program to subscribe to. Anyone who knows it can read the feed. It is shown only once",
      example: "https://api.example.com/feeds/pcf_AAAA.ics",
    }),
  })
  .openapi("CreatedCalendarFeed");

export const CreateCalendarFeed = z
  .strictObject({
    name: text(1, 100).openapi({
      type: "string",
      minLength: 1,
      maxLength: 100,
      example: "Work, on my phone",
    }),
  })
  .openapi("CreateCalendarFeed");
export type CreateCalendarFeed = z.output<typeof CreateCalendarFeed>;

export const CalendarFeedParams = z.object({
  feed_id: uuid().openapi({ param: { name: "feed_id", in: "path" } }),
});

/** Path of a feed's file. Any text is accepted: an unknown file is not found. */
export const FeedFileParams = z.object({
  file: z.string().openapi({
    param: { name: "file", in: "path" },
    description: "Last part of the feed's `url`",
    example: "pcf_AAAA.ics",
  }),
});

export const CalendarFeedQuery = z.object({
  ...pageQuery,
  sort: z.enum(["created_at", "-created_at"]).default("-created_at"),
});
export type CalendarFeedQuery = z.output<typeof CalendarFeedQuery>;
