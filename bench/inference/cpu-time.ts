/** User and system time of this process, all its threads, in ms. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** What a piece of work took, in ms of CPU. */
export const cpuOf = async (work: () => Promise<void>): Promise<number> => {
  const before = cpuMs()
  await work()
  return cpuMs() - before
}
