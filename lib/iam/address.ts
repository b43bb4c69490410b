/** IPv4 and IPv6 addresses and ranges for IpAddress and NotIpAddress. */
import ipaddr from "ipaddr.js";
import { oncePerText } from "./memo.ts";

export interface Address {
  bits: 32 | 128;
  value: bigint;
}

/** First and last address, both inside. */
export interface Range {
  bits: 32 | 128;
  first: bigint;
  last: bigint;
}

/** Gives the address, or `null` when the text is none. The same few are tried against every policy. */
export const readAddress = oncePerText(parseAddress);

function parseAddress(text: string): Address | null {
  if (!ipaddr.isValid(text)) return null;
  const parsed = ipaddr.parse(text);
  return { bits: parsed.kind() === "ipv4" ? 32 : 128, value: toNumber(parsed.toByteArray()) };
}

/**
 * Gives the range of `203.0.113.0/24`, `2001:db8::/32` or a single address, or `null`. The same networks stand in many
 * policies, and every question leaves out the private ones.
 */
export const readRange = oncePerText(parseRange);

function parseRange(text: string): Range | null {
  const [base, prefix, rest] = text.trim().split("/");
  const address = readAddress(base ?? "");
  if (!address || rest !== undefined) return null;
  const length = prefix === undefined ? address.bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (length < 0 || length > address.bits) return null;
  const size = 1n << BigInt(address.bits - length);
  const first = (address.value / size) * size;
  return { bits: address.bits, first, last: first + size - 1n };
}

export function rangeContains(range: Range, address: Address): boolean {
  return range.bits === address.bits && range.first <= address.value && address.value <= range.last;
}

/** RFC 1918, RFC 6598, RFC 4193, loopback and link-local: no public caller has such an address. */
export const PRIVATE_RANGES = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
];

/** Whether no public caller has an address of the range. */
export function isPrivate({ bits, first, last }: Range): boolean {
  return PRIVATE_RANGES.some((text) => {
    const range = readRange(text)!;
    return rangeContains(range, { bits, value: first }) && rangeContains(range, { bits, value: last });
  });
}

const sizeOf = ({ first, last }: Range) => last - first + 1n;

/** A range so large that naming it restricts nobody in particular: shorter than /8, for IPv6 than /32. */
export function isWide(range: Range): boolean {
  return sizeOf(range) > 1n << (range.bits === 32 ? 24n : 96n);
}

/** Whether ranges, however many, add up to an eighth of all addresses. */
export function coverMuch(ranges: readonly Range[]): boolean {
  return ([32, 128] as const).some((bits) => {
    const total = ranges.filter((range) => range.bits === bits).reduce((sum, range) => sum + sizeOf(range), 0n);
    return total >= 1n << BigInt(bits - 3);
  });
}

/** Whether the ranges leave out no public address of IPv4, however many pieces they come in. */
export function coverEveryone(ranges: readonly Range[]): boolean {
  const all = [...ranges, ...PRIVATE_RANGES.map((text) => readRange(text)!)];
  return [...addressPoints(all)].every((text) => {
    const address = readAddress(text)!;
    return address.bits === 128 || all.some((range) => rangeContains(range, address));
  });
}

/** One address of every region that the ranges cut the address space into. */
export function* addressPoints(ranges: readonly Range[]): Generator<string> {
  if (ranges.length === 0) return;
  yield* publicExamples;
  for (const bits of [32, 128] as const) {
    const top = 1n << BigInt(bits);
    for (const range of ranges) {
      if (range.bits !== bits) continue;
      yield toText({ bits, value: range.first });
      if (range.last + 1n < top) yield toText({ bits, value: range.last + 1n });
    }
    yield toText({ bits, value: 0n });
  }
}

/** From the documentation ranges of RFC 5737 and RFC 3849. */
const publicExamples = ["203.0.113.7", "2001:db8::"];

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function toText({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const bytes: number[] = [];
  for (let rest = value, i = 0; i < 16; i++, rest >>= 8n) bytes.unshift(Number(rest & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}
