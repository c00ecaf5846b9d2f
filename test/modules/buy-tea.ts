import { describe, expect, test } from 'vitest'
import { reAct } from '../../src/modules/re-act.ts'
import { reActTrajectory } from '../../src/modules/re-act-trajectory.ts'
import type { ToolApproval } from '../../src/ports/tool.ts'
import { buyer, steadyBuyer, threeTools } from './three-tools.ts'

const question = 'What do three oolong cost? Order them.'

/** Agents with three tools, the same wherever JavaScript runs. */
export const describeAgents = (where: string): void => {
  describe(`an agent with three tools in ${where}`, () => {
    test.each(['native', 'text'] as const)(
      'looks up, computes, has its order approved and submits, with %s calls',
      async way => {
        const ordered: unknown[] = []
        const asked: ToolApproval[] = []
        const agent = reAct('question -> cents: int, note', { tools: threeTools(ordered) })
        const { cents, note, trajectory } = await agent.run(
          { question },
          {
            model: buyer(way),
            approve: call => {
              asked.push(call)
              return true
            },
          },
        )
        expect({ cents, note }).toEqual({ cents: 36, note: 'ordered' })
        expect(trajectory.map(({ calls }) => calls.map(({ tool, observation }) => [tool, observation]))).toEqual([
          [
            ['price', 12],
            ['price', 30],
          ],
          [['multiply', 36]],
          [['order', { ordered: true }]],
          [['submit', { cents: 36, note: 'ordered' }]],
        ])
        expect(ordered).toEqual([{ tea: 'oolong', cents: 36 }])
        expect(asked).toEqual([{ tool: 'order', arguments: { tea: 'oolong', cents: 36 }, path: 'self' }])
      },
    )

    test('does it step by step in a trajectory of text', async () => {
      const ordered: unknown[] = []
      const agent = reActTrajectory('question -> cents: int, note', { tools: threeTools(ordered) })
      const { cents, trajectory, terminationReason } = await agent.run(
        { question },
        { model: steadyBuyer(), approve: () => true },
      )
      expect(cents).toBe(36)
      expect(terminationReason).toBe('finish')
      expect(trajectory.map(({ tool }) => tool)).toEqual(['price', 'price', 'multiply', 'order', 'finish'])
      expect(ordered).toHaveLength(1)
    })
  })
}
