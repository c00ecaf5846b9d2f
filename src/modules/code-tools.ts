import { ToolError } from '../errors/tool-error.ts'
import type { Tool } from '../ports/tool.ts'
import { callTool } from './call-tool.ts'
import { notForCode } from './code-names.ts'
import type { CodeFunction } from './code-session.ts'
import { toolSet } from './tool-set.ts'
import { codeWording } from './wording.ts'

/** Tools as functions that code can call. */
export interface CodeTools {
  readonly functions: Readonly<Record<string, CodeFunction>>
  /** A line of documentation for each. */
  readonly lines: readonly string[]
}

/**
 * Tools under names that code can write: `-` is `_` there. They are called with one object; several values, or one that is no
 * object, are taken for the properties of its schema in their order. What a model would be told is thrown in the code.
 *
 * @throws ToolError `tool/definition` for tools that cannot be used together
 */
export const codeTools = (given: readonly Tool[], reserved: readonly string[]): CodeTools => {
  const tools = toolSet(given, 'SUBMIT')
  const functions: Record<string, CodeFunction> = {}
  const lines: string[] = []
  for (const [name, { description, parameters }] of tools) {
    const called = name.replaceAll('-', '_')
    if (
      !/^[A-Za-z_]\w*$/.test(called) ||
      [...notForCode, ...reserved].includes(called) ||
      Object.hasOwn(functions, called)
    ) {
      throw new ToolError(
        'tool/definition',
        `Code could not call the tool '${name}': as the name of a function, '${called}' is taken or cannot be written. Give it another name.`,
        { tool: name },
      )
    }
    const order = Object.keys(parameters.properties ?? {})
    functions[called] = async (context, ...values) => {
      const { result, failed } = await callTool(tools, name, argumentsOf(values, order), context)
      if (!failed) return result
      throw new ToolError('tool/failed', String(result), { tool: name })
    }
    lines.push(codeWording.tool(called, description, JSON.stringify(parameters)))
  }
  return { functions, lines }
}

const argumentsOf = (values: readonly unknown[], order: readonly string[]): unknown => {
  const [first] = values
  if (values.length === 0) return {}
  if (values.length === 1 && typeof first === 'object' && first !== null && !Array.isArray(first)) return first
  return Object.fromEntries(values.map((value, index) => [order[index] ?? `argument_${index + 1}`, value]))
}
