/**
 * The rows of the greatest scores, the greatest first; of equal ones the lower row. At most `count`, in n log(count).
 *
 * `isWanted` leaves rows out.
 */
export const topRows = (
  scores: ArrayLike<number>,
  rows: number,
  count: number,
  isWanted: (row: number) => boolean = () => true,
): number[] => {
  const heap: number[] = [] // the worst of those kept at its top
  const isWorse = (a: number, b: number): boolean => {
    const [first, second] = [scores[a] ?? 0, scores[b] ?? 0]
    return first < second || (first === second && a > b)
  }
  const at = (place: number): number => heap[place] ?? 0
  const swap = (a: number, b: number): void => {
    const kept = at(a)
    heap[a] = at(b)
    heap[b] = kept
  }
  const sink = (): void => {
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      let worst = place
      if (left < heap.length && isWorse(at(left), at(worst))) worst = left
      if (right < heap.length && isWorse(at(right), at(worst))) worst = right
      if (worst === place) return
      swap(place, worst)
      place = worst
    }
  }
  const rise = (): void => {
    for (let place = heap.length - 1; place > 0; ) {
      const parent = (place - 1) >> 1
      if (!isWorse(at(place), at(parent))) return
      swap(place, parent)
      place = parent
    }
  }
  if (count <= 0) return []
  let least = Number.NEGATIVE_INFINITY // of those kept, once there are enough; an equal one comes too late
  for (let row = 0; row < rows; row += 1) {
    if ((scores[row] ?? 0) <= least || !isWanted(row)) continue
    if (heap.length < count) {
      heap.push(row)
      rise()
    } else {
      heap[0] = row
      sink()
    }
    if (heap.length === count) least = scores[at(0)] ?? 0
  }
  return heap.sort((a, b) => (isWorse(b, a) ? -1 : 1))
}
