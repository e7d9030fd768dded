import type { CapacityAnswer } from './capacity-plan.ts';

/** The answer as JSON: counts as numbers, those that a number cannot hold exactly as text. */
export function capacityToJson(answer: CapacityAnswer): string {
  const safe = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'bigint') return value;
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
  };
  return `${JSON.stringify(answer, safe, 2)}\n`;
}
