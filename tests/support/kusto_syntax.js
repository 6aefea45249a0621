// Reads KQL commands from standard input, a blank line between two, and prints what Microsoft's
// own parser says of each: its kind, and its faults. For tests/integration/test_exports.py.
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const commands = require('fs').readFileSync(0, 'utf8').split(/\n\n+/).filter(text => text.trim());
for (const text of commands) {
  const code = Kusto.Language.KustoCode.Parse(text);
  const found = code.GetDiagnostics();
  const faults = Array.from({length: found.Count}, (_, i) => found.getItem(i).Message);
  console.log(JSON.stringify({kind: code.Kind, faults}));
}
