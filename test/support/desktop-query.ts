/** Default categories of ActivityWatch's web interface. */
const CLASSES = [
  [["Work"], "Google Docs|libreoffice|ReText"],
  [["Work", "Programming"], "GitHub|Stack Overflow|BitBucket|Gitlab|vim|Spyder|kate|Ghidra|Scite"],
  [["Work", "Programming", "ActivityWatch"], "ActivityWatch|aw-"],
  [["Work", "Image"], "Gimp|Inkscape"],
  [["Work", "Video"], "Kdenlive"],
  [["Work", "Audio"], "Audacity"],
  [["Work", "3D"], "Blender"],
  [["Media", "Games"], "Minecraft|RimWorld"],
  [["Media", "Video"], "YouTube|Plex|VLC"],
  [["Media", "Social Media"], "reddit|Facebook|Twitter|Instagram|devRant"],
  [["Media", "Music"], "Spotify|Deezer"],
  [["Comms", "IM"], "Messenger|Telegram|Signal|WhatsApp|Rambox|Slack|Riot|Element|Discord|Nheko|NeoChat"],
  [["Comms", "Email"], "Gmail|Thunderbird|mutt|alpine"],
].map(([name, regex]) => [name, { type: "regex", regex, ignore_case: true }]);

const BROWSERS = ["Google Chrome", "Firefox", "Chromium"];

/** Returns the query of the desktop page of ActivityWatch's web interface, for buckets whose ids begin with `bucketOf(kind)`. */
export const desktopQuery = (bucketOf: (kind: string) => string): string => `
  events = flood(query_bucket(find_bucket("${bucketOf("window")}")));
  not_afk = flood(query_bucket(find_bucket("${bucketOf("afk")}")));
  not_afk = filter_keyvals(not_afk, "status", ["not-afk"]);
  browser_events = [];
  events_web = flood(query_bucket(find_bucket("${bucketOf("web")}")));
  window_web = filter_keyvals(events, "app", ${JSON.stringify(BROWSERS)});
  events_web = filter_period_intersect(events_web, window_web);
  events_web = split_url_events(events_web);
  browser_events = concat(browser_events, events_web);
  browser_events = sort_by_timestamp(browser_events);
  audible_events = filter_keyvals(browser_events, "audible", [true]);
  not_afk = period_union(not_afk, audible_events);
  events = filter_period_intersect(events, not_afk);
  events = categorize(events, ${JSON.stringify(CLASSES)});
  title_events = sort_by_duration(merge_events_by_keys(events, ["app", "title"]));
  app_events = sort_by_duration(merge_events_by_keys(title_events, ["app"]));
  cat_events = sort_by_duration(merge_events_by_keys(events, ["$category"]));
  app_events = limit_events(app_events, 100);
  title_events = limit_events(title_events, 100);
  duration = sum_durations(events);
  browser_events = split_url_events(browser_events);
  browser_events = filter_period_intersect(browser_events, not_afk);
  browser_urls = merge_events_by_keys(browser_events, ["url"]);
  browser_urls = sort_by_duration(browser_urls);
  browser_urls = limit_events(browser_urls, 100);
  browser_domains = merge_events_by_keys(browser_events, ["$domain"]);
  browser_domains = sort_by_duration(browser_domains);
  browser_domains = limit_events(browser_domains, 100);
  browser_duration = sum_durations(browser_events);
  RETURN = {
    "window": {"app_events": app_events, "title_events": title_events, "cat_events": cat_events,
      "active_events": not_afk, "duration": duration},
    "browser": {"domains": browser_domains, "urls": browser_urls, "duration": browser_duration}
  };`;

/** Event of a watcher, with its start and duration in seconds. */
export type WatcherEvent = [start: number, duration: number, data: Record<string, unknown>];

const DAY = 86_400;
const APPS = ["Code", "Terminal", "Slack", "Thunderbird", ...BROWSERS, "Figma", "Spotify", "Files"];

/** Returns the events of `days` days with `windows` windows each, by the kind of bucket. Each window has a unique title. */
export function daysOfWindows(
  days: number,
  windows: number,
): Record<"window" | "afk" | "web", WatcherEvent[]> {
  const length = (10 * 3600) / windows;
  const windowsOfAll = Array.from({ length: days * windows }, (_, nth): WatcherEvent => {
    const start = Math.floor(nth / windows) * DAY + (nth % windows) * length;
    const app = APPS[nth % APPS.length];
    return [
      start,
      length * 0.9,
      { app, title: `Quarterly report ${nth} — ${app} – draft of the week, section ${nth % 77}` },
    ];
  });
  return {
    window: windowsOfAll,
    web: windowsOfAll
      .filter(([, , { app }]) => BROWSERS.includes(String(app)))
      .map(([start, duration, { title }], nth) => [
        start,
        duration,
        {
          title,
          url: `https://www.example${nth % 300}.com/path/to/${nth}?q=${nth}#part`,
          audible: nth % 5 === 0,
        },
      ]),
    afk: Array.from({ length: days * 100 }, (_, nth) => [
      Math.floor(nth / 100) * DAY + (nth % 100) * 360,
      nth % 2 ? 50 : 300,
      { status: nth % 2 ? "afk" : "not-afk" },
    ]),
  };
}
