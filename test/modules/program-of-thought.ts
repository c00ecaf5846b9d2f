import { describe, expect, test } from 'vitest'
import { type CodeInterpreter, programOfThought, usageLedger } from '../../src/index.ts'
import { recordingTracer, scriptedModel } from '../../src/testing/index.ts'
import { answer, asked, program } from './code-answers.ts'

export const describeProgramOfThought = (runtime: string, interpreter: CodeInterpreter): void => {
  describe(`programOfThought in ${runtime}`, () => {
    const solve = programOfThought('question -> answer: number')
    const question = 'Six times seven?'

    test('has a program written, runs it, and answers by its output', async () => {
      const model = scriptedModel([program('```js\nSUBMIT({ answer: question.length + 26 })\n```'), answer])
      const usage = usageLedger()
      const prediction = await solve.run({ question }, { model, interpreter, usage })
      expect(prediction).toEqual({
        reasoning: 'read it',
        answer: 42,
        trajectory: [{ code: 'SUBMIT({ answer: question.length + 26 })', output: '{"answer":42}', failed: false }],
      })
      expect(asked(model, 1)).toContain('{"answer":42}')
      expect(usage.total.calls).toBe(2)
    })

    test('takes what is printed, and the value of the last expression, too', async () => {
      for (const [code, output] of [
        ['print("a"); console.log([1])', 'a\n[1]'],
        ['6 * 7', '42'],
        ['print("a"); 42', 'a\nValue of the last expression: 42'],
        ['(async () => 42)()', '42'],
      ] as const) {
        const { trajectory } = await solve.run(
          { question },
          { model: scriptedModel([program(code), answer]), interpreter },
        )
        expect(trajectory).toEqual([{ code, output, failed: false }])
      }
    })

    test('shows the error of a program to the model, which writes another', async () => {
      const model = scriptedModel([program('const kept = 1\nnull.x'), program('typeof kept'), answer])
      const { trajectory } = await solve.run({ question }, { model, interpreter })
      expect(trajectory.map(({ failed }) => failed)).toEqual([true, false])
      expect(trajectory[1]?.output).toBe('"undefined"')
      expect(asked(model, 1)).toContain('[[ ## previous_code ## ]]\nconst kept = 1\nnull.x')
      expect(asked(model, 1)).toMatch(/## error ## \]\]\nTypeError: .* \(line 2\)/)
    })

    test.each([
      ['is none', 'const = ', /could not be read as a script of JavaScript: .* \(line 1\)/],
      ['is of another language', '```python\nprint(1)\n```', /Only JavaScript runs here, and this was python/],
      ['is empty', '```js\n```', /no code in the answer/],
      ['gives nothing', 'let a', /neither printed nor submitted anything/],
      ['never ends', 'for (;;);', /ran too long/],
      ['takes all memory', 'const a = []; for (;;) a.push(new Uint8Array(1 << 20))', /too much memory/],
      ['calls itself', 'const f = () => f() + 1; f()', /too deeply/],
      ['waits for ever', 'await new Promise(() => {})', /nothing will ever settle/],
      ['wants the network', 'await fetch("https://example.com")', /ReferenceError: fetch is not defined/],
      ['wants the process', 'print("before"); process.exit()', /process is not defined.*\n.*had printed:\nbefore/],
    ])('tells the model about code that %s, and goes on', async (_what, code, told) => {
      const model = scriptedModel([program(code), program('1'), answer])
      const limited: CodeInterpreter = {
        open: options => interpreter.open({ ...options, limits: { steps: 5_000_000, memoryBytes: 8 * 2 ** 20 } }),
      }
      const { trajectory } = await solve.run({ question }, { model, interpreter: limited })
      expect(trajectory[0]?.output).toMatch(told)
      expect(asked(model, 1)).toMatch(told)
      expect(trajectory[1]).toEqual({ code: '1', output: '1', failed: false })
    })

    test('security 35: ends with a typed error and what was tried after the last program', async () => {
      const model = scriptedModel(() => program('throw 1'))
      const error = await solve.run({ question }, { model, interpreter }).catch((error: unknown) => error)
      expect(error).toMatchObject({ code: 'tool/loop', tool: 'code', cause: { code: 'sandbox/thrown' } })
      expect((error as { trajectory: unknown[] }).trajectory).toHaveLength(3)
      expect(model.calls).toHaveLength(3)
      expect(JSON.stringify(error)).not.toContain('throw 1')
    })

    test('needs an interpreter, of the context or its own, before it asks anything', async () => {
      const model = scriptedModel([])
      await expect(solve.run({ question }, { model })).rejects.toMatchObject({
        code: 'configuration/missing',
        option: 'interpreter',
        message: expect.stringContaining('quickjsInterpreter'),
      })
      expect(model.calls).toHaveLength(0)
      const own = programOfThought('question -> answer: number', { interpreter })
      await own.run({ question }, { model: scriptedModel([program('1'), answer]) })
    })

    test('has the paths and fields of DSPy', () => {
      const names = (path: string) => {
        const found = solve.predictors.find(predictor => predictor.path === path)
        return [...(found?.signature.inputs ?? []), ...(found?.signature.outputs ?? [])].map(({ name }) => name).join()
      }
      expect(solve.predictors.map(({ path }) => path)).toEqual([
        'code_generate.predict',
        'code_regenerate.predict',
        'generate_output.predict',
      ])
      expect(names('code_generate.predict')).toBe('question,reasoning,generated_code')
      expect(names('code_regenerate.predict')).toBe('question,previous_code,error,reasoning,generated_code')
      expect(names('generate_output.predict')).toBe('question,final_generated_code,code_output,reasoning,answer')
    })

    test('refuses fields that its predictors have themselves, or that code finds taken', () => {
      expect(() => programOfThought('error -> answer')).toThrow(
        expect.objectContaining({ code: 'signature/duplicate-field' }),
      )
      expect(() => programOfThought('print -> answer')).toThrow(
        expect.objectContaining({ code: 'configuration/invalid' }),
      )
      expect(() => programOfThought('a -> b', { maxIterations: 0 })).toThrow(
        expect.objectContaining({ code: 'configuration/invalid' }),
      )
    })

    test('tells its code as a tool while it is streamed, and in the trace', async () => {
      const tracer = recordingTracer()
      const events = []
      const model = scriptedModel([program('throw 1'), program('42'), answer])
      for await (const event of solve.stream({ question }, { model, interpreter, tracer })) events.push(event)
      expect(events.filter(({ type }) => type.startsWith('tool-'))).toEqual([
        { type: 'tool-started', path: 'self', tool: 'code', arguments: { code: 'throw 1' } },
        { type: 'tool-finished', path: 'self', tool: 'code', result: 'number: 1', failed: true },
        { type: 'tool-started', path: 'self', tool: 'code', arguments: { code: '42' } },
        { type: 'tool-finished', path: 'self', tool: 'code', result: { output: '', value: 42 }, failed: false },
      ])
      expect(events.at(-1)).toMatchObject({ type: 'prediction', prediction: { answer: 42 } })
      const spans = tracer.spans[0]?.children ?? []
      expect(spans.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
        'predictor code_generate.predict',
        'tool code',
        'predictor code_regenerate.predict',
        'tool code',
        'predictor generate_output.predict',
      ])
    })

    test('an abort ends it with its reason', async () => {
      const leaving = new AbortController()
      const reason = new DOMException('enough', 'AbortError')
      const model = scriptedModel([
        () => {
          leaving.abort(reason)
          return program('1')
        },
      ])
      await expect(solve.run({ question }, { model, interpreter, signal: leaving.signal })).rejects.toBe(reason)
    })
  })
}
