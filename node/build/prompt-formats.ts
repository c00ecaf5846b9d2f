import { type Adapter, chat, compact, frozen, json, xml } from '../../src/index.ts'

/** The prompt formats that a compiled program may always ask in, each by its name, which is that of its export. */
export const promptFormats: readonly Adapter[] = [chat, json, xml, compact, frozen]

/** Their names. */
export const promptFormatNames: readonly string[] = promptFormats.map(({ name }) => name)
