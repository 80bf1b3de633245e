/** A profile of V8, in the form of the DevTools protocol. */
interface Profile {
  nodes: { id: number; callFrame: CallFrame }[];
  samples: number[];
  timeDeltas: number[];
}

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

/** A function, and the milliseconds that were spent in the function itself. */
export interface SelfTime extends CallFrame {
  ms: number;
}

const SAMPLING_MICROSECONDS = 250;

/** Profiles the isolate behind `inspectorPort` during `work`. Returns the time that was spent in each function itself. */
export async function profileWhile(inspectorPort: number, work: () => Promise<unknown>): Promise<SelfTime[]> {
  const session = await openSession(inspectorPort);
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: SAMPLING_MICROSECONDS });
  await session.send("Profiler.start");
  await work();
  const { profile } = await session.send<{ profile: Profile }>("Profiler.stop");
  session.close();
  return selfTimesOf(profile);
}

function selfTimesOf({ nodes, samples, timeDeltas }: Profile): SelfTime[] {
  const microseconds = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    microseconds.set(id, (microseconds.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return nodes.map(({ id, callFrame }) => ({ ...callFrame, ms: (microseconds.get(id) ?? 0) / 1000 }));
}

async function openSession(port: number) {
  const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const socket = new WebSocket(Object(targets)[0].webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  let lastId = 0;
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
  });
  const send = <Result>(method: string, params: object = {}) =>
    new Promise<Result>((resolve) => {
      lastId += 1;
      waiting.set(lastId, (result) => resolve(result as Result));
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
  return { send, close: () => socket.close() };
}
