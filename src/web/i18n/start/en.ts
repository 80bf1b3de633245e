/** Texts of the first page, in English. Other languages have the same keys. */
export const en = {
  "start.title": "Welcome, {name}",
  "start.lead": "Three short steps, and your time has a place.",
  "start.done_lead": "You are all set.",
  "start.steps": "First steps",
  "start.step_done": "done",
  "start.zone": "Choose your time zone",
  "start.zone_lead": "Days and weeks begin by it, on every device.",
  "start.zone_action": "Use this time zone",
  "start.project": "Create a project",
  "start.project_lead": "Time is tracked on projects. You can add clients, tasks and tags later.",
  "start.project_name": "Name of the project",
  "start.project_action": "Create the project",
  "start.connect": "Connect an editor or a watcher",
  "start.connect_lead":
    "Programs can record for you what you work on. They send names of files and windows, never contents.",
  "start.connect_action": "Create a key",
  "start.editor_1": "Install the WakaTime plugin in your editor.",
  "start.editor_2": "Put the lines above into the file .wakatime.cfg in your home folder.",
  "start.editor_3": "Restart the editor. The first minutes appear shortly after.",
  "start.watcher_1":
    "Install ActivityWatch, and start only its watchers, such as aw-watcher-window and aw-watcher-afk.",
  "start.watcher_2":
    "Download the relay, which adds the token to what the watchers send. It needs Node.js 20.",
  "start.watcher_3": "Start the relay with the command above, before the watchers.",
  "start.watcher_hint": "The guide “Tracking clients” describes the settings of each watcher.",
  "start.editor": "An editor",
  "start.watcher": "A watcher",
  "start.zone_label": "Time zone",
};
