import type { AudioValue } from '../../src/data/audio.ts'
import type { Citation, DocumentValue } from '../../src/data/document.ts'
import type { FileValue } from '../../src/data/file.ts'
import type { HistoryValue } from '../../src/data/history.ts'
import type { ImageValue } from '../../src/data/image.ts'
import type { ToolCallResult, ToolCallValue, ToolValue } from '../../src/data/tool-values.ts'
import { type parseSignature, signature } from '../../src/signature/create.ts'
import type { Checked, Inputs, InputsOf, Outputs, OutputsOf, SignatureProblem } from '../../src/signature/infer.ts'
import { type Same, yes } from './same.ts'

// A field has its type; without one it is text.
yes<Same<Inputs<'question -> answer'>, { question: string }>>()
yes<Same<Outputs<'question->answer'>, { answer: string }>>()
yes<Same<Inputs<'a:int,b:str->c:bool'>, { a: number; b: string }>>()
yes<Same<Outputs<'a:int,b:str->c:bool'>, { c: boolean }>>()
yes<Same<Inputs<'\n  a: int,\n\tb: float,\n -> c'>, { a: number; b: number }>>()
yes<Same<Inputs<'numéro -> réponse'>, { numéro: string }>>()
yes<Same<Inputs<'->'>, Record<never, never>>>()
yes<Same<Outputs<'a ->'>, Record<never, never>>>()

// Types in both spellings: type, value.
type Of<T extends string> = Outputs<`a -> b: ${T}, c`> extends { b: infer Value } ? Value : never
yes<Same<Of<'string'>, string>>()
yes<Same<Of<'float'>, number>>()
yes<Same<Of<'number'>, number>>()
yes<Same<Of<'bool'>, boolean>>()
yes<Same<Of<'None'>, null>>()
yes<Same<Of<'json'>, unknown>>()
yes<Same<Of<'Any'>, unknown>>()
yes<Same<Of<'bytes'>, Uint8Array>>()
yes<Same<Of<'list'>, unknown[]>>()
yes<Same<Of<'dict'>, Record<string, unknown>>>()
yes<Same<Of<'list[str]'>, string[]>>()
yes<Same<Of<'string[]'>, string[]>>()
yes<Same<Of<'string[][]'>, string[][]>>()
yes<Same<Of<'list[list[int]]'>, number[][]>>()
yes<Same<Of<'List[str][]'>, string[][]>>()
yes<Same<Of<'Array<string>'>, string[]>>()
yes<Same<Of<'set[str]'>, string[]>>()
yes<Same<Of<'dict[str, float]'>, Record<string, number>>>()
yes<Same<Of<'Dict[str, list[int]]'>, Record<string, number[]>>>()
yes<Same<Of<'dict[str, dict[str, int]]'>, Record<string, Record<string, number>>>>()
yes<Same<Of<'Record<string, number>'>, Record<string, number>>>()
yes<Same<Of<'tuple[int, str]'>, [number, string]>>()
yes<Same<Of<'tuple[int, ...]'>, number[]>>()
yes<Same<Of<'[int, str]'>, [number, string]>>()
yes<Same<Of<'[int, str][]'>, [number, string][]>>()
yes<Same<Of<'(int)'>, number>>()
yes<Same<Of<'(int | str)[]'>, (number | string)[]>>()
yes<Same<Of<"Annotated[int, 'x']">, number>>()
yes<Same<Of<'dspy.Image'>, ImageValue>>()
yes<Same<Of<'Image'>, ImageValue>>()
yes<Same<Of<'list[dspy.Image]'>, ImageValue[]>>()
yes<Same<Of<'Document[] | null'>, DocumentValue[] | null>>()
yes<Same<Of<'dict[str, Audio]'>, Record<string, AudioValue>>>()
yes<Same<Of<'File'>, FileValue>>()
yes<Same<Of<'History'>, HistoryValue>>()
yes<Same<Of<'list[Tool]'>, ToolValue[]>>()
yes<Same<Of<'dspy.ToolCalls'>, readonly ToolCallValue[]>>()
yes<Same<Of<'ToolCallResults'>, readonly ToolCallResult[]>>()
yes<Same<Of<'Citations'>, readonly Citation[]>>()
yes<Same<Of<'Reasoning'>, string>>()
yes<Same<Of<'dspy.Code["python"]'>, string>>()
yes<Same<Of<"Code['sql']">, string>>()
yes<Same<Of<'typing.List[str]'>, string[]>>()

// Unions and literals.
yes<Same<Of<'int | str'>, number | string>>()
yes<Same<Of<'int|None'>, number | null>>()
yes<Same<Of<'Optional[int]'>, number | null>>()
yes<Same<Of<'Optional[list[str]]'>, string[] | null>>()
yes<Same<Of<'Union[int, str, None]'>, number | string | null>>()
yes<Same<Of<"'a' | 'b'">, 'a' | 'b'>>()
yes<Same<Of<'"a"|"b"'>, 'a' | 'b'>>()
yes<Same<Of<"Literal['a','b']">, 'a' | 'b'>>()
yes<Same<Of<'Literal["a", 1, True]'>, 'a' | 1 | true>>()
yes<Same<Of<"Literal['a', None]">, 'a' | null>>()
yes<Same<Of<'1 | 2 | 3'>, 1 | 2 | 3>>()
yes<Same<Of<"list[Literal['x','y']]">, ('x' | 'y')[]>>()
yes<Same<Of<"('x' | 'y')[]">, ('x' | 'y')[]>>()
yes<
  Same<
    Of<"'a, b' | 'c: d' | 'e | f' | 'g?' | 'h=i' | '[' | 'it is'">,
    'a, b' | 'c: d' | 'e | f' | 'g?' | 'h=i' | '[' | 'it is'
  >
>()
yes<Same<Of<"'a\\\\nb'">, string>>()
yes<Same<Of<`"it's" | 'a "b"'`>, "it's" | 'a "b"'>>()

// What may be absent.
yes<Same<Inputs<'a?, b: int -> c'>, { b: number; a?: string | null | undefined }>>()
yes<
  Same<
    Inputs<"a?: int, b: str = 'x', c -> d">,
    { c: string; a?: number | null | undefined; b?: string | null | undefined }
  >
>()
yes<Same<Outputs<'a -> b?: int, c?'>, { b: number | null; c: string | null }>>()
yes<Same<Outputs<"a -> b: str = 'none', c: int = 3, d = 'x'">, { b: string; c: number; d: string }>>()
yes<Same<Outputs<"a -> b: 'x' | 'z' = 'x', c?: int = 2">, { b: 'x' | 'z'; c: number }>>()
yes<Same<Outputs<"a -> b: 'x=y' | 'z'">, { b: 'x=y' | 'z' }>>()

// A string known only at run time.
declare const text: string
yes<Same<InputsOf<string>, Record<string, unknown>>>()
yes<Same<OutputsOf<ReturnType<typeof parseSignature>>, unknown>>()
signature(text)

// signature() knows both sides.
const classify = signature("text, hint?: string -> label: 'spam' | 'ham', score: float")
yes<Same<InputsOf<typeof classify>, { text: string; hint?: string | null | undefined }>>()
yes<Same<OutputsOf<typeof classify>, { label: 'spam' | 'ham'; score: number }>>()

// A mistake is named.
type Mistake<S extends string> = Checked<S> extends SignatureProblem<infer Problem> ? Problem : never
yes<Same<Mistake<'a: foo -> b'>, "unknown type 'foo'">>()
yes<Same<Mistake<'a -> b: list[foo]'>, "unknown type 'foo'">>()
yes<Same<Mistake<'a -> b: foo[]'>, "unknown type 'foo'">>()
yes<Same<Mistake<'a -> b: int | foo'>, "unknown type 'foo'">>()
yes<Same<Mistake<'a -> b: Optional[foo]'>, "unknown type 'foo'">>()
yes<Same<Mistake<'a -> b: dict[str, foo]'>, "unknown type 'foo'">>()
yes<Same<Mistake<'a -> b: tuple[int, foo]'>, "unknown type 'foo'">>()
yes<Same<Mistake<'a -> b: Foo[int]'>, "unknown type 'Foo'">>()
yes<Same<Mistake<'a -> b: Reasonings'>, "unknown type 'Reasonings'">>()
yes<Same<Mistake<"a -> b: 'x' 'y'">, "unknown type ''x' 'y''">>()
yes<Same<Mistake<'a -> b: '>, "unknown type ''">>()
yes<Same<Mistake<'a, b'>, "no '->' in 'a, b'">>()
yes<Same<Mistake<'a -> b, a'>, "field 'a' is used twice">>()
yes<Same<Mistake<'a b -> c'>, "not a field name: 'a b'">>()
yes<Same<Mistake<'a,, b -> c'>, "not a field name: ''">>()
yes<Same<Mistake<'a -> b -> c'>, "not a field name: 'b -> c'">>()

// @ts-expect-error unknown type 'foo'
signature('a: foo -> b')
// @ts-expect-error no '->'
signature('question, answer')
// @ts-expect-error field 'a' is used twice
signature('a -> a')
