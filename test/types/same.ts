/** Whether two types are the same, `unknown`, `never` and modifiers included. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for a claim that holds: `yes<Same<A, B>>()`. */
export declare const yes: <Claim extends true>(claim?: Claim) => void
