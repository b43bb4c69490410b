/** Work that is done once per object or text, as long as the same ones are asked about in quick succession. */

/** Objects whose results are kept: enough for a batch of policies that all rules look at, and little memory. */
const KEPT = 8_192;

/** Gives the function that computes once per object, and forgets when too many others have been asked about. */
export function oncePer<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  return remembering(KEPT, compute);
}

/** The same for texts. @param kept how many results are kept; texts recur over a whole plan */
export function oncePerText<V>(compute: (text: string) => V, kept = 5_000): (text: string) => V {
  return remembering(kept, compute);
}

function remembering<K, V>(kept: number, compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      // all at once: what is still asked about is soon computed again
      if (known.size >= kept) known.clear();
      known.set(key, value);
    }
    return value;
  };
}
