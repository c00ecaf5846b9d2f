import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { openApi } from '../../src/server/open-api.ts'
import { signature } from '../../src/signature/create.ts'
import { labeler, served } from './served.ts'

const described = predict(signature("text, hint?: str, count: int = 3 -> label: 'good' | 'bad', score: float"))

const runOf = (name: string): unknown => {
  const { paths } = openApi([{ name, version: 'v1', program: described as never }]) as {
    paths: Record<string, { post?: unknown }>
  }
  return paths[`/programs/${name}/run`]?.post
}

describe('the OpenAPI description', () => {
  test('has a path for each program, with the types of its signature', () => {
    expect(runOf('judge')).toMatchObject({
      operationId: 'run judge',
      'x-version': 'v1',
      requestBody: {
        content: {
          'application/json': {
            schema: {
              properties: {
                input: {
                  type: 'object',
                  properties: { text: { type: 'string' }, count: { type: 'integer' } },
                  required: ['text'],
                },
                stream: { type: 'boolean' },
              },
              required: ['input'],
            },
          },
        },
      },
      responses: {
        '200': {
          content: {
            'application/json': {
              schema: {
                properties: {
                  prediction: {
                    properties: { label: { enum: ['good', 'bad'] }, score: { type: 'number' } },
                    required: ['label', 'score'],
                  },
                },
              },
            },
            'text/event-stream': {},
          },
        },
      },
    })
  })

  test('refers to nothing that it does not have', () => {
    const document = openApi([{ name: 'judge', version: 'v1', program: described as never }])
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, path = '']) => path)
    expect(refs.length).toBeGreaterThan(5)
    for (const path of refs) {
      let value: unknown = document
      for (const step of path.split('/').slice(1)) value = Reflect.get(value as object, step)
      expect([path, typeof value]).toEqual([path, 'object'])
    }
  })

  test('names every path once that the app answers, and each operation once', async () => {
    const { ask, upload } = served()
    await upload('constructor', await labeler())
    const document = (await (await ask('/openapi.json')).json()) as { openapi: string; paths: Record<string, object> }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual([
      '/health',
      '/openapi.json',
      '/programs',
      '/programs/{name}',
      '/programs/constructor/run',
    ])
  })
})
