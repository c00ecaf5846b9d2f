/**
 * What we use of a Durable Object's namespace. Written down here, so that our types fit the project of whoever binds one,
 * whichever description of Cloudflare's runtime it has.
 */
export interface ObjectNamespace<Id = unknown> {
  idFromName(name: string): Id
  get(id: Id): { fetch(request: Request): Promise<Response> }
}
