/** The symbols that compiled patterns are made of. */

export const STAR = -1;
export const ANY = -2;
/** Like STAR and ANY, but never a colon. */
export const SEGMENT_STAR = -3;
export const SEGMENT_ANY = -4;
export const END = -5;
export const FOLD = 0x20_0000;
export const VARIABLE = 0x40_0000;
export const COLON = 0x3a;

export const isStar = (token: number) => token === STAR || token === SEGMENT_STAR;
export const isVariable = (token: number) => token >= VARIABLE;

export function folded(code: number): number {
  const lower = lowerCode(code);
  return lower !== upperCode(lower) ? FOLD | lower : code;
}

export const unfolded = (token: number) => (token >= FOLD && !isVariable(token) ? token ^ FOLD : token);

export function lowerCode(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  const lower = String.fromCharCode(code).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : code;
}

export function upperCode(code: number): number {
  if (code < 0x80) return code >= 0x61 && code <= 0x7a ? code - 32 : code;
  const upper = String.fromCharCode(code).toUpperCase();
  return upper.length === 1 ? upper.charCodeAt(0) : code;
}

/** Whether a token of a pattern takes a symbol: a code unit, or a policy variable, which only STAR takes. */
export function accepts(token: number, symbol: number): boolean {
  if (token === symbol) return true;
  if (isVariable(symbol)) return token === STAR;
  switch (token) {
    case STAR:
    case ANY:
      return true;
    case SEGMENT_STAR:
    case SEGMENT_ANY:
      return symbol !== COLON;
  }
  if (token < FOLD || isVariable(token)) return false;
  return lowerCode(symbol) === (token ^ FOLD);
}
