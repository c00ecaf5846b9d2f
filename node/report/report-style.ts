/** The looks of a report: one column, light or dark as the reader likes it, and good on paper. */
export const reportStyle = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#667085;--line:#e4e7ec;--page:#fbfbfd;--card:#fff;--accent:#2f6f4f;--before:#b6bfcc;--mark:#e7f3ec}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaf0;--soft:#98a2b3;--line:#2b3340;--page:#12161d;--card:#1a2029;--accent:#6fce9b;--before:#566072;--mark:#1d3128}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:860px;margin:0 auto;padding:48px 24px 80px}h1{font-size:30px;line-height:1.2;margin:0 0 4px;letter-spacing:-.02em}
h2{font-size:19px;margin:44px 0 12px}.lead{color:var(--soft);margin:0 0 28px}.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 24px}
.bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:10px 16px;align-items:center}.track{position:relative;height:22px;background:var(--line);border-radius:6px}
.fill{position:absolute;inset:0 auto 0 0;border-radius:6px;background:var(--before)}.after .fill{background:var(--accent)}
.whisker{position:absolute;top:9px;height:4px;background:var(--ink);opacity:.55;border-radius:2px}.value{font-variant-numeric:tabular-nums;white-space:nowrap}
.value small,.facts dt,.tick,.role{color:var(--soft)}.value small{font-size:13px}.rows{display:contents}
svg{width:100%;height:auto;display:block}.grid{stroke:var(--line)}.tick{font-size:12px;fill:var(--soft)}.best{fill:none;stroke:var(--accent);stroke-width:2}
circle{fill:var(--card);stroke:var(--accent);stroke-width:2}.interval{stroke:var(--accent);opacity:.35;stroke-width:2}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:7px 10px;text-align:right;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);font-size:13px}th:nth-child(2),td:nth-child(2){text-align:left}tr.chosen{background:var(--mark)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:14px 24px;margin:0}.facts dd{margin:0;overflow-wrap:anywhere}
details{margin:10px 0}summary{cursor:pointer;font-weight:600;padding:4px 0}.turn{border-left:3px solid var(--line);padding:2px 0 2px 14px;margin:10px 0}
.turn.assistant{border-color:var(--accent)}.role{font-size:12px;text-transform:uppercase;letter-spacing:.06em}
pre{margin:2px 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,monospace}
@media print{body{background:#fff}details{break-inside:avoid}}`
