/*
 * Prints the CPU milliseconds of this process after importing the packages named: `node cpu-of-import.ts kkachi`.
 */
export {}

for (const specifier of process.argv.slice(2)) await import(specifier)
const { user, system } = process.cpuUsage()
console.log((user + system) / 1_000)
