import { refusal } from './refusal.ts'

/** Letters, digits, and `-`, `_`, `.` between them; 64 characters at most. */
const pattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/

/** The name of a program in a path, or 404: what cannot be a name is nobody's. */
export const programName = (name: string): string => {
  if (pattern.test(name)) return name
  throw refusal(404, 'program/name', 'Expected a name of letters, digits, and - _ . between them, 64 at most.')
}
