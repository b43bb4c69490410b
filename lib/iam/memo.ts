/** Work that is done once per object or text, as long as the same ones are asked about in quick succession. */

/** Objects whose results are kept: enough for a batch of policies that all rules look at, and little memory. */
const KEPT = 1_024;

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
  // most questions are about one of the two before: both sides of a change are asked about in turn
  let last: K | undefined;
  let ofLast: V | undefined;
  let other: K | undefined;
  let ofOther: V | undefined;
  return (key) => {
    if (key === last && ofLast !== undefined) return ofLast;
    if (key === other && ofOther !== undefined) return ofOther;
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      // all at once: what is still asked about is soon computed again
      if (known.size >= kept) known.clear();
      known.set(key, value);
    }
    other = last;
    ofOther = ofLast;
    last = key;
    ofLast = value;
    return value;
  };
}

/**
 * Gives the function that computes once per list, as long as lists of the very same objects recur. Empty lists are
 * computed each time.
 * @param isLasting whether a result may be kept
 */
export function oncePerList<K extends object, V, Rest extends readonly unknown[]>(
  compute: (list: readonly K[], ...rest: Rest) => V,
  isLasting: (value: V) => boolean = () => true,
): (list: readonly K[], ...rest: Rest) => V {
  let first = new Map<K, Branch<K, V>>();
  let size = 0;
  return (list, ...rest) => {
    let level = first;
    let branch: Branch<K, V> | undefined;
    for (const item of list) {
      if (branch) level = branch.next ??= new Map();
      branch = level.get(item);
      if (!branch) {
        if (size >= KEPT) {
          // what is still asked about is soon computed again
          first = new Map();
          size = 0;
          return compute(list, ...rest);
        }
        branch = { value: undefined, next: null };
        level.set(item, branch);
        size++;
      }
    }
    if (branch?.value !== undefined) return branch.value;
    const value = compute(list, ...rest);
    if (branch && isLasting(value)) branch.value = value;
    return value;
  };
}

interface Branch<K, V> {
  value: V | undefined;
  next: Map<K, Branch<K, V>> | null;
}
