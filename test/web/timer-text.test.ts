import { describe, expect, it } from "vitest";
import { asWritten, findNamed, understand, withoutWord, wordAt } from "../../src/web/timer/text.ts";

const PROJECTS = [
  { id: "engine", name: "Analytical engine" },
  { id: "analytics", name: "Analytics" },
  { id: "house", name: "House" },
  { id: "practice", name: "Übung" },
];
const TAGS = [
  { id: "deep", name: "deep work" },
  { id: "deeper", name: "deep" },
  { id: "mail", name: "mail" },
];

describe("wordAt", () => {
  it("finds the word with a sign that is being typed", () => {
    expect(wordAt("Notes @ana", 10)).toEqual({ sign: "@", typed: "ana", start: 6, end: 10 });
    expect(wordAt("#", 1)).toEqual({ sign: "#", typed: "", start: 0, end: 1 });
    expect(wordAt("#deep wo", 8)).toEqual({ sign: "#", typed: "deep wo", start: 0, end: 8 });
  });

  it("finds none in an address, and none elsewhere", () => {
    expect(wordAt("ada@example", 11)).toBeUndefined();
    expect(wordAt("Notes", 5)).toBeUndefined();
    expect(wordAt("@house and the rest", 19)).toBeUndefined();
  });
});

it("takes a word out of a text with one of its spaces", () => {
  expect(withoutWord("Notes @ana now", { start: 6, end: 10 })).toBe("Notes now");
  expect(withoutWord("@ana now", { start: 0, end: 4 })).toBe("now");
  expect(withoutWord("Notes @ana", { start: 6, end: 10 })).toBe("Notes");
});

describe("findNamed", () => {
  const found = (typed: string) => findNamed(PROJECTS, typed).map(({ id }) => id);

  it("finds names that begin with the text before those that contain it", () => {
    expect(found("ana")).toEqual(["engine", "analytics"]);
    expect(found("eng")).toEqual(["engine"]);
    expect(found("ouse")).toEqual(["house"]);
    expect(found("x")).toEqual([]);
  });

  it("ignores case, and lists everything for an empty text", () => {
    expect(found("übung")).toEqual(["practice"]);
    expect(found("")).toHaveLength(4);
  });
});

describe("understand", () => {
  it("takes a project and tags out of the description", () => {
    expect(understand("Notes @Analytical engine #deep work", PROJECTS, TAGS)).toEqual({
      description: "Notes",
      projectId: "engine",
      tagIds: ["deep"],
    });
    expect(understand("@house #deep #mail Write", PROJECTS, TAGS)).toEqual({
      description: "Write",
      projectId: "house",
      tagIds: ["deeper", "mail"],
    });
  });

  it("completes a word that only one name begins with", () => {
    expect(understand("Rest @hou #ma", PROJECTS, TAGS)).toEqual({
      description: "Rest",
      projectId: "house",
      tagIds: ["mail"],
    });
  });

  it("leaves what it doesn't know, or can't tell, in the description", () => {
    expect(understand("Ask @someone about #42 and @ana", PROJECTS, TAGS)).toEqual({
      description: "Ask @someone about #42 and @ana",
      projectId: undefined,
      tagIds: [],
    });
    expect(understand("to ada@house.test", PROJECTS, TAGS).projectId).toBeUndefined();
  });

  it("takes the last project, and each tag once", () => {
    expect(understand("@house @analytics #mail #mail x", PROJECTS, TAGS)).toEqual({
      description: "x",
      projectId: "analytics",
      tagIds: ["mail"],
    });
  });
});

it("leaves a text as it is written, without its outer spaces", () => {
  expect(asWritten(" Call @house ")).toEqual({
    description: "Call @house",
    projectId: undefined,
    tagIds: [],
  });
});
