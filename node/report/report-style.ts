/** The looks of a report: one column, light or dark as the reader likes it, narrow or wide, and good on paper. */
export const reportStyle = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#667085;--line:#e4e7ec;--page:#fbfbfd;--card:#fff;--accent:#2f6f4f;--before:#b6bfcc;--mark:#e7f3ec;--warn:#8a5a00;--warn-page:#fff7e6;--gone:#a33a3a;--gone-page:#fbeaea}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaf0;--soft:#98a2b3;--line:#2b3340;--page:#12161d;--card:#1a2029;--accent:#6fce9b;--before:#566072;--mark:#1d3128;--warn:#f0c069;--warn-page:#2a2313;--gone:#f09a9a;--gone-page:#331f22}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:860px;margin:0 auto;padding:48px 24px 80px}h1{font-size:30px;line-height:1.2;margin:0 0 4px;letter-spacing:-.02em}
h2{font-size:19px;margin:44px 0 12px}h3{font:600 15px/1.4 ui-monospace,monospace;margin:28px 0 0}h3:first-child{margin-top:0}h4{font-size:13px;font-weight:600;color:var(--soft);margin:16px 0 6px}
.lead,.soft,.note{color:var(--soft)}.lead{margin:0 0 28px}.note{margin:-6px 0 12px;font-size:14px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 24px}.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}
.warnings{background:var(--warn-page);border-color:var(--warn)}.warnings h2{margin:0 0 6px;font-size:16px;color:var(--warn)}.warnings ul{margin:0;padding-left:20px}.warnings li{margin:4px 0}
.bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:10px 16px;align-items:center}.track{position:relative;height:22px;background:var(--line);border-radius:6px}
.fill{position:absolute;inset:0 auto 0 0;border-radius:6px;background:var(--before)}.after .fill,.tree .fill{background:var(--accent)}
.whisker{position:absolute;top:9px;height:4px;background:var(--ink);opacity:.55;border-radius:2px}.value{font-variant-numeric:tabular-nums;white-space:nowrap}
.value small,.facts dt,.tick,.role{color:var(--soft)}.value small{font-size:13px}.gain{margin:14px 0 0;color:var(--soft);font-size:14px}
svg{width:100%;height:auto;display:block}.grid{stroke:var(--line)}.tick{font-size:12px;fill:var(--soft)}.best{fill:none;stroke:var(--accent);stroke-width:2}
circle{fill:var(--card);stroke:var(--accent);stroke-width:2}.interval{stroke:var(--accent);opacity:.35;stroke-width:2}
.tree,.demos{list-style:none;margin:0;padding:0}.tree li{display:grid;grid-template-columns:34px 1fr 128px;gap:10px;align-items:baseline;padding:5px 6px;border-bottom:1px solid var(--line);margin-left:calc(var(--depth)*16px)}
.tree li:last-child{border-bottom:0}.tree .number{color:var(--soft);font-variant-numeric:tabular-nums;text-align:right}.tree b{font-weight:500;overflow-wrap:anywhere}.tree small{color:var(--soft);overflow-wrap:anywhere}
.tree .value{display:grid;grid-template-columns:1fr 60px;gap:8px;align-items:center;text-align:right}.tree .track{height:6px}.tree .chosen{background:var(--mark);border-radius:6px}.tree .chosen b{font-weight:700}.tree .unscored{opacity:.6}.tree .unscored .value{grid-template-columns:1fr}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin-top:12px}th,td{padding:7px 10px;white-space:nowrap;text-align:right;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);font-size:13px}th:nth-child(2),td:nth-child(2){text-align:left;white-space:normal}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:14px 24px;margin:0}.facts dd{margin:0;overflow-wrap:anywhere}
.diff{background:var(--page);border:1px solid var(--line);border-radius:8px;padding:10px 12px}ins,del{border-radius:3px;padding:0 1px}ins{background:var(--mark);color:var(--accent);text-decoration:none}del{background:var(--gone-page);color:var(--gone)}
.demos li{border-left:3px solid var(--line);padding:2px 0 2px 12px;margin:8px 0;font-size:14px}.demos.added li{border-color:var(--accent)}.demos.removed li{border-color:var(--gone);opacity:.75}
.demos dl{display:grid;grid-template-columns:max-content 1fr;gap:0 12px;margin:0}.demos dt{color:var(--soft)}.demos dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}code{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
details{margin:10px 0}summary{cursor:pointer;font-weight:600;padding:4px 0}.turn{border-left:3px solid var(--line);padding:2px 0 2px 14px;margin:10px 0}
.turn.assistant{border-color:var(--accent)}.role{font-size:12px;text-transform:uppercase;letter-spacing:.06em}
pre{margin:2px 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,monospace}
@media(max-width:600px){main{padding:28px 14px 60px}h1{font-size:24px}.card{padding:14px}.bars{grid-template-columns:max-content 1fr}.bars .value{grid-column:1/-1;margin:-6px 0 8px}.tick{font-size:20px}.tree li{grid-template-columns:26px 1fr;margin-left:calc(var(--depth)*8px)}.tree .value{grid-column:2;grid-template-columns:max-content 1fr;text-align:left}th,td{padding:6px 6px}th:nth-child(4),td:nth-child(4){display:none}}
@media print{body{background:#fff}details,.card{break-inside:avoid}}`
