/** Work that is done once per object or text, as long as the same ones are asked about in quick succession. */

/** Objects whose results are kept: what the rules ask of one policy, and what stands in nearly all of them. */
const KEPT = 64;

/** Lists whose results are kept. */
const KEPT_LISTS = 256;

/** Gives the function that makes something when it is first asked for, and the same again. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Gives the function that computes once per object, and forgets what has not been asked about lately. */
export function oncePer<K extends object, V>(compute: (key: K) => V, kept = KEPT): (key: K) => V {
  return remembering(kept, compute);
}

/** The same for texts. @param kept how many results are kept at least; texts recur over a whole plan */
export function oncePerText<V>(compute: (text: string) => V, kept = 2_500): (text: string) => V {
  return remembering(kept, compute);
}

function remembering<K, V>(kept: number, compute: (key: K) => V): (key: K) => V {
  const recent = new Recent<K, V>(kept);
  // most questions are about one of the two before: both sides of a change are asked about in turn
  let last: K | undefined;
  let ofLast: V | undefined;
  let other: K | undefined;
  let ofOther: V | undefined;
  return (key) => {
    if (key === last && ofLast !== undefined) return ofLast;
    if (key === other && ofOther !== undefined) return ofOther;
    let value = recent.get(key);
    if (value === undefined) {
      value = compute(key);
      recent.set(key, value);
    }
    other = last;
    ofOther = ofLast;
    last = key;
    ofLast = value;
    return value;
  };
}

/**
 * Keeps what was asked about lately: the last `kept` keys at least, twice as many at most.
 *
 * A full map makes room for a new one and is not cleared: the table of a cleared map leads to the next, so that what the
 * garbage collector has moved once would keep everything alive that comes after it.
 */
export class Recent<K, V> {
  private readonly kept: number;
  private newer = new Map<K, V>();
  private older: ReadonlyMap<K, V> = new Map();

  constructor(kept: number) {
    this.kept = kept;
  }

  get(key: K): V | undefined {
    const value = this.newer.get(key);
    if (value !== undefined) return value;
    const known = this.older.get(key);
    if (known !== undefined) this.set(key, known);
    return known;
  }

  set(key: K, value: V): void {
    if (this.newer.size >= this.kept) {
      this.older = this.newer;
      this.newer = new Map();
    }
    this.newer.set(key, value);
  }
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
        if (size >= KEPT_LISTS) {
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
