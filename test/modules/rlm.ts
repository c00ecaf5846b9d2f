import { describe, expect, test } from 'vitest'
import { type CodeInterpreter, ModelError, rlm, usageLedger } from '../../src/index.ts'
import { recordingTracer, type ScriptedAnswer, scriptedModel } from '../../src/testing/index.ts'
import { asked, fields, search, step } from './code-answers.ts'

export const describeRlm = (runtime: string, interpreter: CodeInterpreter): void => {
  describe(`rlm in ${runtime}`, () => {
    const reader = rlm('book, question -> answer: number, quote')
    const book = `It begins. ${'x'.repeat(100_000)} The number is 42. ${'y'.repeat(100_000)} It ends.`
    const question = 'Which number?'

    test('explores what is too long to read, and submits', async () => {
      const model = scriptedModel([
        step('const at = book.indexOf("number"); print(book.length, at)'),
        step(
          '```js\nconst part = book.slice(at - 4, at + 13)\nconst said = await llm_query("Which number? " + part)\nprint(said)\n```',
        ),
        '42, it seems',
        step('SUBMIT({ answer: parseInt(said), quote: part })'),
      ])
      const usage = usageLedger()
      const prediction = await reader.run({ book, question }, { model, interpreter, usage })
      expect(prediction).toMatchObject({ answer: 42, quote: 'The number is 42.', terminationReason: 'submitted' })
      expect(prediction.trajectory).toHaveLength(3)
      expect(asked(model, 2)).toBe('Which number? The number is 42.')
      for (const call of [0, 1, 3]) {
        expect(asked(model, call)).not.toContain('The number is')
        expect(asked(model, call)).toContain(`\`book\`: string; ${book.length} characters\nIt begins. xxx`)
        expect(asked(model, call).length).toBeLessThan(6000)
      }
      expect(asked(model, 3)).toContain('Output (12 characters):\n42, it seems')
      expect(asked(model, 3)).toContain('[[ ## iteration ## ]]\n3/20')
      expect(usage.total.calls).toBe(4)
    })

    test('asks several questions at once, of a model of its own', async () => {
      const model = scriptedModel([
        step('SUBMIT({ answer: 1, quote: (await llm_query_batched(["a", "b", "c"])).join() })'),
      ])
      const subModel = scriptedModel(({ messages }) => `<${messages[0]?.content}>`)
      const tracer = recordingTracer()
      const usage = usageLedger()
      const context = { model, interpreter, tracer, usage }
      const { quote } = await rlm('book -> answer: number, quote', { subModel }).run({ book }, context)
      expect(quote).toBe('<a>,<b>,<c>')
      expect(subModel.calls).toHaveLength(3)
      expect(usage.total.calls).toBe(4)
      const code = tracer.spans[0]?.children.find(({ kind }) => kind === 'tool')
      expect(code?.children.map(({ kind }) => kind)).toEqual(['model', 'model', 'model'])
    })

    test('security 35: asks no more than maxModelCalls questions, and tells the code', async () => {
      const model = scriptedModel([
        step('let n = 0; try { for (;;) { await llm_query("x"); n += 1 } } catch (error) { print(n, error.message) }'),
        step('try { await llm_query_batched(["a", "b"]) } catch (error) { print(error.message) }'),
        step('SUBMIT({ answer: 1 })'),
      ])
      const subModel = scriptedModel(() => 'yes')
      const { trajectory } = await rlm('book -> answer: number', { subModel, maxModelCalls: 3 }).run(
        { book },
        { model, interpreter },
      )
      expect(trajectory[0]?.output).toMatch(/^3 1 more calls .*3 of 3 were made/)
      expect(trajectory[1]?.output).toMatch(/^2 more calls/)
      expect(subModel.calls).toHaveLength(3)
    })

    test.each([
      ['llm_query()', /called with text/],
      ['llm_query(5)', /called with text/],
      ['llm_query_batched("a")', /a list of texts/],
      ['llm_query_batched([1])', /a list of texts/],
    ])('throws in the code for %s', async (call, told) => {
      const model = scriptedModel([step(`await ${call}`), step('SUBMIT({ answer: 1 })')])
      const { trajectory } = await rlm('book -> answer: number').run({ book }, { model, interpreter })
      expect(trajectory[0]?.output).toMatch(told)
    })

    test('tells the model what is wrong with what was submitted', async () => {
      const model = scriptedModel([
        step('SUBMIT({ answer: "many" })'),
        step('SUBMIT("42")'),
        step('SUBMIT(42, { deep: [1] })'),
      ])
      const { answer, quote, trajectory } = await reader.run({ book, question }, { model, interpreter })
      expect([answer, quote]).toEqual([42, '{"deep":[1]}'])
      expect(trajectory[0]?.output).toMatch(/cannot be taken: answer: .*number.*; quote: was not submitted/)
      expect(trajectory[1]?.output).toMatch(
        /expected an object with every output. Write SUBMIT\({ answer: ..., quote: ... }\)/,
      )
      expect(asked(model, 2)).toContain('was not submitted')
    })

    test('takes a single output as it is', async () => {
      const model = scriptedModel([step('SUBMIT(["a", "b"])')])
      expect(await rlm('book -> names: string[]').run({ book }, { model, interpreter })).toMatchObject({
        names: ['a', 'b'],
      })
    })

    test('answers from its steps when they are used up', async () => {
      const long = `${'a'.repeat(300)}${'b'.repeat(300)}`
      const model = scriptedModel([step(`print("${long}")`), step('null.x'), fields({ answer: '42', quote: 'no' })])
      const prediction = await rlm('book, question -> answer: number, quote', {
        maxIterations: 2,
        maxOutputChars: 100,
      }).run({ book, question }, { model, interpreter })
      expect(prediction).toMatchObject({ answer: 42, quote: 'no', terminationReason: 'iterations' })
      expect(asked(model, 2)).toContain(
        `Output (600 characters):\n${'a'.repeat(50)}\n[500 characters left out]\n${'b'.repeat(50)}`,
      )
      expect(asked(model, 2)).toContain('TypeError')
      expect(prediction.trajectory[0]?.output).toBe(long)
    })

    test('calls tools, beside its questions', async () => {
      const model = scriptedModel([step('SUBMIT({ answer: 1, quote: (await search_docs({ query: "a" }))[0] })')])
      const { quote } = await rlm('book -> answer: number, quote', { tools: [search] }).run(
        { book },
        { model, interpreter },
      )
      expect(quote).toBe('a of many')
    })

    test('a question that fails is thrown in the code; one that no other would mend ends the run', async () => {
      const down = new ModelError('model/server', 'Down.', { model: 'm' })
      const model = scriptedModel([
        step('try { await llm_query("a") } catch (error) { SUBMIT({ answer: 1, quote: error.message }) }'),
      ])
      const { quote } = await rlm('book -> answer: number, quote', { subModel: scriptedModel([down]) }).run(
        { book },
        { model, interpreter },
      )
      expect(quote).toBe('Down.')
      const empty = scriptedModel([])
      const again = scriptedModel([step('try { await llm_query("a") } catch {}')])
      await expect(
        rlm('book -> answer: number', { subModel: empty }).run({ book }, { model: again, interpreter }),
      ).rejects.toHaveProperty('code', 'model/script')
    })

    test('an abort while the code waits for an answer ends the run with its reason', async () => {
      const leaving = new AbortController()
      const reason = new DOMException('enough', 'AbortError')
      const subModel = scriptedModel([
        () => {
          leaving.abort(reason)
          return new Promise<ScriptedAnswer>(() => {})
        },
      ])
      const model = scriptedModel([step('await llm_query("a")')])
      await expect(
        rlm('book -> answer: number', { subModel }).run({ book }, { model, interpreter, signal: leaving.signal }),
      ).rejects.toBe(reason)
    })

    test('has the paths and fields of DSPy', () => {
      expect(
        reader.predictors.map(({ path, signature: { inputs, outputs } }) => [
          path,
          ...[...inputs, ...outputs].map(({ name }) => name),
        ]),
      ).toEqual([
        ['generate_action', 'variables_info', 'repl_history', 'iteration', 'reasoning', 'code'],
        ['extract', 'variables_info', 'repl_history', 'answer', 'quote'],
      ])
    })
  })
}
