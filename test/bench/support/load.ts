/** One request of one of the clients that run side by side. */
export type Work = () => Promise<unknown>;

/** Does the work of each of `clients` again and again for `milliseconds`; returns how long each took, in milliseconds. */
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

/** Does the same until `requests` were made or `milliseconds` are over, so that the code is compiled as it is in use. */
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
