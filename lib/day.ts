/** Whether a text is a day of the calendar, as in 2027-01-31: `2027-02-30` has the form of one and is none. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && (new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false);
}
