import type { AssetsBinding, BucketBinding } from '../../../worker/inference/file-bindings.ts'
import type { ObjectNamespace } from '../../../worker/inference/object-namespace.ts'
import type { ServiceBinding } from '../../../worker/inference/service-binding.ts'

// What Cloudflare binds is what a model in another Worker, its object and its files take.
export const service = (theirs: Fetcher): ServiceBinding => theirs
export const assets = (theirs: Fetcher): AssetsBinding => theirs
export const bucket = (theirs: R2Bucket): BucketBinding => theirs
export const objects = (theirs: DurableObjectNamespace): ObjectNamespace => theirs
