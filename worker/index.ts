/** The Worker's entry: tells that it is alive and which version it runs. */
export default {
  fetch(request: Request): Response {
    const { pathname } = new URL(request.url)
    if (pathname === '/health') return Response.json({ status: 'ok' })
    return Response.json({ error: { message: `There is nothing at ${pathname}. See /health.` } }, { status: 404 })
  },
}
