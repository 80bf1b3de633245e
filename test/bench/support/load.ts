/** A function that sends one request of one of the concurrent clients. */
export type Work = () => Promise<unknown>;

/** Repeats the work of each of `clients` for `milliseconds`. Returns the duration of each request in milliseconds. */
export async function putLoad(clients: readonly Work[], milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  await Promise.all(
    clients.map(async (work) => {
      for (let start = performance.now(); start < end; ) {
        await work();
        const now = performance.now();
        times.push(now - start);
        start = now;
      }
    }),
  );
  return times;
}

/** Repeats the work of `clients` until `requests` were sent or `milliseconds` have passed, so that V8 has compiled the code. */
export async function warmUp(
  clients: readonly Work[],
  requests: number,
  milliseconds: number,
): Promise<void> {
  const end = performance.now() + milliseconds;
  let left = requests;
  await Promise.all(
    clients.map(async (work) => {
      while (left-- > 0 && performance.now() < end) await work();
    }),
  );
}
