import { describe, expect, test } from 'vitest'
import { type CodeInterpreter, codeAct, tool } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/index.ts'
import { answer, asked, piece, search, searching } from './code-answers.ts'

export const describeCodeAct = (runtime: string, interpreter: CodeInterpreter): void => {
  describe(`codeAct in ${runtime}`, () => {
    const agent = codeAct('question -> answer: number', { tools: [search] })
    const question = 'What is it?'

    test('acts by code in one session, with its tools as functions', async () => {
      const model = scriptedModel([
        piece(
          'const [found, other] = await Promise.all([search_docs({ query: question, limit: 2 }), search_docs("b")])',
        ),
        piece('print(found, other)', true),
        answer,
      ])
      const prediction = await agent.run({ question }, { model, interpreter })
      expect(prediction).toMatchObject({ answer: 42, reasoning: 'read it' })
      expect(prediction.trajectory.map(({ output }) => output)).toEqual([
        'The code ran, and neither printed nor submitted anything, and its last expression has no value.',
        '["What is it? of 2"] ["b of many"]',
      ])
      expect(asked(model, 1)).toContain('[[ ## generated_code_0 ## ]]')
      expect(asked(model, 2)).toContain('[[ ## code_output_1 ## ]]\n["What is it? of 2"]')
      expect(asked(model, 0)).toContain('await search_docs(arguments)')
    })

    test('security 32: a call with arguments that the schema does not allow is thrown in the code, and nothing is called', async () => {
      let calls = 0
      const counted = tool({ ...searching, name: 'search', run: () => (calls += 1) })
      const bad = [
        '{ query: 1 }',
        '{}',
        '{ query: "a", other: 1 }',
        `JSON.parse('{"query":"a","__proto__":{"x":1}}')`,
        '"a", 1.5',
      ]
      const model = scriptedModel([...bad.map(given => piece(`await search(${given})`)), piece('1', true), answer])
      const { trajectory } = await codeAct('question -> answer: number', { tools: [counted], maxIterations: 9 }).run(
        { question },
        { model, interpreter },
      )
      expect(trajectory.map(({ failed }) => failed)).toEqual([true, true, true, true, true, false])
      expect(calls).toBe(0)
    })

    test('security 33: a tool that needs approval asks for it, and is refused without', async () => {
      let paid = 0
      const pay = tool({ ...searching, name: 'pay', needsApproval: true, run: () => (paid += 1) })
      const payer = codeAct('question -> answer: number', { tools: [pay] })
      const script = [piece('await pay({ query: "all" })'), piece('1', true), answer]
      const refused = await payer.run({ question }, { model: scriptedModel(script), interpreter })
      expect(refused.trajectory[0]).toMatchObject({ failed: true, output: expect.stringContaining('approve') })
      expect(paid).toBe(0)
      const seen: unknown[] = []
      const approve = (call: unknown) => {
        seen.push(call)
        return true
      }
      await payer.run({ question }, { model: scriptedModel(script), interpreter, approve })
      expect(seen).toEqual([{ tool: 'pay', arguments: { query: 'all' }, path: 'self' }])
      expect(paid).toBe(1)
    })

    test('what approve throws, and a spent budget, end the run with that very error', async () => {
      const asking = tool({ ...searching, name: 'ask', needsApproval: true })
      const wrong = new Error('the desk is closed')
      const script = scriptedModel([piece('try { await ask({ query: "a" }) } catch {}', true), answer])
      const approve = () => {
        throw wrong
      }
      await expect(
        codeAct('question -> answer: number', { tools: [asking] }).run(
          { question },
          { model: script, interpreter, approve },
        ),
      ).rejects.toBe(wrong)
    })

    test('goes on after a last piece that failed, ends with a submission, and after maxIterations', async () => {
      const failing = scriptedModel([piece('null.x', true), piece('2', true), answer])
      expect((await agent.run({ question }, { model: failing, interpreter })).trajectory).toHaveLength(2)
      const submitting = scriptedModel([piece('SUBMIT({ answer: 42 })'), answer])
      expect((await agent.run({ question }, { model: submitting, interpreter })).trajectory).toHaveLength(1)
      const going = scriptedModel((_, index) => (index < 5 ? piece('1') : answer))
      expect((await agent.run({ question }, { model: going, interpreter })).trajectory).toHaveLength(5)
    })

    test('begins a new session after a limit, and says so', async () => {
      const model = scriptedModel([piece('const a = 1'), piece('for (;;);'), piece('typeof a', true), answer])
      const limited: CodeInterpreter = {
        open: options => interpreter.open({ ...options, limits: { steps: 5_000_000 } }),
      }
      const { trajectory } = await agent.run({ question }, { model, interpreter: limited })
      expect(trajectory[1]?.output).toMatch(/ran too long[\s\S]*session began anew/)
      expect(trajectory[2]?.output).toBe('"undefined"')
    })

    test('aborts what a piece had called when it is stopped', async () => {
      let reason: unknown
      const slow = tool({
        ...searching,
        name: 'slow',
        run: (_, { signal }) =>
          new Promise(resolve => {
            signal?.addEventListener('abort', () => {
              reason = signal.reason
              resolve(0)
            })
          }),
      })
      const model = scriptedModel([
        piece('slow({ query: "a" }); await search_docs({ query: "b" }); for (;;);'),
        piece('1', true),
        answer,
      ])
      const limited: CodeInterpreter = {
        open: options => interpreter.open({ ...options, limits: { steps: 5_000_000 } }),
      }
      const both = codeAct('question -> answer: number', { tools: [search, slow] })
      const { trajectory } = await both.run({ question }, { model, interpreter: limited })
      expect(trajectory.map(({ failed }) => failed)).toEqual([true, false])
      expect(reason).toHaveProperty('code', 'sandbox/time')
    })

    test('has the paths and fields of DSPy', () => {
      expect(
        agent.predictors.map(({ path, signature: { inputs, outputs } }) => [
          path,
          ...[...inputs, ...outputs].map(({ name }) => name),
        ]),
      ).toEqual([
        ['codeact', 'question', 'trajectory', 'generated_code', 'finished'],
        ['extractor.predict', 'question', 'trajectory', 'reasoning', 'answer'],
      ])
    })

    test('refuses tools that code could not call', () => {
      for (const name of ['print', 'question', '1st', 'SUBMIT']) {
        expect(() => codeAct('question -> answer', { tools: [tool({ ...searching, name })] })).toThrow(
          expect.objectContaining({ code: 'tool/definition' }),
        )
      }
      expect(() => codeAct('q -> a', { tools: [search, tool({ ...searching, name: 'search_docs' })] })).toThrow(
        expect.objectContaining({ code: 'tool/definition' }),
      )
    })
  })
}
