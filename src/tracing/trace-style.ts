/** The looks of a trace: a table of nested rows with a bar for each, light or dark as the reader likes it. */
export const traceStyle: string = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#667085;--line:#e4e7ec;--page:#fbfbfd;--card:#fff;--bad:#b42318;--badbg:#fef3f2;--program:#3f5bd8;--predictor:#2f6f4f;--adapter:#98a2b3;--model:#b0651a;--attempt:#d9a566;--tool:#8a3fb5}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaf0;--soft:#98a2b3;--line:#2b3340;--page:#12161d;--card:#1a2029;--bad:#ff9c92;--badbg:#33191a;--program:#8ea2ff;--predictor:#6fce9b;--adapter:#667085;--model:#e8a45c;--attempt:#9a713c;--tool:#c990ec}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1180px;margin:0 auto;padding:40px 24px 80px}h1{font-size:26px;line-height:1.2;margin:0 0 6px;letter-spacing:-.02em;overflow-wrap:anywhere}
.lead{color:var(--soft);margin:0 0 24px;font-variant-numeric:tabular-nums}.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:6px 0;overflow:hidden}
summary,.row{display:grid;grid-template-columns:minmax(0,1fr) minmax(80px,240px) 76px 110px 78px;gap:14px;align-items:center;padding:5px 18px;list-style:none}
summary{cursor:pointer}summary::-webkit-details-marker{display:none}summary:hover,.row:hover{background:color-mix(in srgb,var(--line) 40%,transparent)}
summary:focus-visible{outline:2px solid var(--program);outline-offset:-2px}
.name{padding-left:calc(var(--d)*20px);display:flex;gap:8px;align-items:baseline;min-width:0}.name b{font-weight:600;overflow-wrap:anywhere}.small b{font-weight:400;color:var(--soft)}
.name::before{content:"";flex:none;width:8px}summary .name::before{content:"▸";color:var(--soft);font-size:11px}details[open]>summary .name::before{content:"▾"}
.kind{flex:none;font-size:11px;letter-spacing:.05em;text-transform:uppercase;color:var(--c);font-weight:600}.failed b{color:var(--bad)}
.track{position:relative;height:10px;background:var(--line);border-radius:5px;overflow:hidden}.bar{position:absolute;top:0;bottom:0;min-width:2px;border-radius:5px;background:var(--c)}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;font-size:13px}.num.soft{color:var(--soft)}
.body{margin:0 18px 4px;padding-left:calc(var(--d)*20px + 16px)}.body summary{display:flex;flex-direction:column;gap:0;align-items:flex-start;padding:1px 0 3px;color:var(--soft);font-size:13px;line-height:1.45}.body summary:hover{background:none;color:var(--ink)}
.body summary span{max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.body i{font-style:normal;display:inline-block;width:28px;font-size:11px;letter-spacing:.05em;text-transform:uppercase;opacity:.7}
.body details[open]{margin-bottom:12px}.label{font-size:11px;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);margin:10px 0 2px}.field{font-size:12px;font-weight:600;margin:6px 0 2px}
pre{margin:0;padding:10px 12px;background:var(--page);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere;font:12.5px/1.5 ui-monospace,monospace;max-height:420px;overflow:auto}
.error{margin:2px 0 6px}.error pre{background:var(--badbg);color:var(--bad);border-color:transparent}.turn{border-left:3px solid var(--line);padding-left:12px;margin:6px 0}.turn .role{font-size:12px;color:var(--soft)}
.more{color:var(--soft);padding:3px 18px 6px;font-size:13px}.more span{padding-left:calc(var(--d)*20px + 16px)}
@media(max-width:760px){summary,.row{grid-template-columns:minmax(0,1fr) 76px}.track,.num.soft{display:none}}
@media print{body{background:#fff}pre{max-height:none}details{break-inside:avoid}}`
