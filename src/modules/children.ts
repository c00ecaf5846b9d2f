import type { Context } from '../ports/context.ts'
import type { AnyModule } from '../ports/module.ts'

/** The modules a program is made of: by name, in lists and tuples, in records by key, as deep as you like. */
export type Children = Readonly<Record<string, ChildTree>>
export type ChildTree = AnyModule | readonly ChildTree[] | { readonly [key: string]: ChildTree }

/** A child as forward() gets it: a function of its input, its context given; an override changes parts of it. */
export type Bound<Child> = Child extends { run(input: infer Input, context: Context): Promise<infer Output> }
  ? (input: Input, override?: Partial<Context>) => Promise<Output>
  : { readonly [Key in keyof Child]: Bound<Child[Key]> }

/** A child with the path DSPy would give it. */
export interface Leaf {
  readonly path: string
  readonly module: AnyModule
}

/**
 * The modules of a tree with their DSPy paths: `hop`, `steps[0]`, `by_name['x']`, and `by_name['x'].inner` for a record
 * inside an element. In the order written; a module that stands in several places is listed once, under its first.
 */
export const leavesOf = (children: Children): readonly Leaf[] => {
  const leaves = new Map<AnyModule, string>()
  const walk = (tree: ChildTree, path: string, insideElement: boolean): void => {
    if (isModule(tree)) {
      if (!leaves.has(tree)) leaves.set(tree, path)
    } else if (isList(tree)) {
      for (const [index, child] of tree.entries()) walk(child, `${path}[${index}]`, true)
    } else {
      for (const [key, child] of Object.entries(tree)) {
        walk(child, insideElement ? `${path}.${key}` : `${path}['${key}']`, !insideElement)
      }
    }
  }
  for (const [name, child] of Object.entries(children)) walk(child, name, false)
  return [...leaves].map(([module, path]) => ({ path, module }))
}

/** The same tree with every module exchanged. */
export const mapChildren = <Result>(children: Children, change: (module: AnyModule) => Result): unknown => {
  const walk = (tree: ChildTree): unknown => {
    if (isModule(tree)) return change(tree)
    if (isList(tree)) return tree.map(walk)
    return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, walk(child)]))
  }
  return walk(children)
}

const isModule = (tree: ChildTree): tree is AnyModule => 'run' in tree && typeof tree.run === 'function'

const isList = (tree: ChildTree): tree is readonly ChildTree[] => Array.isArray(tree)
