import { describe, expect, test } from 'vitest'
import { type CodeInterpreter, codeAct, ModelError, programOfThought, rlm, tool, usageLedger } from '../../src/index.ts'
import { textOf } from '../../src/ports/message.ts'
import { recordingTracer, type ScriptedAnswer, type ScriptedModel, scriptedModel } from '../../src/testing/index.ts'
import type { JsonSchemaToolOptions } from '../../src/tools/tool.ts'

/** An answer as the chat format writes it. */
const fields = (values: Readonly<Record<string, string>>): string =>
  `${Object.entries(values)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}`)
    .join('\n\n')}\n\n[[ ## completed ## ]]`

const program = (generated_code: string): string => fields({ reasoning: 'r', generated_code })
const piece = (generated_code: string, finished = false): string => fields({ generated_code, finished: `${finished}` })
const step = (code: string): string => fields({ reasoning: 'r', code })
const answer = fields({ reasoning: 'read it', answer: '42' })

/** What a call was asked, as one text. */
const asked = ({ calls }: ScriptedModel, call: number): string => (calls[call]?.messages ?? []).map(textOf).join('\n')

const searching: JsonSchemaToolOptions<unknown> = {
  name: 'search-docs',
  description: 'Searches the documents.',
  parameters: {
    type: 'object',
    properties: { query: { type: 'string' }, limit: { type: 'integer' } },
    required: ['query'],
  },
  run: ({ query, limit }) => [`${query} of ${limit ?? 'many'}`],
}
const search = tool(searching)

/** The modules that run code, with an interpreter in its real runtime. */
export const describeCodeModules = (runtime: string, make: () => CodeInterpreter): void => {
  const interpreter = make()

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
